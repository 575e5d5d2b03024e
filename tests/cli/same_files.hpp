#pragma once
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cli/run_binary.hpp"

namespace lookahead::cli {

// What has to be the same of two runs, however they were carried out: all files, of run.json what is no time or
// process, nor has the key `but`.
inline void check_same_files(const Folder& folder, const std::string& one, const std::string& other,
                             const char* but) {
  for (const char* file : {"trace.csv", "solution.csv", "model.json", "folds.csv", "config.yaml"}) {
    CAPTURE(file);
    REQUIRE(folder.exists(one + "/" + file) == folder.exists(other + "/" + file));
    if (folder.exists(one + "/" + file))
      CHECK(folder.read(one + "/" + file) == folder.read(other + "/" + file));
  }
  auto a = folder.json(one + "/run.json"), b = folder.json(other + "/run.json");
  for (const char* key : {"read_s", "time_s", "elapsed_s", "trace_s", "started", "pid", but}) {
    a.erase(key);
    b.erase(key);
  }
  CHECK(a == b);
}

}  // namespace lookahead::cli
