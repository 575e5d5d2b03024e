#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "trial.hpp"

// Everything that a process can be short of: room on the disk, sizes of files, memory, descriptors,
// processes, permissions, folders, variables, streams, the right time.
namespace lookahead::failures {
namespace {

namespace fs = std::filesystem;

// An exit code with its message, or the undisturbed result, under every value of a limit.
void survives_limits(const std::vector<cli::Surroundings>& limits, const std::string& cause) {
  const cli::Folder folder;
  write_inputs(folder);
  bool failed = false, succeeded = false;
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    for (const cli::Surroundings& limit : limits) {
      CAPTURE(command.arguments.front());
      CAPTURE(limit.most_file_bytes);
      CAPTURE(limit.most_memory);
      CAPTURE(limit.most_descriptors);
      const Remains remains = run_with(folder, command, {}, limit);
      // Without a library the loader itself ends the program, before main.
      const bool unstarted = remains.result.code == 127 || cli::contains(remains.result.err, "shared object");
      if (unstarted) continue;
      const std::string wrong = complaint({.times = for_ever}, remains, trial.before(), trial.after());
      CHECK_MESSAGE(wrong.empty(), wrong);
      CHECK(remains.result.signal == 0);
      CHECK((remains.result.code == 0 || (remains.result.code >= 2 && remains.result.code <= 5)));
      if (remains.result.code != 0) {
        CHECK_MESSAGE(cli::contains(remains.result.err, ": error: "), remains.result.err);
        CHECK_MESSAGE(cli::contains(remains.result.err, cause), remains.result.err);
      }
      (remains.result.code == 0 ? succeeded : failed) = true;
    }
  }
  CHECK(failed);
  CHECK(succeeded);
}

std::vector<cli::Surroundings> limits(rlim_t cli::Surroundings::*which, const std::vector<rlim_t>& values) {
  std::vector<cli::Surroundings> all;
  for (const rlim_t value : values) {
    all.emplace_back();
    all.back().*which = value;
  }
  return all;
}

TEST_CASE("a disk that is full after any byte ends a command with the reason, and tears no file") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  long injections = 0;
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    std::size_t bytes = 0;
    for (const auto& [name, text] : trial.after().files) bytes += text.size();
    // The run.json is written twice.
    const long most = 2 * static_cast<long>(bytes) + 3000;
    if (bytes == 0) continue;
    for (long room = 0; room < most; room += asked_spacing() != 0 ? 17 : 797, ++injections)
      trial.survives("write", {.call = SYS_write, .at = for_ever, .room = room});
  }
  tell("full disks", injections);
  CHECK(injections > 20);
}

TEST_CASE("a trace that fills the disk gives its last rows for the result and run.json") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  folder.write("long.yaml",
               "objective: {function: sphere, dim: 40}\noptimizer: {name: sgd, lr: 1e-3}\n"
               "stop: {steps: 400}\ntrace: {every: 1, points: true, time: false}\n");
  const Command command{{"solve", "long.yaml", "-o", "out", "-q"}};
  const Trial trial(folder, command);
  long bytes = 0;
  for (const auto& [name, text] : trial.after().files) bytes += static_cast<long>(text.size());
  // From where the trace is long enough to give way, to where everything has room.
  int cut = 0;
  for (long room = 30000; room < bytes + 6000; room += asked_spacing() != 0 ? 503 : 9973) {
    CAPTURE(room);
    const Injection full{.call = SYS_write, .at = for_ever, .room = room};
    trial.survives("write", full);
    const Remains remains = run_with(folder, command, full);
    REQUIRE(remains.files.contains("out/solution.csv"));
    const auto run = folder.json("out/run.json");
    CHECK(run["result"]["loss_slow"].is_number());
    CHECK(run["status"] == (remains.result.code == 0 ? "finished" : "failed"));
    if (!cli::contains(remains.result.err, "the last rows gave way")) continue;
    ++cut;
    const std::string &whole = trial.after().files.at("out/trace.csv"),
                      &left = remains.files.at("out/trace.csv");
    CHECK(whole.starts_with(left));
    CHECK(left.size() < whole.size());
  }
  CHECK(cut > 0);
}

TEST_CASE("a limit of the size of files is a write that fails") {
  if (left_out()) return;
  // The messages are files too here.
  survives_limits(limits(&cli::Surroundings::most_file_bytes, {700, 800, 1000, 1500, 2000, 1000000}),
                  "File too large");
}

TEST_CASE("a limit of memory is told, or enough") {
  if (left_out()) return;
  std::vector<rlim_t> megabytes;
  for (rlim_t megabyte = 12; megabyte <= 150; megabyte += 14) megabytes.push_back(megabyte << 20);
  survives_limits(limits(&cli::Surroundings::most_memory, megabytes), "memory");
}

// A group of processes that may have so much memory, of either version of the interface.
class MemoryGroup {
 public:
  MemoryGroup() {
    const std::string name = "lookahead-" + std::to_string(::getpid());
    for (const fs::path root : {"/sys/fs/cgroup/memory", "/sys/fs/cgroup"}) {
      for (const char* file : {"memory.limit_in_bytes", "memory.max"}) {
        std::error_code error;
        path_ = root / name;
        fs::create_directory(path_, error);
        limit_ = path_ / file;
        if (!error && fs::exists(limit_) && set(std::size_t{1} << 30)) return;
        fs::remove(path_, error);
      }
    }
    path_.clear();
  }
  ~MemoryGroup() {
    std::error_code unknown;
    if (possible()) fs::remove(path_, unknown);
  }
  bool possible() const { return !path_.empty(); }
  bool set(std::size_t bytes) const {
    std::ofstream file(limit_);
    file << bytes << std::flush;
    return static_cast<bool>(file);
  }
  fs::path members() const { return path_ / "cgroup.procs"; }

 private:
  fs::path path_, limit_;
};

TEST_CASE("a control group's memory is told beforehand or enough: the system never has to kill a run") {
  const MemoryGroup group;
  if (!group.possible()) {
    MESSAGE("left out: no control group of memory can be made here");
    return;
  }
  const cli::Folder folder;
  folder.write("wide.yaml",
               "objective: {function: sphere, dim: 400000}\noptimizer: adam\nstop: {steps: 3}\n"
               "trace: {time: false}\n");
  bool refused = false, enough = false;
  for (std::size_t megabytes = 20; megabytes <= 120; megabytes += 4) {
    CAPTURE(megabytes);
    REQUIRE(group.set(megabytes << 20));
    const int status =
        std::system(("cd " + folder.path() + " && sh -c 'echo $$ >" + group.members().string() +
                     " && exec " LOOKAHEAD_BINARY " -q solve wide.yaml -o out --checkpoint 1ms'" +
                     " >out.txt 2>&1 && rm -r out")
                        .c_str());
    REQUIRE(WIFEXITED(status));
    const int code = WEXITSTATUS(status);
    CHECK((code == 0 || code == 3));
    if (code == 3)
      CHECK_MESSAGE(cli::contains(folder.read("out.txt"), " of memory, there are "), folder.read("out.txt"));
    (code == 0 ? enough : refused) = true;
  }
  CHECK(refused);
  CHECK(enough);
}

TEST_CASE("a limit of open files is told, or enough") {
  if (left_out()) return;
  survives_limits(limits(&cli::Surroundings::most_descriptors, {4, 5, 6, 7, 20}), "Too many open files");
}

TEST_CASE("without a thread more than its own, as with ulimit -u, a command has the same result") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    const Injection none{.call = thread_call, .times = for_ever, .error = EAGAIN};
    const Remains remains = run_with(folder, command, none);
    CHECK_MESSAGE(remains.result.code == 0, remains.result.err);
    CHECK(remains.files == trial.after().files);
  }
}

TEST_CASE("a clock that is set back changes no result") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    for (const long at : {1L, 3L, 20L}) {
      const Remains remains = run_with(
          folder, command, {.call = clock_call, .at = at, .times = for_ever, .behind = 86400L * 365 * 80});
      CHECK_MESSAGE(remains.result.code == 0, remains.result.err);
      CHECK(remains.files == trial.after().files);
      if (!folder.exists("out/run.json")) continue;
      for (const char* time : {"read_s", "time_s", "elapsed_s", "trace_s"}) {
        CAPTURE(time);
        CHECK(folder.json("out/run.json")[time].get<double>() >= 0);
      }
    }
  }
}

TEST_CASE("without a home, a folder for temporary files or any variable a command has the same result") {
  const cli::Folder folder;
  write_inputs(folder);
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    cli::Surroundings bare;
    for (const char* name : {"HOME", "TMPDIR", "PATH", "LANG", "LC_ALL", "USER"}) bare.environment[name] = "";
    bare.environment["TMPDIR"] = "/nowhere";
    const Remains remains = run_with(folder, command, {}, bare);
    CHECK_MESSAGE(remains.result.code == 0, remains.result.err);
    CHECK(remains.files == trial.after().files);
  }
}

TEST_CASE("with any of its streams closed a command's files are what they are, and nothing gets into them") {
  const cli::Folder folder;
  write_inputs(folder);
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    for (const std::vector<int>& closed : {std::vector<int>{0}, {1}, {2}, {0, 1, 2}}) {
      CAPTURE(command.arguments.front());
      CAPTURE(closed.front());
      cli::Surroundings surroundings;
      surroundings.closed = closed;
      const Remains remains = run_with(folder, command, {}, surroundings);
      const bool reads = !command.input.empty() && closed.front() == 0;
      const bool prints = closed.back() != 2 || closed.size() == 3;
      if (reads) {
        CHECK(remains.result.code == 3);
        CHECK(remains.files.empty());
        CHECK((closed.size() == 3 ||
               cli::contains(remains.result.err, "<stdin>: error: cannot read the file")));
        continue;
      }
      const bool silent = closed.front() == 1 || closed.size() == 3;
      CHECK(remains.result.code == (silent && prints && !trial.after().out.empty() ? 5 : 0));
      CHECK(remains.files == trial.after().files);
    }
  }
}

TEST_CASE("folders that nothing may be written to, and a umask that forbids everything, are output faults") {
  const cli::Folder folder;
  write_inputs(folder);
  fs::permissions(folder.path(), fs::perms(0555));
  for (const Command& command : commands()) {
    if (command.arguments.front() != "solve" || !command.before.empty() || !command.input.empty()) continue;
    cli::Surroundings nobody;
    nobody.as_nobody = true;
    const auto refused = cli::run(folder, command.arguments, nobody);
    CHECK(refused.code == 5);
    CHECK_MESSAGE(cli::contains(refused.err, "Permission denied"), refused.err);
    CHECK_FALSE(folder.exists("out"));
  }
  fs::permissions(folder.path(), fs::perms(0777));
  cli::Surroundings masked;
  masked.as_nobody = true;
  masked.mask = 0777;
  const auto result = cli::run(folder, {"solve", "function.yaml", "-o", "masked"}, masked);
  CHECK(result.code == 5);
  CHECK_MESSAGE(cli::contains(result.err, "masked: error: cannot read the folder: Permission denied"),
                result.err);
  fs::permissions(folder.path("masked"), fs::perms(0700));
  CHECK(fs::is_empty(folder.path("masked")));
  // Root may; its files are those of nobody else.
  masked.as_nobody = false;
  if (::geteuid() == 0) CHECK(cli::run(folder, {"solve", "function.yaml", "-o", "root"}, masked).code == 0);
}

TEST_CASE("a run whose folder is removed says what it could not write, and does not make it again") {
  const cli::Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {steps: 1e12}\n");
  cli::Process process(folder, {"solve", "p.yaml", "-o", "out"});
  REQUIRE(cli::eventually(60, [&] { return folder.exists("out/trace.csv") || !process.running(); }));
  // Moved away in one step: the run may be writing to it.
  fs::rename(folder.path("out"), folder.path("elsewhere"));
  process.signal(SIGTERM);
  const auto result = process.wait();
  CHECK(result.code == 5);
  CHECK_MESSAGE(cli::contains(result.err, "out/solution.csv: error: cannot write: No such file"), result.err);
  CHECK_FALSE(folder.exists("out"));
  CHECK(folder.read("elsewhere/trace.csv").back() == '\n');
}

TEST_CASE("arguments of 100 kB are refused or used, whatever they are for") {
  const cli::Folder folder;
  write_inputs(folder);
  const std::string text(100000, 'x');
  const std::string shown = "File name too long";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"solve", text},
        {"solve", "function.yaml", "-o", text},
        {"solve", "function.yaml", "-o", "out", "--log-file", text},
        {"predict", "-m", text, "t.csv"},
        {"predict", "-m", "data", text},
        {"predict", "-m", "data", "t.csv", "--id", text},
        {"certify", text},
        {"check", text},
        {"init", "--data", text, "--target", "y"},
        {"init", "--data", "t.csv", "--target", text},
        {"describe", text},
        {"list", text},
        {"help", text},
        {text}}) {
    CAPTURE(arguments.front().substr(0, 20));
    const auto result = cli::run(folder, arguments);
    CHECK(result.code >= 2);
    CHECK(result.code <= 5);
    CHECK_MESSAGE(cli::contains(result.err, "error: "), result.err.substr(0, 300));
    CHECK(result.err.size() < 2 * text.size() + 1000);
    CHECK_FALSE(folder.exists("out"));
  }
}

}  // namespace
}  // namespace lookahead::failures
