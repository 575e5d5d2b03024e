#pragma once
#include <doctest/doctest.h>

#include <string>

#include "run_binary.hpp"

namespace lookahead::cli {

// Trains a model on t.csv into the folder `run`.
inline void train(const Folder& folder, const std::string& data, const std::string& model,
                  const std::string& more = "") {
  folder.write("p.yaml", "data: {train: t.csv, " + data + "}\nmodel: " + model +
                             "\noptimizer: {name: adam, lr: 0.05}\nstop: {epochs: 200}\n" + more);
  const Result result = run(folder, {"solve", "p.yaml", "-q", "-o", "run", "--force"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
}

}  // namespace lookahead::cli
