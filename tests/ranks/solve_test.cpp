#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "cli/same_files.hpp"
#include "launcher.hpp"

// Runs over processes that a real mpirun starts. Where there is none, or no plugin, the tests say so.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Surroundings launched(int count) { return ranks(*mpirun(), count); }

Result solve(const Folder& folder, Words arguments, const Surroundings& with = {}) {
  arguments.insert(arguments.begin(), {"solve", "-q"});
  return run(folder, arguments, with);
}

void check_same(const Folder& folder, const std::string& one, const std::string& other) {
  check_same_files(folder, one, other, "threads");
}

const std::string rest = "seed: 3\ntrace: {time: false}\n";
const std::string eight = "lookahead: {k: 4, workers: 8";

// Problems of every kind that workers have.
std::vector<std::pair<std::string, std::string>> problems() {
  const std::string data =
      "data: {train: t.csv, target: y, validation: {fraction: 0.25}}\nmodel: linear\nbatch: 3\n";
  return {
      {"noise",
       "objective: {function: rosenbrock, noise: {gaussian: 0.1}}\noptimizer: {name: adam, lr: 0.01}\n" +
           eight + ", at_sync: average}\nstop: {steps: 120}\n"},
      {"data", data + "optimizer: {name: sgd, lr: 0.02, momentum: 0.9}\n" + eight +
                   ", at_sync: pullback}\nstop: {epochs: 4}\n"},
      {"shards", data + "optimizer: {name: adam, lr: 0.02}\n" + eight +
                     ", shard: true}\nstop: {epochs: 9, patience: {metric: val_loss, epochs: 5}}\n"},
      {"sparse",
       "data: {train: t.svm, standardize: true, validation: {fraction: 0.25}}\nmodel: {type: logistic, class_weight: "
       "balanced}\nbatch: 3\noptimizer: {name: adam, lr: 0.02}\n" +
           eight + ", shard: true}\nstop: {epochs: 5}\n"},
      {"levels",
       "objective: {function: rosenbrock_chained, dim: 30, noise: {gaussian: 0.1}}\noptimizer: nadam\n"
       "lookahead: [{k: 5, at_sync: reset}, {k: 4, workers: 8, outer: nesterov}]\nstop: {steps: 120}\n"},
      {"outer",
       "objective: {function: rastrigin, dim: 20000}\noptimizer: {name: sgd, lr: {plateau: {from: 1e-3, patience: "
       "3}}}\n" +
           eight + ", outer: adam}\nstop: {steps: 40}\n"},
      {"game",
       "objective: {game: stochastic_bilinear, dim: 6, samples: 12, noise: {minibatch: 2}}\n"
       "optimizer: {name: extragradient, lr: 0.1}\n" +
           eight + "}\nstop: {steps: 90}\n"},
      {"folds",
       "data: {train: t.csv, target: three, validation: {folds: 4}}\nmodel: softmax\noptimizer: adam\nbatch: 8\n" +
           eight + "}\nstop: {epochs: 3}\n"},
      {"formula",
       "objective: {expression: \"sum(i, 0, n-2, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)\", dim: 9, domain: "
       "[-2, 2], noise: {student: {df: 5, scale: 0.1}}}\noptimizer: {name: lion, lr: 1e-3}\n" +
           eight + "}\nstop: {rounds: 30}\n"},
      {"single", "precision: single\n" + data + "optimizer: {name: schedule_free_adamw, lr: 0.02}\n" + eight +
                     "}\nstop: {epochs: 4}\n"}};
}

// A table, and the same in the format of LIBSVM.
void write_tables(const Folder& folder) {
  folder.write("t.csv", table());
  std::string sparse;
  for (int i = 0; i < 60; ++i) {
    const int a = (i * 7) % 11, b = (i * 5) % 13;
    sparse.append(2 * a > b ? "+1" : "-1").append(" ").append(std::to_string(1 + i % 3)).append(":1 ");
    sparse.append(std::to_string(4 + i % 4)).append(":").append(std::to_string(a)).append(".5 9:");
    sparse.append(std::to_string(b - 6)).append("\n");
  }
  folder.write("t.svm", sparse);
}

int campaign(const char* name, int usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::atoi(text);
}

}  // namespace

TEST_CASE("a run has the same files with any number of processes and threads") {
  if (!mpirun()) return;
  const Folder folder;
  write_tables(folder);
  for (const auto& [name, text] : problems()) {
    const std::string problem = name;
    CAPTURE(problem);
    folder.write("p.yaml", text + rest);
    for (const char* threads : {"1", "2", "5"})
      REQUIRE(solve(folder, {"p.yaml", "-o", problem + threads, "--threads", threads}).code == 0);
    const std::string whole = problem + "1";
    for (const Launcher& launcher : launchers()) {
      CAPTURE(launcher.file);
      const std::vector<int> counts = launcher.of_openmpi ? std::vector{2, 3, 4, 8} : std::vector{2, 5};
      for (const int count : counts) {
        CAPTURE(count);
        const std::string place = problem + "-on-" + std::to_string(count);
        const Result over =
            solve(folder, {"p.yaml", "-o", place, "--force", "--threads", "1"}, ranks(launcher, count));
        REQUIRE(over.code == 0);
        check_same(folder, whole, place);
      }
    }
  }
}

TEST_CASE("a run of which a rank is killed is continued by any number of processes to the same files") {
  if (!mpirun()) return;
  const int wanted = campaign("LOOKAHEAD_RANK_KILLS", 2);
  const Folder folder;
  write_tables(folder);
  std::mt19937 draw(17);
  int kills = 0;
  for (std::size_t turn = 0; kills < wanted; ++turn) {
    const auto all = problems();
    const auto& [name, text] = all[turn % all.size()];
    const std::string problem = name, whole = "whole-" + problem, cut = "cut-" + std::to_string(turn);
    CAPTURE(problem);
    CAPTURE(turn);
    // Long enough to be killed within.
    folder.write("p.yaml", text.substr(0, text.rfind("stop:")) + "stop: {rounds: 1500}\n" + rest);
    if (!folder.exists(whole)) REQUIRE(solve(folder, {"p.yaml", "-o", whole, "--threads", "1"}).code == 0);
    Result last;
    do {
      const int count = 2 + static_cast<int>(draw() % 4);
      Process process(folder,
                      {"solve", "-q", "p.yaml", "--resume", cut, "--checkpoint", "1ms", "--threads", "1"},
                      launched(count));
      const auto ended = [&] { return !process.running(); };
      if (!eventually(0.2 + static_cast<double>(draw() % 1000) / 1000, ended)) {
        if (const auto rank = process_of_rank(process, static_cast<int>(draw() % 100) % count)) {
          ::kill(*rank, SIGKILL);
          ++kills;
        }
      }
      last = process.wait();
    } while (last.code != 0 && kills < wanted);
    // As many threads as before, as nothing is there where the kill came first.
    const Words resume = {"p.yaml", "--resume", cut, "--threads", "1"};
    CHECK(solve(folder, resume, draw() % 2 == 0 ? launched(3) : Surroundings{}).code == 0);
    check_same(folder, whole, cut);
  }
}

TEST_CASE("a signal to any rank ends the run at a round's end, and it goes on from there") {
  if (!mpirun()) return;
  const Folder folder;
  folder.write("p.yaml", "objective: {function: rosenbrock_chained, dim: 20000}\noptimizer: adam\n" + eight +
                             "}\nstop: {rounds: 2000}\n" + rest);
  REQUIRE(solve(folder, {"p.yaml", "-o", "whole", "--threads", "1"}).code == 0);
  for (const int rank : {0, 2}) {
    CAPTURE(rank);
    Process process(folder, {"solve", "-q", "p.yaml", "-o", "cut", "--force", "--threads", "1"}, launched(3));
    REQUIRE(eventually(60, [&] { return folder.exists("cut/trace.csv") || !process.running(); }));
    const auto told = process_of_rank(process, rank);
    REQUIRE(told);
    ::kill(*told, SIGTERM);
    CHECK(process.wait().code == 128 + SIGTERM);
    const auto cut = folder.json("cut/run.json");
    CHECK(cut["status"] == "interrupted");
    CHECK(cut["checkpoint"] == cut["steps"]);
    CHECK(cut["steps"].get<int>() % 4 == 0);
    CHECK(solve(folder, {"--resume", "cut"}, launched(2)).code == 0);
    check_same(folder, "whole", "cut");
    fs::remove_all(folder.path("cut"));
  }
}

TEST_CASE("what cannot be shared out among the ranks is said once, before a file is written") {
  if (!mpirun()) return;
  const Folder folder;
  write_tables(folder);
  folder.write("p.yaml", problems().front().second + rest);
  const auto refused = [&](const Words& arguments, const Surroundings& with, int code,
                           const std::string& text) {
    const Result result = solve(folder, arguments, ended_at_once(with));
    CAPTURE(result.err);
    CHECK(result.code == code);
    CHECK(contains(result.err, text));
    CHECK(result.err.find(text) == result.err.rfind(text));
    CHECK_FALSE(folder.exists("o"));
  };
  refused(
      {"p.yaml", "-o", "o"}, launched(9), 2,
      "the launcher: error: has started 9 processes, and the problem has 8 workers (every process takes at least "
      "one: --set lookahead.workers=9)");
  refused({"p.yaml", "-o", "o", "--set", "lookahead=[{k: 2}, {k: 3, workers: 2}]"}, launched(3), 2,
          "2 workers (every process takes at least one: --set lookahead.1.workers=3)");
  refused({"p.yaml", "-o", "o", "--set", "lookahead=false"}, launched(2), 2,
          "1 worker (start one process: this method has one worker)");
  refused({"missing.yaml", "-o", "o"}, launched(2), 3, "missing.yaml: error: cannot read the file");
  refused({"-", "-o", "o"}, launched(2), 2,
          "<stdin>: error: only the first of several processes has a standard input");
  folder.write("stream.yaml",
               "data: {train: \"-\", target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1}\n"
               "lookahead: {k: 2, workers: 2}\n");
  refused(
      {"stream.yaml", "-o", "o"}, launched(2), 2,
      "<stdin>: error: only the first of several processes has a standard input (put the rows into a file");
  // Two programs of one launch, with different problems.
  folder.write("q.yaml", problems().front().second + "seed: 4\n");
  refused({"p.yaml", "-o", "o", ":", "-np", "1", program_file(), "solve", "-q", "q.yaml", "-o", "o"},
          launched(1), 2, "error: has another problem");
  refused({"p.yaml", "-o", "o", ":", "-np", "1", program_file(), "solve", "-q", "elsewhere.yaml", "-o", "o"},
          launched(1), 3, "elsewhere.yaml: error: cannot read the file");
  // A folder that only the first rank finds in use.
  REQUIRE(solve(folder, {"p.yaml", "-o", "used"}).code == 0);
  const Result used = solve(folder, {"p.yaml", "-o", "used"}, launched(2));
  CHECK(used.code == 5);
  CHECK(contains(used.err, "used: error: "));
}

TEST_CASE("other commands are the first rank's, and --alone is every process by itself") {
  if (!mpirun()) return;
  const Folder folder;
  folder.write("p.yaml", problems().front().second + rest);
  const Result checked = run(folder, {"check", "p.yaml"}, launched(3));
  CHECK(checked.code == 0);
  CHECK(lines(checked.out).size() == 1);
  CHECK(lines(run(folder, {"--alone", "check", "p.yaml"}, launched(3)).out).size() == 3);
  CHECK(lines(run(folder, {"solve", "--dry-run", "p.yaml"}, launched(3)).out).size() == 1);
  const Result wrong = run(folder, {"sovle", "p.yaml"}, launched(3));
  CHECK(wrong.code == 2);
  CHECK(wrong.err.find("sovle") == wrong.err.rfind("sovle"));
}

TEST_CASE("without a launcher no plugin is looked for, and a launcher without one is an error") {
  const Folder folder;
  folder.write("p.yaml", problems().front().second + rest);
  fs::copy_file(program_file(), folder.path("lookahead"));
  Surroundings with;
  with.program = folder.path("lookahead");
  const auto started = [&](const std::map<std::string, std::string>& environment) {
    with.environment = environment;
    return solve(folder, {"p.yaml", "-o", "o"}, with);
  };
  const Result refused = started({{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "0"}});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "there is no plugin for its MPI"));
  CHECK_FALSE(folder.exists("o"));
  // A job of a batch system is no launch, nor is one process.
  const Result batch = started({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}});
  CHECK(batch.code == 0);
  CHECK_FALSE(contains(batch.err, "srun"));
}

TEST_CASE("processes of srun that do not know of each other are warned of by the first one") {
  const Folder folder;
  folder.write("p.yaml", problems().front().second + rest);
  const auto warned = [&](const std::map<std::string, std::string>& environment, const Words& options = {}) {
    Surroundings with;
    with.environment = environment;
    Words words = options;
    words.insert(words.end(), {"solve", "p.yaml", "-o", "o", "--force"});
    const Result result = run(folder, words, with);
    CHECK(result.code == 0);
    return contains(
        result.err,
        "warning: srun has started 4 processes without MPI: where all have one command, each does all of the work (srun "
        "--mpi=pmix shares it, --alone silences this)\n");
  };
  const std::map<std::string, std::string> first = {{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "0"}};
  CHECK(warned(first));
  CHECK_FALSE(warned(first, {"--alone"}));
  CHECK_FALSE(warned({{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "1"}}));
  CHECK_FALSE(warned({{"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_PROCID", "0"}}));
  // mpirun -np 1 in a job.
  std::map<std::string, std::string> one = first;
  one.insert({{"OMPI_COMM_WORLD_SIZE", "1"}, {"OMPI_COMM_WORLD_RANK", "0"}});
  CHECK_FALSE(warned(one));
}

}  // namespace lookahead::cli
