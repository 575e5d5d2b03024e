#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/scalar.hpp"

namespace lookahead {

// The folder one run writes to, locked as long as the object lives: flock on the folder itself, which the end
// of the process undoes, however it comes.
class RunDirectory {
 public:
  // runs/<name>-001 below `base`, or the next free number; made atomically, so that runs started side by side
  // never meet. Faults are of kind output.
  static Checked<RunDirectory> next(const std::filesystem::path& base, const std::string& name);
  // The given folder, made if it is not there. One that another process writes to is refused; so is one that
  // is not empty, but with `force` one that holds an earlier run. That run's files stay until they are
  // replaced.
  static Checked<RunDirectory> at(const std::filesystem::path& path, bool force);
  // Removes what an earlier run left, and what kills left of its writes, but for the files of these names.
  // Whatever else lies there stays.
  Checked<Done> remove_earlier(const std::vector<std::string>& written) const;

  // The folder of an earlier run, as it is. Who only reads there, as the first rank of a team does the writing,
  // takes no lock. Faults are of kind output.
  static Checked<RunDirectory> reopen(const std::filesystem::path& path, bool reads_only = false);

  // What could be gone on with is no longer that of this folder's problem.
  Checked<Done> remove_checkpoint() const;

  // The fault at() would return for a folder that is in use, without touching anything.
  static std::optional<Fault> in_use(const std::filesystem::path& path, bool force);

  RunDirectory(RunDirectory&& other) noexcept;
  RunDirectory& operator=(RunDirectory&&) = delete;
  ~RunDirectory();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(const std::string& name) const { return path_ / name; }
  // Why the folder is not locked; empty where it is.
  const std::string& unlocked() const { return unlocked_; }

 private:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  Checked<Done> find_earlier();
  // Takes the lock; a fault where another process has it.
  std::optional<Fault> lock();

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::string unlocked_;
  std::vector<std::string> earlier_;  // names of files of the run before
};

// Whether a folder that is to hold a run is missing or empty, but for what is left of one that was killed
// before it had written its problem.
bool holds_nothing(const std::filesystem::path& folder);

// Of a run whose run.json says that it is running: whether a process still writes to its folder, and the step
// of its last checkpoint. Nothing of other runs.
struct RunningState {
  bool alive = false;
  std::optional<Index> checkpoint;
};
// A fault (output) where that cannot be read.
Checked<std::optional<RunningState>> running_state(const std::filesystem::path& run);

// What a command says that meets such a run: "was killed; its last checkpoint is of step 4000; resume with: ...".
std::string text_of(const RunningState& state, const std::filesystem::path& run);

}  // namespace lookahead
