#pragma once
#include <doctest/doctest.h>

#include <string>

#include "study/table.hpp"
#include "support/temporary_folder.hpp"

namespace lookahead::test {

// A folder for the files of one test.
class StudyFolderOfTest : public TemporaryFolder {
 public:
  // Writes a sweep of one problem `p` into the folder `name`.
  void sweep(const std::string& name, const std::string& runs, const std::string& more = "") const {
    write(name + "/sweep.yaml",
          "version: 1\nname: p\nproblems: {p: {objective: sphere}}\ndimensions: {p: 2}\n" + more);
    write(name + "/runs.csv", runs);
  }
};

inline std::string faults_text(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += to_string(fault) + "\n";
  return text;
}

inline Study study_in(const std::vector<std::string>& paths) {
  auto study = read_study(paths);
  REQUIRE_MESSAGE(static_cast<bool>(study), faults_text(study.faults()));
  return std::move(*study);
}

}  // namespace lookahead::test
