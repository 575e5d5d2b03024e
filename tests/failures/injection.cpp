#include "injection.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/system_reason.hpp"
#include "base/text.hpp"

namespace lookahead::failures {
namespace {

namespace fs = std::filesystem;

constexpr const char* marks = "marks";

constexpr const char* checkpoint = "out/checkpoint.bin";

// What tells of times, of memory and of this process.
std::string without_times(const std::string& text) {
  static const std::regex seconds("in [0-9.e-]+ s \\([0-9.e-]+ s stepping\\)"), memory("about [0-9.]+ [kM]B");
  static const std::regex sweep("finished( \\([0-9]+ before\\))? in [0-9.e-]+ s");
  const std::string plain =
      std::regex_replace(std::regex_replace(text, seconds, "in time"), memory, "about memory");
  return std::regex_replace(plain, sweep, "finished$1");
}

std::string without_times(nlohmann::json run) {
  for (const char* key :
       {"read_s", "time_s", "elapsed_s", "trace_s", "started", "pid", "threads", "machine", "host"})
    run.erase(key);
  // A note of what the machine does not have (locks of folders) is one more; and a checkpoint that could not
  // be written is no fault of the run.
  run.erase("warnings");
  run.erase("checkpoint");
  return run.dump(1);
}

// Whether a checkpoint is as long as it says.
bool whole_checkpoint(const std::string& text) {
  constexpr std::string_view line = "lookahead checkpoint 4\n";
  std::uint64_t size = 0;
  const std::size_t head = line.size() + sizeof size + sizeof(std::uint32_t);
  if (text.size() < head || !text.starts_with(line)) return false;
  std::memcpy(&size, text.data() + line.size(), sizeof size);
  return text.size() - head == size;
}

std::string content_of(const fs::path& path, const std::string& text) {
  // Times are in it.
  if (path.filename() == "checkpoint.bin") return whole_checkpoint(text) ? "whole" : "torn";
  // The last column of a sweep's runs are seconds, and its journal has them too, with a checksum.
  static const std::regex last("(,[^,\n]*)\n"), journal("(^|\n)[0-9a-f]{8} "), time(" time_s=[^ \n]*");
  if (path.filename() == "runs.csv") return std::regex_replace(text, last, "\n");
  if (path.filename() == "journal.log")
    return std::regex_replace(std::regex_replace(text, journal, "$1"), time, "");
  // A path that cannot be followed is spelled as it is given.
  static const std::regex here("/\\./");
  const std::string plain = std::regex_replace(text, here, "/");
  const auto run = nlohmann::json::parse(plain, nullptr, false);
  return path.filename() == "run.json" && run.is_object() ? without_times(run) : plain;
}

Files files_of(const cli::Folder& folder, const std::string& name) {
  Files files;
  if (!folder.exists(name)) return files;
  for (const auto& entry : fs::directory_iterator(folder.path(name))) {
    const std::string file = name + "/" + entry.path().filename().string();
    files["out/" + entry.path().filename().string()] = content_of(file, folder.read(file));
  }
  return files;
}

// The reason that the program can give for an error.
bool tells_cause(const std::string& err, const Injection& injection) {
  if (injection.call == memory_call || injection.error == ENOMEM) {
    return cli::contains(err, "memory");
  }
  if (injection.room >= 0) return cli::contains(err, system_reason(ENOSPC));
  // Where it cannot be told what a path is, it is taken for what it is not, and that is told.
  if (injection.call == SYS_newfstatat) return true;
  return cli::contains(err, system_reason(injection.error));
}

bool whole_lines(const std::string& csv) {
  if (csv.empty()) return true;
  if (csv.back() != '\n') return false;
  const auto table = cli::parse_csv(csv);
  return std::all_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return row.size() == table.header.size(); });
}

// What is wrong with the files, however the command ended.
std::string torn(const Injection& injection, const Remains& remains, const Files& before,
                 const Files& after) {
  for (const auto& [name, text] : remains.files) {
    // What cannot be removed stays.
    const bool removable = injection.call != SYS_unlink && !ends_at_once(injection);
    if (removable && cli::contains(name, ".tmp")) return name + " is left";
    if (name.ends_with(".csv") && !whole_lines(text)) return name + " is torn";
    if (name == checkpoint && text != "whole") return name + " is torn";
  }
  // A sweep goes on from whatever of its files is there.
  if (after.contains("out/sweep.yaml")) return "";
  const auto summary = remains.files.find("out/run.json");
  if (summary == remains.files.end()) {
    if (!before.empty()) return "the run before is lost";
    const bool none = std::all_of(remains.files.begin(), remains.files.end(),
                                  [](const auto& file) { return file.first.ends_with(".tmp"); });
    return none ? "" : "files without a run.json";
  }
  const auto unchanged = [&](const Files& files) {
    return std::all_of(files.begin(), files.end(), [&](const auto& file) {
      if (file.first == checkpoint) return true;
      const auto own = remains.files.find(file.first);
      return own != remains.files.end() && own->second == file.second;
    });
  };
  if (before.contains("out/run.json") && summary->second == before.at("out/run.json")) {
    // A run that goes on from its checkpoint cuts its trace.
    if (nlohmann::json::parse(summary->second)["status"] == "running") return "";
    // The rows of a certificate are made anew, and a log is no result.
    Files kept = before;
    kept.erase("out/certificate.csv");
    return unchanged(kept) ? "" : "the run before is damaged";
  }
  const auto run = nlohmann::json::parse(summary->second, nullptr, false);
  if (!run.is_object()) return "run.json is torn";
  const bool lasts = injection.times == for_ever || injection.room >= 0 || ends_at_once(injection);
  // A destructor that finds no memory ends the program, whatever it was about to do.
  const bool ended = cli::contains(remains.result.err, "the command needs more memory than there is\n");
  if (run["status"] == "running" && !lasts && !ended) return "run.json says that the run goes on";
  if (run["status"] == "finished" && !unchanged(after)) return "run.json says that the run finished";
  return "";
}

}  // namespace

std::string text_of(const Injection& injection) {
  std::string text =
      "call " + std::to_string(injection.call) + ", the " + std::to_string(injection.at) + "th";
  if (injection.error != 0) text += ", fails: " + system_reason(injection.error);
  if (injection.signal != 0) text += ", signal " + std::to_string(injection.signal);
  if (injection.halve) text += ", does half";
  if (injection.room >= 0) text += ", room for " + std::to_string(injection.room) + " bytes";
  if (injection.ahead > 0) text += ", on a slow machine";
  if (injection.times != 1) text += ", " + std::to_string(injection.times) + " times";
  return text;
}

bool ends_at_once(const Injection& injection) {
  return injection.signal == SIGKILL || (injection.times > 1 && injection.ahead > 0);
}

Remains run_with(const cli::Folder& folder, const Command& command, const Injection& injection,
                 const cli::Surroundings& around) {
  fs::remove_all(folder.path("out"));
  fs::remove(folder.path("out.log"));
  fs::remove(folder.path(marks));
  if (!command.before.empty()) fs::copy(folder.path(command.before), folder.path("out"));
  cli::Surroundings surroundings = around;
  if (!command.input.empty()) surroundings.input = folder.read(command.input);
  surroundings.seconds = 30;
  auto& variables = surroundings.environment;
  const auto set = [&](const char* name, long value) { variables[name] = std::to_string(value); };
  variables["LD_PRELOAD"] = LOOKAHEAD_INTERPOSER;
  variables["INTERPOSE_MARK"] = folder.path(marks);
  set("INTERPOSE_CALL", injection.call);
  set("INTERPOSE_AT", injection.at);
  set("INTERPOSE_TIMES", injection.times);
  set("INTERPOSE_ERROR", injection.error);
  set("INTERPOSE_SIGNAL", injection.signal);
  set("INTERPOSE_HALVE", injection.halve ? 1 : 0);
  set("INTERPOSE_ROOM", injection.room);
  set("INTERPOSE_BEHIND", injection.behind);
  set("INTERPOSE_AHEAD", injection.ahead);
  Remains remains;
  remains.result = cli::run(folder, command.arguments, surroundings);
  remains.out = without_times(remains.result.out);
  remains.files = files_of(folder, "out");
  if (folder.exists(marks)) {
    std::istringstream lines(folder.read(marks));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      long nth = 0, first = 0;
      std::string path;
      words >> nth >> first;
      std::getline(words >> std::ws, path);
      remains.disturbed.emplace_back(first, path);
    }
  }
  return remains;
}

bool can_inject() {
  const cli::Folder folder;
  const auto remains = run_with(folder, {{"version"}}, {SYS_write, 1, for_ever});
  return !remains.disturbed.empty() && remains.disturbed.front().second != "no filter";
}

Files files_before(const cli::Folder& folder, const Command& command) {
  return command.before.empty() ? Files() : files_of(folder, command.before);
}

long calls_of(const cli::Folder& folder, const Command& command, long call) {
  return static_cast<long>(run_with(folder, command, {call, 1, for_ever}).disturbed.size());
}

std::string complaint(const Injection& injection, const Remains& remains, const Files& before,
                      const Remains& after) {
  const cli::Result& result = remains.result;
  if (result.signal == SIGKILL && injection.signal != SIGKILL) return "hangs";
  if (result.signal != 0 && result.signal != injection.signal)
    return "ends by signal " + std::to_string(result.signal) + ": " + result.err;
  if (result.code == 0) {
    if (remains.out != after.out) return "exit 0, but another result: " + remains.out + result.err;
    for (const auto& [name, text] : after.files) {
      const auto own = remains.files.find(name);
      // A run goes on without a checkpoint that cannot be written, and says so.
      if (name == checkpoint && cli::contains(result.err, "warning: ")) continue;
      if (own == remains.files.end()) return "exit 0 without " + name;
      if (own->second != text) return "exit 0, but another " + name + ": " + own->second;
    }
  } else if (injection.error != 0 || injection.room >= 0) {
    // Runs of a sweep that fail are told of as such.
    if (result.code == 8) {
      const bool told = cli::contains(result.err, ": error: ") && tells_cause(result.err, injection);
      return told ? torn(injection, remains, before, after.files) : "no cause is told: " + result.err;
    }
    constexpr std::array documented = {2, 3, 4, 5};
    if (std::find(documented.begin(), documented.end(), result.code) == documented.end())
      return "exit " + std::to_string(result.code) + ": " + result.err;
    // A message that cannot be written is not there.
    const bool unheard = injection.call == SYS_write && !remains.disturbed.empty() &&
                         std::any_of(remains.disturbed.begin(), remains.disturbed.end(),
                                     [](const auto& call) { return call.first == 2; });
    if (!unheard && !cli::contains(result.err, "error: ")) return "no error is told: " + result.err;
    if (!unheard && !tells_cause(result.err, injection)) return "no cause is told: " + result.err;
  }
  return torn(injection, remains, before, after.files);
}

}  // namespace lookahead::failures
