#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "trial.hpp"

// A signal at every call that a command makes, and so in every phase of it: reading, training, evaluation,
// folds, writing. The clock is looked at between all pieces of work.
namespace lookahead::failures {
namespace {

constexpr long phase_calls[] = {clock_call, SYS_openat, SYS_read, SYS_write,
                                SYS_fsync,  SYS_rename, SYS_close};

// What is wrong with the end of a command that was signalled; empty where nothing is.
std::string wrong_end(const Remains& remains, const Remains& after, int signal) {
  const cli::Result& result = remains.result;
  // What was done when the signal came is a result.
  if (result.code == 0) return "";
  if (result.code != 128 + signal) return "exit " + std::to_string(result.code) + ": " + result.err;
  const auto summary = remains.files.find("out/run.json");
  if (summary == remains.files.end() || !after.files.contains("out/run.json")) return "";
  const auto run = nlohmann::json::parse(summary->second, nullptr, false);
  const bool interrupted = run["status"] == "interrupted";
  if (interrupted && !cli::contains(result.err, "interrupted; all files are complete up to here"))
    return "nothing is said of the interrupt: " + result.err;
  for (const auto& [name, text] : after.files) {
    // The models of folds are trained after the run's own.
    if (interrupted && name != "out/folds.csv" && !remains.files.contains(name)) return "there is no " + name;
  }
  return "";
}

// The next run takes the folder that the last command left: as it is where no run is in it, or by force; or
// it goes on.
void check_next(const cli::Folder& folder, const Trial& trial, const Remains& remains) {
  Command again = trial.command();
  again.before = "killed";
  std::filesystem::remove_all(folder.path("killed"));
  if (folder.exists("out")) {
    std::filesystem::rename(folder.path("out"), folder.path("killed"));
  } else {
    std::filesystem::create_directory(folder.path("killed"));
  }
  const bool resumes = again.arguments[1] == "--resume";
  if (!resumes && remains.files.contains("out/run.json")) again.arguments.push_back("--force");
  const Remains next = run_with(folder, again, {});
  CHECK_MESSAGE(next.result.code == 0, next.result.err);
  CHECK(next.files == trial.after().files);
}

// The signal at every step-th call of every kind, at `times` calls one after the other, between which so many
// seconds pass.
void signals_everywhere(long step, long times, long seconds = 0) {
  const cli::Folder folder;
  write_inputs(folder);
  constexpr int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  long injections = 0;
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    for (const long call : phase_calls) {
      for (Injection injection{.call = call, .times = times, .ahead = seconds};; injection.at += step) {
        injection.signal = numbers[injections % 3];
        const Remains remains = run_with(folder, command, injection);
        if (remains.disturbed.empty()) break;
        ++injections;
        std::string wrong = complaint(injection, remains, trial.before(), trial.after());
        if (wrong.empty()) wrong = wrong_end(remains, trial.after(), injection.signal);
        CHECK_MESSAGE(wrong.empty(), "lookahead " << command.arguments.front() << " "
                                                  << command.arguments.back() << ", " << text_of(injection)
                                                  << ": " << wrong);
        if (ends_at_once(injection) && command.arguments.front() == "solve")
          check_next(folder, trial, remains);
      }
    }
  }
  tell("signals", injections);
  CHECK(injections > 50);
}

TEST_CASE("a signal in any phase ends every command with its number, and a run with all its files") {
  if (!left_out()) signals_everywhere(spacing(17), 1);
}

TEST_CASE("the same signal twice, as timeout and shells send it, loses nothing either") {
  if (!left_out()) signals_everywhere(spacing(23), 2);
}

TEST_CASE(
    "a signal that comes again after a second ends every command at once, or with its last files written") {
  if (!left_out()) signals_everywhere(spacing(29), 2, 2);
}

TEST_CASE(
    "what a run has no time to evaluate after a signal is missing, told of, and made up for by the next") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  long given_up = 0;
  for (const Command& command : commands()) {
    if (command.arguments.front() != "solve") continue;
    const Trial trial(folder, command);
    const long looks = calls_of(folder, command, clock_call);
    for (Injection injection{.call = clock_call, .signal = SIGINT, .ahead = 2}; injection.at <= looks;
         injection.at += spacing(13)) {
      CAPTURE(text_of(injection));
      const Remains remains = run_with(folder, command, injection);
      const auto summary = remains.files.find("out/run.json");
      if (remains.result.code == 0 || summary == remains.files.end()) continue;
      const auto run = nlohmann::json::parse(summary->second);
      if (run["status"] != "interrupted") continue;
      if (run["result"]["loss_slow"].is_null()) {
        ++given_up;
        CHECK_MESSAGE(
            cli::contains(remains.result.err, "what could not be evaluated soon after the interrupt"),
            remains.result.err);
      }
      std::filesystem::remove_all(folder.path("killed"));
      std::filesystem::rename(folder.path("out"), folder.path("killed"));
      const Remains next = run_with(folder, {{"solve", "--resume", "out"}, "killed"}, {});
      CHECK_MESSAGE(next.result.code == 0, next.result.err);
      CHECK(next.files == trial.after().files);
    }
  }
  CHECK(given_up > 0);
}

TEST_CASE("an interrupted run whose messages nobody reads keeps its files") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  for (const Command& command : commands()) {
    if (command.arguments.front() != "solve") continue;
    const Trial trial(folder, command);
    cli::Surroundings surroundings;
    surroundings.unread = {1, 2};
    const long looks = calls_of(folder, command, clock_call);
    for (Injection injection{.call = clock_call, .signal = SIGTERM}; injection.at <= looks;
         injection.at += spacing(23)) {
      const Remains remains = run_with(folder, command, injection, surroundings);
      const auto summary = remains.files.find("out/run.json");
      if (remains.result.code == 143 && summary == remains.files.end()) continue;
      // One that has not begun yet leaves the run that it was to continue as it is.
      if (remains.result.code == 143 && remains.files == trial.before()) continue;
      // Of a command that was over before, and of one that was interrupted, the summary cannot be printed.
      CHECK((remains.result.code == 5 || remains.result.code == 143));
      REQUIRE(summary != remains.files.end());
      const auto status = nlohmann::json::parse(summary->second)["status"];
      CHECK((status == "interrupted" || status == "finished"));
    }
  }
}

TEST_CASE("a signal that is ignored from the start stays ignored") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      cli::Surroundings surroundings;
      surroundings.ignored = {number};
      for (const long call : {SYS_read, SYS_write}) {
        const Remains remains =
            run_with(folder, command, {.call = call, .at = 2, .signal = number}, surroundings);
        CHECK(remains.result.code == 0);
        CHECK(remains.files == trial.after().files);
      }
    }
  }
}

TEST_CASE(
    "the first process of a container obeys signals, to which the system does nothing there by itself") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  const std::string apart = "unshare --user --map-root-user --pid --fork ";
  const auto run = [&](const std::string& command) {
    const int status =
        std::system(("cd " + folder.path() + " && " + command + " >out.txt 2>&1 </dev/null").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  if (run(apart + "true") != 0) {
    MESSAGE("left out: no container can be made here");
    return;
  }
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    for (const char* command :
         {"check function.yaml", "gradcheck function.yaml", "certify function.yaml", "predict -m data t.csv",
          "init --data t.csv --target two", "solve function.yaml --dry-run", "solve function.yaml -o out"}) {
      CAPTURE(command);
      const std::string variables = "INTERPOSE_CALL=" + std::to_string(SYS_read) +
                                    " INTERPOSE_AT=2 INTERPOSE_SIGNAL=" + std::to_string(number) + " ";
      CHECK(run(variables + apart + "env LD_PRELOAD=" LOOKAHEAD_INTERPOSER " " LOOKAHEAD_BINARY " " +
                command) == 128 + number);
    }
  }
}

TEST_CASE("after a kill at any write a run's folder is whole, and can be used again") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  long injections = 0;
  for (const Command& command : commands()) {
    if (command.arguments.front() != "solve") continue;
    const Trial trial(folder, command);
    for (const long call : {SYS_openat, SYS_write, SYS_fsync, SYS_rename, SYS_unlink, SYS_mkdir, SYS_flock}) {
      const bool many = call == SYS_openat;
      for (Injection injection{.call = call, .signal = SIGKILL};;
           injection.at += many ? spacing(23) : spacing(2)) {
        const Remains remains = run_with(folder, command, injection);
        if (remains.disturbed.empty()) break;
        ++injections;
        CAPTURE(text_of(injection));
        CAPTURE(command.arguments.back());
        CHECK(remains.result.signal == SIGKILL);
        const std::string wrong = complaint(injection, remains, trial.before(), trial.after());
        CHECK_MESSAGE(wrong.empty(), wrong);
        check_next(folder, trial, remains);
      }
    }
  }
  tell("kills", injections);
  CHECK(injections > 50);
}

TEST_CASE("while a run is replaced there is always a model to predict with") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  const Command replacing{{"solve", "data.yaml", "-o", "out", "--force", "--threads", "1"}, "data"};
  const Trial trial(folder, replacing);
  for (const long call : {SYS_write, SYS_fsync, SYS_rename, SYS_unlink}) {
    for (Injection injection{.call = call, .signal = SIGKILL};; injection.at += spacing(3)) {
      const Remains remains = run_with(folder, replacing, injection);
      if (remains.disturbed.empty()) break;
      const auto predicted = cli::run(folder, {"predict", "-m", "out", "t.csv"});
      CHECK_MESSAGE(predicted.code == 0, predicted.err);
    }
  }
}

}  // namespace
}  // namespace lookahead::failures
