#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "base/checked.hpp"

namespace lookahead {

// The folder one run writes to.
class RunDirectory {
 public:
  // runs/<name>-001 below `base`, or the next free number; made atomically, so that runs started side by side
  // never meet. Faults are of kind output.
  static Checked<RunDirectory> next(const std::filesystem::path& base, const std::string& name);
  // The given folder, made if it is not there. One that is not empty is refused, or, if it holds an earlier
  // run, with `force` cleared of the files that run left; whatever else lies there stays. `trace_file` is the
  // name of this run's trace.
  static Checked<RunDirectory> at(const std::filesystem::path& path, bool force,
                                  const std::string& trace_file);

  // The fault at() would return for a folder that is in use, without touching anything.
  static std::optional<Fault> in_use(const std::filesystem::path& path, bool force);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(const std::string& name) const { return path_ / name; }

 private:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace lookahead
