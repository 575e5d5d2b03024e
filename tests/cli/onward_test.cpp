#include <doctest/doctest.h>

#include "run_binary.hpp"

// What lets a run go on that has ended, and what does not.
namespace lookahead::cli {
namespace {

TEST_CASE("how an ended run goes on is told by the end that it met") {
  const Folder folder;
  folder.write("t.csv", table());
  const std::string data = "data: {train: t.csv, target: y, validation: 0.2}\nmodel: linear\nseed: 3\n";
  const std::string function = "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\n";
  const std::pair<std::string, const char*> runs[] = {
      {function + "stop: {steps: 10}\n", "it can go on: lookahead solve --resume r --set stop.steps=N\n"},
      {function + "stop: {rounds: 3}\n", "--set stop.rounds=N\n"},
      {function + "stop: {evals: 20}\n", "--set stop.evals=N\n"},
      {function + "stop: {steps: 5000, target: 0.01}\n", "--set stop.target=X, X < 0.01\n"},
      {function + "stop: {steps: 5000, grad_norm: 0.5}\n", "--set stop.grad_norm=X, X < 0.5\n"},
      {data + "optimizer: {name: sgd, lr: 0.1}\nstop: {epochs: 900, patience: {epochs: 2, min_delta: 0.1}}\n",
       "--set stop.patience.epochs=N, N > 2\n"},
      {data + "optimizer: {name: sgd, lr: {cosine: 0.1}}\nstop: {epochs: 3}\n",
       "it cannot go on: optimizer.lr is a schedule over the whole run\n"},
      {data + "optimizer: {name: sgd, lr: auto}\nstop: {epochs: 3}\n",
       "it cannot go on: optimizer.lr: auto was chosen for the run's length\n"},
      {"objective: sphere\noptimizer: {name: sgd, lr: 1}\nstop: {steps: 500}\n",
       "it cannot go on: nothing can change any more\n"}};
  for (const auto& [problem, text] : runs) {
    folder.write("p.yaml", problem);
    REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "r", "--force"}).code == 0);
    const std::string told = run(folder, {"check", "r"}).out;
    CHECK_MESSAGE(contains(told, text), told);
  }
}

TEST_CASE("what a run without a checkpoint can do is said as --resume does it") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 50}\n");
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "r", "--checkpoint", "none"}).code == 0);
  CHECK(contains(run(folder, {"check", "r"}).out, "it cannot go on: there is no checkpoint.bin\n"));
  CHECK(run(folder, {"solve", "--resume", "r"}).err ==
        "r: the run has ended already; nothing was done; it left no checkpoint to go on from\n");
  CHECK(run(folder, {"solve", "--resume", "r", "--set", "stop.steps=90"}).code == 5);
  // It fails in the fifth step; mended, the same objective goes on.
  folder.write(
      "f.sh",
      "read -r head\necho ok\nn=0\nwhile read -r x; do\n  n=$((n + 1))\n  [ -e mended ] || [ $n -le 5 ] || exit 1\n"
      "  echo 1 0.5\ndone\n");
  folder.write(
      "o.yaml",
      "objective: {program: [sh, f.sh], dim: 1}\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 9}\n");
  REQUIRE(solve_quietly(folder, {"o.yaml", "-o", "o"}).code == 4);
  CHECK(contains(run(folder, {"check", "o"}).out,
                 "there is no checkpoint.bin: lookahead solve --resume o starts it over\n"));
  folder.write("mended", "");
  CHECK(solve_quietly(folder, {"--resume", "o"}).code == 0);
}

TEST_CASE("an end that a run has met lets it go no further, whatever other end is set") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 5000, target: 0.01}\n");
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "r"}).code == 0);
  const Result later = run(folder, {"solve", "--resume", "r", "--set", "stop.steps=6000"});
  CHECK(later.code == 0);
  CHECK_MESSAGE(contains(later.err,
                         "r: the run has ended already; nothing was done; it ended by stop.target and goes "
                         "on with --set stop.target=X, X < 0.01\n"),
                later.err);
  const Result onward = run(folder, {"solve", "--resume", "r", "--set", "stop.target=0.001"});
  CHECK(onward.code == 0);
  CHECK_FALSE(contains(onward.err, "nothing was done"));
}

TEST_CASE("what patience watches cannot change on the way, which is told by what differs") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y, validation: 0.2}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1}\n"
      "stop: {epochs: 900, patience: {epochs: 2, min_delta: 0.1}}\n");
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "r"}).code == 0);
  const auto refused = [&](const char* setting, const char* why) {
    const Result result = solve_quietly(folder, {"--resume", "r", "--set", setting});
    CHECK(result.code == 3);
    CHECK_MESSAGE(contains(result.err, why), result.err);
  };
  refused("stop.patience=none",
          "the run has watched a metric so far (a greater stop.patience.epochs lets it go on)");
  refused("stop.patience.metric=train_rmse", "the run has watched another metric so far");
  refused("stop.patience.min_delta=0",
          "stop.patience.min_delta: error: the run has counted other gains so far");
}

}  // namespace
}  // namespace lookahead::cli
