#include "run/directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include "base/file.hpp"
#include "base/folder.hpp"
#include "base/path_cure.hpp"
#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"
#include "run/checkpoint.hpp"
#include "run/json.hpp"
#include "spec/codecs.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

Fault cannot(const fs::path& path, const std::string& what, const std::error_code& error) {
  return {FaultKind::output,
          {path.string(), 0, 0},
          what + ": " + error.message(),
          both_cures(cure_of_writing(path, error.value()), "choose another place with -o")};
}

std::string number_text(int number) {
  std::string digits = to_text(number);
  return digits.size() < 3 ? std::string(3 - digits.size(), '0') + digits : digits;
}

// The highest number among the folders `name`-NNN, so that a thousand runs need no thousand tries.
int highest_number(const fs::path& base, const std::string& name) {
  int highest = 0;
  std::error_code unknown;
  for (const std::string& file : names_in(base, unknown)) {
    if (!file.starts_with(name + "-")) continue;
    const auto number = parse_integer(file.substr(name.size() + 1));
    if (number && *number > highest && *number < 1000000000) highest = static_cast<int>(*number);
  }
  return highest;
}

// The name of an earlier run's trace, by its config.yaml.
std::string earlier_trace(const fs::path& path) {
  std::string usual = run_files::usual_trace;
  const fs::path config = path / run_files::config;
  std::error_code error;
  if (!fs::exists(config, error)) return usual;
  const auto text = read_file(config.string(), FaultKind::output, run_files::most_config_bytes);
  if (!text) return usual;
  const auto root = parse_yaml(*text, config.string());
  const Node* trace = root && root->is_map() ? root->find("trace") : nullptr;
  const Node* file = trace != nullptr && trace->is_map() ? trace->find("file") : nullptr;
  return file != nullptr && file->is_scalar() && is_file_name(file->text) ? file->text : usual;
}

// What run.json in a folder says; nothing where there is none, or one that no run of this program wrote. A
// fault where it cannot be read.
Checked<std::optional<JsonRead>> earlier_run(const fs::path& path) {
  const fs::path file = path / run_files::summary;
  const auto text = read_file(file.string(), FaultKind::output, run_files::most_summary_bytes);
  std::error_code unknown;
  if (!text && fs::is_regular_file(file, unknown)) return text.faults();
  std::optional<JsonRead> json;
  if (!text) return json;
  if (auto read = json_object(*text, file.string(), "a run", "")) json = std::move(*read);
  for (const char* key : {"name", "version", "status", "optimizer", "lookahead", "result"}) {
    if (json && !json->contains(key)) json.reset();
  }
  return json;
}

// Who writes to a folder, as far as its run.json tells: ", process 4711 on node7".
std::string owner_text(const fs::path& path) {
  const auto found = earlier_run(path);
  const std::optional<JsonRead> json = found ? *found : std::nullopt;
  if (!json || !json->contains("pid") || !json->contains("host")) return "";
  const JsonRead &pid = (*json)["pid"], &host = (*json)["host"];
  if ((*json)["status"] != "running" || !pid.is_number_integer() || !host.is_string()) return "";
  return ", process " + to_text(pid.get<std::int64_t>()) + " on " + host.get<std::string>();
}

Fault locked_by_other(const fs::path& path) {
  return {FaultKind::output,
          {path.string(), 0, 0},
          "another run writes to the folder" + owner_text(path),
          "wait for its end, or choose another place with -o"};
}

// Of a run whose run.json says that it is running; who writes to the folder is not looked at.
Checked<std::optional<RunningState>> state_of(const fs::path& run) {
  std::optional<RunningState> state;
  // A pipe can be read only once.
  std::error_code unknown;
  const fs::file_status there = fs::status(run / run_files::summary, unknown);
  if (fs::exists(there) && !fs::is_regular_file(there)) return state;
  const auto found = earlier_run(run);
  if (!found) return found.faults();
  const std::optional<JsonRead>& json = *found;
  if (!json || (*json)["status"] != Codec<Status>::word(Status::running)) return state;
  state.emplace();
  // run.json is written after the checkpoint that it tells of.
  const auto id = json->find("id");
  if (id != json->end() && id->is_string())
    state->checkpoint = step_of_checkpoint(run / run_files::checkpoint, id->get<std::string>());
  if (state->checkpoint) return state;
  const auto step = json->find("checkpoint");
  if (step != json->end() && step->is_number_integer()) state->checkpoint = step->get<Index>();
  return state;
}

// Whether a file is what is left of a run that was killed before it had written its problem.
bool is_rest(const std::string& name) { return name == run_files::summary || is_temporary(name); }

// Whether the folder may be written to, but for locks. What a kill left of a write is nothing.
std::optional<Fault> occupied(const fs::path& path, bool force) {
  std::error_code error;
  const auto names = names_in(path, error);
  if (error) return cannot(path, "cannot read the folder", error);
  if (std::all_of(names.begin(), names.end(), is_rest)) return std::nullopt;
  if (!force) {
    const auto state = state_of(path);
    const std::optional<RunningState> killed = state ? *state : std::nullopt;
    const auto found = earlier_run(path);
    const bool interrupted =
        found && *found && (**found)["status"] == Codec<Status>::word(Status::interrupted);
    return Fault{FaultKind::output,
                 {path.string(), 0, 0},
                 "the folder is not empty" +
                     (killed        ? ": its run " + text_of(RunningState{false, killed->checkpoint}, path)
                      : interrupted ? ": its run was interrupted"
                                    : ""),
                 interrupted ? "--resume " + path.string() + " continues it, --force replaces it"
                 : killed || (found && *found) ? "--force replaces an earlier run there"
                                               : "choose another folder with -o"};
  }
  const auto run = earlier_run(path);
  if (!run) return run.faults().front();
  if (*run) return std::nullopt;
  return Fault{FaultKind::output,
               {path.string(), 0, 0},
               "the folder is not empty and holds no earlier run that --force could replace",
               "choose another place with -o"};
}

}  // namespace

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      unlocked_(std::move(other.unlocked_)),
      earlier_(std::move(other.earlier_)) {}

RunDirectory::~RunDirectory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<Fault> RunDirectory::lock() {
  descriptor_ = retried([&] { return ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  int error = descriptor_ < 0 ? errno : 0;
  // Whoever looks whether the run is alive holds the lock for a moment.
  constexpr int tries = 20;
  constexpr timespec pause{0, 5'000'000};
  for (int i = 0; error == 0; ++i) {
    if (retried([&] { return ::flock(descriptor_, LOCK_EX | LOCK_NB); }) == 0) break;
    if (errno != EWOULDBLOCK || i == tries) error = errno;
    if (error == 0) ::nanosleep(&pause, nullptr);
  }
  if (error == EWOULDBLOCK) return locked_by_other(path_);
  // A folder that may be written to but not read, and file systems without locks.
  if (error != 0) unlocked_ = system_reason(error);
  return std::nullopt;
}

bool holds_nothing(const fs::path& folder) {
  std::error_code error;
  const auto names = names_in(folder, error);
  if (error) return error == std::errc::no_such_file_or_directory;
  return std::all_of(names.begin(), names.end(), is_rest);
}

Checked<Done> RunDirectory::find_earlier() {
  std::error_code error;
  earlier_ = names_in(path_, error);
  if (error) return cannot(path_, "cannot read the folder", error);
  const std::string trace = earlier_trace(path_);
  std::erase_if(earlier_, [&](const std::string& name) {
    const auto& ours = run_files::all;
    return name != trace && name != run_files::usual_trace && !is_temporary(name) &&
           std::find(ours.begin(), ours.end(), name) == ours.end();
  });
  return Done{};
}

Checked<Done> RunDirectory::remove_checkpoint() const {
  std::error_code error;
  fs::remove(path_ / run_files::checkpoint, error);
  if (error) return cannot(path_ / run_files::checkpoint, "cannot replace the file", error);
  return Done{};
}

Checked<RunDirectory> RunDirectory::next(const fs::path& base, const std::string& name) {
  std::error_code error;
  fs::create_directories(base, error);
  if (error) return cannot(base, "cannot make the folder", error);
  for (int number = highest_number(base, name) + 1;; ++number) {
    const fs::path path = base / (name + "-" + number_text(number));
    // create_directory is one system call that tells whether the folder is new: no other run can have it too.
    if (fs::create_directory(path, error)) {
      RunDirectory directory(path);
      if (auto fault = directory.lock()) return *fault;
      return directory;
    }
    if (error) return cannot(path, "cannot make the folder", error);
  }
}

Checked<RunDirectory> RunDirectory::reopen(const fs::path& path, bool reads_only) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (error == std::errc::no_such_file_or_directory)
      return Fault{
          FaultKind::output, {path.string(), 0, 0}, "there is no such folder", cure_of_reading(path, ENOENT)};
    return Fault{FaultKind::output,
                 {path.string(), 0, 0},
                 error ? "cannot read the folder: " + error.message() : "is not a run directory",
                 "give a run directory, as lookahead solve writes it"};
  }
  RunDirectory directory(path);
  if (reads_only) return directory;
  if (auto fault = directory.lock()) return *fault;
  // What a run that was replaced here has left is to go too.
  if (auto found = directory.find_earlier(); !found) return found.faults();
  return directory;
}

Checked<std::optional<RunningState>> running_state(const fs::path& run) {
  auto state = state_of(run);
  if (!state || !*state) return state;
  const int descriptor = retried([&] { return ::open(run.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  // A lock that others who look may share.
  (*state)->alive = descriptor >= 0 && retried([&] { return ::flock(descriptor, LOCK_SH | LOCK_NB); }) != 0 &&
                    errno == EWOULDBLOCK;
  if (descriptor >= 0) ::close(descriptor);
  return state;
}

std::string text_of(const RunningState& state, const fs::path& run) {
  const std::string step = to_text(state.checkpoint.value_or(0));
  if (state.alive) {
    return state.checkpoint ? "is still running; its last checkpoint is of step " + step
                            : "is still running, without a checkpoint so far";
  }
  return (state.checkpoint ? "was killed; its last checkpoint is of step " + step
                           : std::string("was killed before its first checkpoint")) +
         "; resume with: lookahead solve --resume " + run.string();
}

std::optional<Fault> RunDirectory::in_use(const fs::path& path, bool force) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (there.type() == fs::file_type::not_found) return std::nullopt;
  if (error) return cannot(path, "cannot read the folder", error);
  if (!fs::is_directory(there)) {
    return Fault{FaultKind::output, {path.string(), 0, 0}, "is not a folder", "choose another place with -o"};
  }
  RunDirectory directory(path);
  if (auto fault = directory.lock()) return fault;
  return occupied(path, force);
}

Checked<RunDirectory> RunDirectory::at(const fs::path& path, bool force) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot(path, "cannot make the folder", error);
  RunDirectory directory(path);
  if (auto fault = directory.lock()) return *fault;
  if (auto fault = occupied(path, force)) return *fault;
  if (auto found = directory.find_earlier(); !found) return found.faults();
  return directory;
}

Checked<Done> RunDirectory::remove_earlier(const std::vector<std::string>& written) const {
  Faults faults;
  for (const std::string& name : earlier_) {
    std::error_code error;
    if (std::find(written.begin(), written.end(), name) != written.end()) continue;
    fs::remove(path_ / name, error);
    if (error) faults.push_back(cannot(path_ / name, "cannot replace the file", error));
  }
  if (!faults.empty()) return faults;
  return Done{};
}

}  // namespace lookahead
