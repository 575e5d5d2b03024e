#pragma once
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "study/table.hpp"

namespace lookahead::test {

// A folder for the files of one test; gone with the object.
class StudyFolderOfTest {
 public:
  StudyFolderOfTest() {
    std::string name = (std::filesystem::temp_directory_path() / "lookahead-study-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  StudyFolderOfTest(const StudyFolderOfTest&) = delete;
  StudyFolderOfTest& operator=(const StudyFolderOfTest&) = delete;
  ~StudyFolderOfTest() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  // Writes a sweep of one problem `p` into the folder `name`.
  void sweep(const std::string& name, const std::string& runs, const std::string& more = "") const {
    write(name + "/sweep.yaml",
          "version: 1\nname: p\nproblems: {p: {objective: sphere}}\ndimensions: {p: 2}\n" + more);
    write(name + "/runs.csv", runs);
  }

 private:
  std::filesystem::path path_;
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
