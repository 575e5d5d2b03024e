#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// However a run ends, its run.json says so.
namespace lookahead::cli {
namespace {

const std::string valley_problem = "objective: rosenbrock\n";
const std::string sgd = "optimizer: {name: sgd, lr: 1e-4}\n";

}  // namespace

TEST_CASE("run.json has the status, and where there is one the reason, of every end") {
  const Folder folder;
  folder.write("t.csv", table());
  const std::string data = "data: {train: t.csv, target: y}\nmodel: linear\n";
  struct End {
    std::string problem, status, stop;
    int code;
  };
  const std::vector<End> ends = {
      {valley_problem + sgd + "stop: {steps: 7}\n", "finished", "steps", 0},
      {valley_problem + sgd + "stop: {rounds: 2}\n", "finished", "rounds", 0},
      {valley_problem + sgd + "stop: {evals: 9}\n", "finished", "evals", 0},
      {valley_problem + sgd + "stop: {time: 20ms}\n", "finished", "time", 0},
      {valley_problem + sgd + "stop: {target: 10, steps: 90}\n", "finished", "target", 0},
      {valley_problem + sgd + "stop: {grad_norm: 100, steps: 90}\n", "finished", "grad_norm", 0},
      {"objective: sphere\noptimizer: {name: sgd, lr: 0.5}\n", "finished", "stalled", 0},
      {data + sgd + "stop: {epochs: 2}\n", "finished", "epochs", 0},
      {data + sgd + "stop: {epochs: 90, patience: {metric: train_rmse, epochs: 1, min_delta: 9}}\n",
       "finished", "patience", 0},
      {valley_problem + "optimizer: {name: sgd, lr: 10}\n", "diverged", "divergence", 6},
      {valley_problem + "optimizer: {name: sgd, lr: 10}\nlookahead: {k: 4, workers: 3}\nprecision: single\n",
       "diverged", "divergence", 6},
      {data + "optimizer: {name: sgd, lr: 1e9}\nstop: {epochs: 50}\n", "diverged", "divergence", 6},
      {"data: {train: t.csv, target: y, validation: {folds: 3}}\nmodel: linear\noptimizer: {name: sgd, lr: "
       "1e9}\n",
       "diverged", "divergence", 6}};
  for (const End& end : ends) {
    CAPTURE(end.problem);
    folder.write("p.yaml", end.problem);
    const Result result = run(folder, {"solve", "p.yaml", "-q", "--force", "-o", "run"});
    CHECK(result.code == end.code);
    const auto json = folder.json("run/run.json");
    CHECK(json["status"] == end.status);
    CHECK(json["stop"] == end.stop);
  }
  folder.write("p.yaml", valley_problem + "optimizer: {name: sgd, lr: 1e-9}\nstop: {time: 2h}\n");
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Process process(folder, {"solve", "p.yaml", "-q", "--no-trace", "--force", "-o", "run"});
    REQUIRE(eventually(60, [&] {
      return folder.exists("run/run.json") && folder.json("run/run.json")["status"] == "running";
    }));
    process.signal(number);
    CHECK(process.wait().code == 128 + number);
    CHECK(folder.json("run/run.json")["status"] == "interrupted");
    CHECK(folder.json("run/run.json")["stop"] == "signal");
  }
}

TEST_CASE("a run whose memory ends after it began has failed") {
  const Folder folder;
  folder.write("function.yaml",
               "objective: {function: rosenbrock_chained, dim: 200000}\noptimizer: {name: sgd, lr: 1e-5}\n"
               "stop: {steps: 3}\ntrace: {points: true, every: 1}\n");
  folder.write("t.csv", table());
  folder.write("folds.yaml",
               "data: {train: t.csv, target: y, validation: {folds: 4}}\n"
               "model: {type: mlp, hidden: [500, 500]}\noptimizer: adam\nbatch: 8\nstop: {epochs: 2}\n");
  int failed = 0;
  for (const char* problem : {"function.yaml", "folds.yaml"}) {
    for (rlim_t megabytes = 20; megabytes <= 180; megabytes += 8) {
      CAPTURE(problem);
      CAPTURE(megabytes);
      Surroundings narrow;
      narrow.most_memory = megabytes << 20;
      const Result result =
          run(folder,
              {"solve", problem, "-q", "--threads", "2", "-o", "run" + std::to_string(megabytes) + problem},
              narrow);
      const std::string place = "run" + std::to_string(megabytes) + problem, file = place + "/run.json";
      CHECK(result.signal == 0);
      if (!folder.exists(file)) {
        CHECK(result.code != 0);
        continue;
      }
      const auto json = folder.json(file);
      CHECK(json["status"] == (result.code == 0 ? "finished" : "failed"));
      if (result.code == 0) continue;
      ++failed;
      // Where the folds alone had no memory, the run itself was judged, and its result is kept.
      const bool judged = folder.exists(place + "/model.json") || folder.exists(place + "/solution.csv");
      CHECK(json["result"]["loss_slow"].is_null() != judged);
      CHECK((!judged || contains(result.err, "the models of the folds")));
      CHECK_MESSAGE(contains(result.err, "as far as it was written"), result.err);
    }
  }
  // The estimate before a run is no promise; somewhere between too little and enough it begins and ends so.
  CHECK(failed > 0);
}

TEST_CASE("a loss too small for single precision is warned of, as steps do not show it") {
  const Folder folder;
  const auto told = [&](const std::string& scale, const std::string& precision) {
    folder.write("p.yaml", "objective: {expression: \"" + scale + "*((x[0] - 1)^2 + 4*x[1]^2)\", dim: 2}\n" +
                               "optimizer: lbfgs\nprecision: " + precision + "\nstop: {steps: 50}\n");
    const Result result = run(folder, {"check", "p.yaml"});
    CHECK_MESSAGE(result.code == 0, result.err);
    return result.err;
  };
  CHECK_MESSAGE(
      told("1e-40", "single") ==
          "warning: the loss at the start is 1e-40, and below 1.2e-38 single precision loses digits, so "
          "that a run may rest elsewhere than at a minimum (precision: double, or scale the objective)\n",
      told("1e-40", "single"));
  CHECK(told("1e-36", "single").empty());
  CHECK(told("1e-40", "double").empty());
  CHECK(told("0", "single").empty());
}

}  // namespace lookahead::cli
