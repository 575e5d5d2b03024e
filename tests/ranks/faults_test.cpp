#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "cli/same_files.hpp"
#include "launcher.hpp"

// What befalls one of several processes ends all of them, with its words, and leaves what can be gone on from.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Long enough to be met by anything.
const std::string long_run =
    "objective: {function: rosenbrock_chained, dim: 4000}\noptimizer: adam\nlookahead: {k: 500, workers: 4}\n"
    "stop: {rounds: 100}\nseed: 3\ntrace: {time: false}\n";
const std::string long_sweep =
    "problem: {objective: {function: quadratic_diag, dim: 50, noise: {gaussian: 0.1}}, optimizer: {name: sgd, "
    "lr: 1e-4}, stop: {steps: 10000}}\nvary: {optimizer.lr: {log: [1e-6, 1e-4], points: 20}}\nseeds: 1..2\n";

// Ranks that need not wait for long to know that one of them hangs.
Surroundings impatient(const Launcher& launcher, int count) {
  Surroundings surroundings = ranks(launcher, count);
  surroundings.environment["LOOKAHEAD_PATIENCE"] = "4s";
  return surroundings;
}

// Every rank is started by a line of the shell, which knows its number as $RANK and the program with its words as
// "$0" "$@".
Surroundings by_shell(const Launcher& launcher, int count, const std::string& line) {
  Surroundings surroundings = ranks(launcher, count);
  for (const std::string& word :
       {std::string("sh"), std::string("-c"), "RANK=$" + launcher.rank + "; " + line})
    surroundings.launcher.push_back(word);
  return surroundings;
}

Surroundings on_one(const Launcher& launcher, int count, int rank, const std::string& line) {
  return by_shell(launcher, count,
                  "if [ $RANK = " + std::to_string(rank) + " ]; then " + line + "; fi; exec \"$0\" \"$@\"");
}

// The processes whose current folder is this one, those of a launcher and its ranks.
int processes_in(const Folder& folder) {
  int count = 0;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc", gone)) {
    std::error_code none;
    const auto place = fs::read_symlink(entry.path() / "cwd", none);
    if (!none && place == fs::path(folder.path())) ++count;
  }
  return count;
}

void check_nothing_runs(const Folder& folder) {
  CHECK(eventually(10, [&] { return processes_in(folder) == 0; }));
}

// Stops rank `rank` once `begun` holds, and returns how the others end.
Result with_stopped(const Folder& folder, const Words& words, const Surroundings& with, int rank,
                    const std::function<bool()>& begun) {
  Process process(folder, words, with);
  REQUIRE(eventually(60, [&] { return begun() || !process.running(); }));
  const auto victim = process_of_rank(process, rank);
  REQUIRE(victim);
  ::kill(*victim, SIGSTOP);
  return process.wait();
}

// By a rank whose code was 5, which not every launcher makes its own.
void check_ended(const Launcher& launcher, const Result& result) {
  if (launcher.of_openmpi) CHECK(result.code == 5);
  CHECK(result.code != 0);
}

// Whether there is time for the cases in which ranks wait for others that do not come, minutes in all.
bool has_time() {
  if (std::getenv("LOOKAHEAD_RANK_FAULTS") != nullptr) return true;
  MESSAGE("skipped: LOOKAHEAD_RANK_FAULTS is not set");
  return false;
}

std::string rank_text(int rank) { return "rank " + std::to_string(rank) + " on "; }

}  // namespace

TEST_CASE("a rank that hangs ends the run, is named, and the run goes on to the same files") {
  if (!has_time()) return;
  for (const Launcher& launcher : launchers()) {
    const Folder folder;
    folder.write("p.yaml", long_run);
    REQUIRE(run(folder, {"solve", "-q", "p.yaml", "-o", "whole", "--threads", "1"}).code == 0);
    for (const int rank : {0, 1}) {
      CAPTURE(launcher.file);
      CAPTURE(rank);
      const Result cut = with_stopped(
          folder, {"solve", "-q", "p.yaml", "-o", "cut", "--threads", "1", "--checkpoint", "100ms"},
          impatient(launcher, 3), rank, [&] { return folder.exists("cut/checkpoint.bin"); });
      CAPTURE(cut.err);
      check_ended(launcher, cut);
      const int speaks = rank == 0 ? 1 : 0;
      const auto line = cut.err.find(rank_text(rank));
      REQUIRE(line != std::string::npos);
      const std::string text = cut.err.substr(line, cut.err.find('\n', line) - line);
      CHECK(contains(text, ": error: hangs: " + rank_text(speaks)));
      CHECK(contains(text, " s for it, whose own work between two waits took "));
      CHECK(contains(text, " s at most (resume from the last checkpoint with --resume)"));
      // Once, by one of them.
      CHECK(cut.err.find("hangs") == cut.err.rfind("hangs"));
      check_nothing_runs(folder);
      CHECK(run(folder, {"check", "cut"}).code == 0);
      CHECK(run(folder, {"solve", "-q", "--resume", "cut", "--threads", "1"}).code == 0);
      check_same_files(folder, "whole", "cut", "threads");
      fs::remove_all(folder.path("cut"));
    }
  }
}

TEST_CASE("ranks that are all stopped for longer than their patience go on afterwards") {
  if (!has_time()) return;
  for (const Launcher& launcher : launchers()) {
    CAPTURE(launcher.file);
    const Folder folder;
    folder.write("p.yaml", long_run);
    Surroundings with = ranks(launcher, 2);
    with.environment["LOOKAHEAD_PATIENCE"] = "1s";
    Process process(folder, {"solve", "-q", "p.yaml", "-o", "o", "--threads", "1", "-s", "stop.rounds=50"},
                    with);
    REQUIRE(eventually(60, [&] { return folder.exists("o/trace.csv") || !process.running(); }));
    const auto first = process_of_rank(process, 0), second = process_of_rank(process, 1);
    REQUIRE((first && second));
    for (const auto& one : {first, second}) ::kill(*one, SIGSTOP);
    CHECK_FALSE(eventually(5, [&] { return !process.running(); }));
    for (const auto& one : {first, second}) ::kill(*one, SIGCONT);
    CHECK(process.wait().code == 0);
  }
}

TEST_CASE("a rank that hangs ends a sweep, is named, and the sweep goes on to the same table") {
  if (!has_time()) return;
  for (const Launcher& launcher : launchers()) {
    const Folder folder;
    folder.write("s.yaml", long_sweep);
    REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "one"}).code == 0);
    for (const int rank : {0, 2}) {
      CAPTURE(launcher.file);
      CAPTURE(rank);
      const Result cut = with_stopped(
          folder, {"sweep", "s.yaml", "-q", "-o", "cut", "--threads", "1"}, impatient(launcher, 3), rank,
          [&] { return folder.exists("cut/journal.log") && !folder.read("cut/journal.log").empty(); });
      CAPTURE(cut.err);
      check_ended(launcher, cut);
      // Who has just sent it much waits for it to take that.
      const bool waits = contains(cut.err, rank_text(rank)) && contains(cut.err, ": error: hangs: rank ");
      const auto silent = cut.err.find(": error: " + rank_text(rank));
      if (!waits) CHECK(cut.err.find(" hangs: it has given no sign of life for ", silent) < cut.err.size());
      CHECK(contains(cut.err, "(the same command goes on from the runs that are finished)"));
      CHECK(cut.err.find("hangs") == cut.err.rfind("hangs"));
      check_nothing_runs(folder);
      CHECK(run(folder, {"sweep", "s.yaml", "-q", "-o", "cut"}, ranks(launcher, 2)).code == 0);
      CHECK(steady_table(folder, "cut") == steady_table(folder, "one"));
      fs::remove_all(folder.path("cut"));
    }
  }
}

TEST_CASE("a run of a sweep may take longer than ranks wait for a sign of life") {
  if (!has_time()) return;
  for (const Launcher& launcher : launchers()) {
    CAPTURE(launcher.file);
    const Folder folder;
    // Two runs for two ranks, of which one takes many times the patience.
    folder.write("slow.sh",
                 "read -r hello\necho ok\nwhile read -r x y; do sleep 0.2; echo 1 0.5 0.5; done\n");
    folder.write(
        "p.yaml",
        "objective: {program: [sh, slow.sh], dim: 2}\noptimizer: {name: sgd, lr: 1e-3}\nlookahead: false\n"
        "stop: {steps: 20}\n");
    folder.write("s.yaml", "problem: p.yaml\nvary: {stop.steps: [1, 30]}\n");
    // After the first rung one rank has no run any more, whichever it is.
    folder.write(
        "h.yaml",
        "problem: p.yaml\nvary: {optimizer.lr: [1e-3, 1e-4]}\nhalving: {from: {steps: 1}, keep: 0.5}\n");
    Surroundings with = ranks(launcher, 2);
    with.environment["LOOKAHEAD_PATIENCE"] = "2s";
    for (const char* file : {"s.yaml", "h.yaml"}) {
      const Result result = run(folder, {"sweep", file, "-q", "-o", "s", "--force", "--threads", "1"}, with);
      CAPTURE(result.err);
      CHECK(result.code == 0);
    }
  }
}

TEST_CASE("a patience that is no time is refused by one rank, before anything begins") {
  for (const Launcher& launcher : launchers()) {
    CAPTURE(launcher.file);
    const Folder folder;
    folder.write("p.yaml", long_run);
    Surroundings with = ranks(launcher, 2);
    with.environment["LOOKAHEAD_PATIENCE"] = "soon";
    const Result result = run(folder, {"solve", "p.yaml", "-o", "o"}, with);
    CHECK(result.code == 2);
    CHECK(contains(result.err,
                   "LOOKAHEAD_PATIENCE=soon: error: must be a time with its unit (LOOKAHEAD_PATIENCE=120s)"));
    CHECK_FALSE(folder.exists("o"));
  }
}

TEST_CASE("a rank that has too little memory says so, and nothing is torn") {
  for (const Launcher& launcher : launchers()) {
    const Folder folder;
    // Eight workers of Adam with 4,000,000 coordinates: 256 MB and more on each of two ranks.
    folder.write("p.yaml",
                 "objective: {function: rosenbrock_chained, dim: 4000000}\noptimizer: adam\n"
                 "lookahead: {k: 2, workers: 8}\nstop: {rounds: 2}\n");
    for (const int rank : {0, 1}) {
      CAPTURE(launcher.file);
      CAPTURE(rank);
      const Result result = run(folder, {"solve", "-q", "p.yaml", "-o", "o", "--threads", "1"},
                                on_one(launcher, 2, rank, "ulimit -v 700000"));
      CAPTURE(result.err);
      CHECK((result.code == 3 || result.code == 5));
      CHECK(contains(result.err, "memory"));
      if (rank > 0) CHECK(contains(result.err, rank_text(rank)));
      check_nothing_runs(folder);
      if (folder.exists("o")) CHECK(run(folder, {"check", "o"}).code == 0);
      fs::remove_all(folder.path("o"));
    }
  }
}

TEST_CASE(
    "a first rank whose disk is full ends the run with its own words, and it goes on where there is room") {
  for (const Launcher& launcher : launchers()) {
    // Others lay down shared memory as files, which may be no larger either.
    if (!launcher.of_openmpi) continue;
    CAPTURE(launcher.file);
    const Folder folder;
    folder.write("p.yaml", long_run);
    const Words words = {"-s", "trace.points=true", "-s", "trace.every=1", "-s", "objective.dim=200",
                         "-s", "stop.rounds=100",   "-s", "lookahead.k=10"};
    const auto with_words = [&](Words first) {
      first.insert(first.end(), words.begin(), words.end());
      return first;
    };
    REQUIRE(run(folder, with_words({"solve", "-q", "p.yaml", "-o", "whole", "--threads", "1"})).code == 0);
    const Result full =
        run(folder, with_words({"solve", "-q", "p.yaml", "-o", "o", "--threads", "1", "--checkpoint", "1ms"}),
            on_one(launcher, 3, 0, "ulimit -f 4000"));
    CAPTURE(full.err);
    CHECK(full.code == 5);
    CHECK(contains(full.err, "o/trace.csv: error: cannot write"));
    check_nothing_runs(folder);
    CHECK(run(folder, {"check", "o"}).code == 0);
    CHECK(run(folder, {"solve", "-q", "--resume", "o"}, ranks(launcher, 2)).code == 0);
    check_same_files(folder, "whole", "o", "threads");
  }
}

TEST_CASE("what one rank alone does not find ends all of them before a file is written") {
  for (const Launcher& launcher : launchers()) {
    const Folder folder;
    folder.write("t.csv", table());
    folder.write("p.yaml", long_run);
    fs::create_directory(folder.path("elsewhere"));
    for (const int rank : {0, 2}) {
      CAPTURE(launcher.file);
      CAPTURE(rank);
      const Result lost = run(folder, {"solve", "p.yaml", "-o", "o"},
                              ended_at_once(on_one(launcher, 3, rank, "cd elsewhere")));
      CAPTURE(lost.err);
      CHECK(lost.code == 3);
      CHECK(contains(lost.err, "p.yaml: error: cannot read the file"));
      if (rank > 0) CHECK(contains(lost.err, rank_text(rank)));
      CHECK_FALSE(folder.exists("o"));
      CHECK_FALSE(folder.exists("elsewhere/o"));
      check_nothing_runs(folder);
    }
    // A folder that cannot be made: a file stands in its way.
    const Result unwritable = run(folder, {"solve", "p.yaml", "-o", "t.csv/o"}, ranks(launcher, 3));
    CHECK(unwritable.code == 5);
    CHECK(contains(unwritable.err, "t.csv"));
    check_nothing_runs(folder);
  }
}

TEST_CASE("a program that fails on one rank alone ends the run with its own words on all, and it goes on") {
  if (!has_time()) return;
  for (const Launcher& launcher : launchers()) {
    const Folder folder;
    // f = 1 with a gradient of (0.5, 0.5); on rank $BREAKS it ends at its point number $AT, once. A program is not
    // given the environment, which is that of its parent.
    folder.write(
        "mine.sh",
        "of() { tr '\\0' '\\n' < /proc/$PPID/environ | sed -n \"s/^$1=//p\"; }\n"
        "RANK=$(of RANK) BREAKS=$(of BREAKS) AT=$(of AT)\n"
        "read -r hello\necho ok\nn=0\nwhile read -r x y; do\n  n=$((n + 1))\n"
        "  if [ \"$RANK\" = \"$BREAKS\" ] && [ $n -eq ${AT:-0} ] && [ ! -e broken ]; then touch broken; exit 9; fi\n"
        "  echo 1 0.5 0.5\ndone\n");
    folder.write(
        "p.yaml",
        "objective: {program: [sh, mine.sh], dim: 2, minimum: -1e6}\noptimizer: {name: adam, lr: 1e-3}\n"
        "lookahead: {k: 3, workers: 3}\nstop: {steps: 60, target: 0}\nseed: 3\n"
        "trace: {time: false, every: 1}\nname: p\n");
    folder.write("broken", "");
    REQUIRE(run(folder, {"solve", "-q", "p.yaml", "-o", "whole", "--threads", "1"}).code == 0);
    for (const int rank : {0, 1}) {
      // The start, those of a round, steps and what is evaluated beside them, and of the end.
      for (const int at : {1, 20, 21, 22, 23, 24}) {
        CAPTURE(launcher.file);
        CAPTURE(rank);
        CAPTURE(at);
        fs::remove(folder.path("broken"));
        const Result cut =
            run(folder,
                {"solve", "-q", "p.yaml", "-o", "cut", "--threads", "1", "--checkpoint", "1ms", "--force"},
                by_shell(launcher, 3,
                         "export RANK BREAKS=" + std::to_string(rank) + " AT=" + std::to_string(at) +
                             "; exec \"$0\" \"$@\""));
        CAPTURE(cut.err);
        if (!folder.exists("broken")) {
          CHECK(cut.code == 0);
          continue;
        }
        CHECK(cut.code == 4);
        if (rank > 0) CHECK(contains(cut.err, rank_text(rank)));
        CHECK(contains(cut.err, "status 9"));
        check_nothing_runs(folder);
        if (!folder.exists("cut/checkpoint.bin")) continue;
        CHECK(run(folder, {"check", "cut"}).code == 0);
        CHECK(run(folder, {"solve", "-q", "--resume", "cut", "--threads", "1"}).code == 0);
        check_same_files(folder, "whole", "cut", "threads");
      }
    }
  }
}

}  // namespace lookahead::cli
