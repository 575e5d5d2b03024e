#include "data/encode/training_files.hpp"

#include <algorithm>
#include <filesystem>

#include "base/folder.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

Checked<std::vector<std::string>> fitting(const fs::path& pattern) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
  for (const std::string& name : names_in(folder, error)) {
    std::error_code unknown;
    if (fits_pattern(name, pattern.filename().string()) && !fs::is_directory(folder / name, unknown))
      names.push_back(name);
  }
  if (error) {
    return Fault{FaultKind::data,
                 {pattern.string(), 0, 0},
                 "cannot read the folder " + quoted(folder.string()) + ": " + error.message(),
                 ""};
  }
  return names;
}

}  // namespace

Checked<std::vector<std::string>> training_files(const TrainingFiles& train,
                                                 std::vector<std::string>& notes) {
  std::vector<std::string> files;
  for (const std::string& written : train.paths) {
    const fs::path pattern(written);
    std::error_code unknown;
    const bool is_pattern = pattern.filename().string().find_first_of("*?") != std::string::npos;
    if (!is_pattern || fs::exists(pattern, unknown)) {
      files.push_back(written);
      continue;
    }
    const auto found = fitting(pattern);
    if (!found) return found.faults();
    const std::vector<std::string>& names = *found;
    if (names.empty()) {
      return Fault{FaultKind::data,
                   {written, 0, 0},
                   "no file fits the pattern",
                   "* stands for any characters of a file's name, ? for one; folders are named as they are"};
    }
    notes.push_back(written + ": " + std::to_string(names.size()) +
                    (names.size() == 1 ? " file, " : " files, ") + names.front() +
                    (names.size() == 1 ? "" : " to " + names.back()));
    for (const std::string& name : names) files.push_back((pattern.parent_path() / name).string());
  }
  return files;
}

}  // namespace lookahead
