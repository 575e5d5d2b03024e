#include <cmath>

#include "run/method.hpp"
#include "support/mentions.hpp"
#include "support/problem.hpp"

// How long a run is, known beforehand, and schedules that end with it.
using namespace lookahead;
using namespace lookahead::test;

namespace {}  // namespace

TEST_CASE("the length of a run is the least that its stop rules allow, and that is how long it is") {
  const auto check = [](const std::string& problem) {
    CAPTURE(problem);
    Trial<double> trial(problem);
    const Index horizon = schedule_horizon(*trial.plan);
    CHECK(*planned_steps(*trial.plan) == static_cast<double>(horizon));
    CHECK(trial.run(0, false).counts.steps == horizon);
    return horizon;
  };
  const std::string sgd = "optimizer: {name: sgd, lr: 1e-3}\n";
  CHECK(check(linear_points() + sgd + "batch: 8\nstop: {epochs: 2, steps: 100}\n") == 16);
  CHECK(check(linear_points() + sgd + "batch: 8\nstop: {epochs: 20, steps: 100}\n") == 100);
  CHECK(check(linear_points() + sgd + "batch: 8\nlookahead: {k: 5}\nstop: {epochs: 20, rounds: 3}\n") == 15);
  // Rounds of lengths that change.
  for (const char* lookahead :
       {"{k: {step: {from: 8, every: 10, factor: 0.5}}}",
        "{k: {step: {from: 12, every: 15, factor: 0.8, warmup: 30}}}",
        "[{k: {step: {from: 6, every: 9, factor: 0.5}}}, {k: {step: {from: 4, every: 20, factor: 0.5}}}]",
        "[{k: 3}, {k: {step: {from: 5, every: 7, factor: 0.6}}}, {k: 2}]"}) {
    const std::string levels = "objective: sphere\n" + sgd + "lookahead: " + lookahead + "\nstop: ";
    check(levels + "{steps: 100000, rounds: 7}\n");
    CHECK(check(levels + "{steps: 11, rounds: 7}\n") == 11);
  }
  CHECK(check(linear_points() + sgd +
              "batch: 8\nlookahead: [{k: 3}, {k: 4}]\nstop: {rounds: 3, steps: 1000}\n") == 36);
  // Epochs of 60 rows in batches of 8 end with one of 4.
  for (const int evals : {1, 8, 57, 60, 61, 119, 120, 333}) {
    for (const std::string more :
         {"", "lookahead: {workers: 3}\n", "lookahead: {workers: 7, shard: true}\n",
          "sampling: replacement\n", "sampling: replacement\nlookahead: {workers: 7, shard: true}\n"}) {
      for (const std::string batch : {"8", "full", "1", "59"}) {
        check(linear_points() + sgd + "batch: " + batch + "\n" + more +
              "stop: {evals: " + std::to_string(evals) + "}\n");
      }
    }
  }
  const std::string game = "objective: {game: bilinear, dim: 4}\noptimizer: extragradient\n";
  CHECK(check(game + "stop: {evals: 9, steps: 100}\n") == 5);
  CHECK(check("objective: {function: least_squares, dim: 4, samples: 30, noise: {minibatch: 4}}\n" + sgd +
              "lookahead: {workers: 2}\nstop: {evals: 100}\n") == 13);
}

TEST_CASE("a schedule over a run with two stop rules ends where the run does") {
  Trial<double> trial(linear_points() +
                      "optimizer: {name: sgd, lr: {cosine: {from: 0.1, to: 0.01}}}\nbatch: 8\n"
                      "stop: {epochs: 2, steps: 100}\ntrace: {every: 1}\n");
  trial.run();
  // The last of 16 steps, 15/16 of the way down.
  CHECK(trial.sink.records.back().lr ==
        doctest::Approx(0.01 + 0.09 * (1 + std::cos(std::acos(-1.0) * 15 / 16)) / 2).epsilon(1e-12));
}

TEST_CASE("plateau's length is the first step at which it can have fallen") {
  // A loss that never falls: the first window is the best there is.
  const std::string problem =
      "objective: sphere\noptimizer: {name: sgd, lr: {plateau: {from: 1, factor: 0.5, every: 3, patience: 2, "
      "warmup: 4}}}\nlookahead: false\nstop: {steps: 40}\ntrace: {every: 1}\n";
  Trial<double> trial(problem);
  trial.run();
  Index first = 0;
  for (const Record& record : trial.sink.records) {
    if (first == 0 && record.lr == 0.5 && record.step > 4) first = record.step;
  }
  CHECK(first == 4 + (2 + 2) * 3 + 1);
  CHECK(trial.plan->notes.empty());
  Trial<double> cut(problem, {"stop.steps=16"});
  CHECK(test::mentions(cut.plan->notes, "the schedule plateau needs 17 steps"));
}
