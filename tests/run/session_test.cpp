#include <chrono>
#include <cmath>

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string ridge_points =
    "data: {train: " + data_folder() + "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\n";

}  // namespace

TEST_CASE("every stop rule ends a run with its own reason, exactly at its limit") {
  const auto ends = [](const std::string& problem) {
    Trial<double> trial(problem);
    const Outcome outcome = trial.run();
    CHECK(outcome.status == Status::finished);
    return outcome;
  };
  const std::string sphere =
      "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nlookahead: {k: 4, alpha: 0.5}\nstop: ";
  CHECK(ends(sphere + "{steps: 13}").counts.steps == 13);
  CHECK(ends(sphere + "{rounds: 6}").counts.steps == 24);
  CHECK(ends(sphere + "{evals: 9}").counts.grad_evals == 9);
  CHECK(*ends(sphere + "{target: 1e-6}").stop == StopReason::target);
  CHECK(ends(sphere + "{target: 1e-6}").loss_slow <= 1e-6);
  CHECK(ends(sphere + "{grad_norm: 1e-3}").grad_norm <= 1e-3);
  // Without a point where it comes to rest.
  CHECK(*ends("objective: sphere\noptimizer: adam\nstop: {time: 10ms}").stop == StopReason::time);
  const std::string data = ridge_points + "optimizer: {name: sgd, lr: 0.01}\nbatch: 7\nstop: ";
  CHECK(ends(data + "{epochs: 3}").counts.steps == 27);
  CHECK(ends(data + "{epochs: 3}").counts.grad_evals == 180);
  CHECK(ends(data + "{steps: 4}").counts.epochs == 0);
}

TEST_CASE("what epoch ends evaluate is timed beside the steps, traced or not") {
  const std::string problem =
      ridge_points + "optimizer: {name: sgd, lr: 0.01}\nbatch: 7\nstop: {epochs: 3}\n";
  CHECK(Trial<double>(problem).run(0, false).trace_s > 0);
}

TEST_CASE("the time of a run stands still while it is stopped on its way") {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  const auto begin = Clock::now();
  Trial<double> trial(
      "objective: {function: sphere, dim: 3}\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 9}\n");
  Watcher watcher;
  const Outcome first = trial.session->run(nullptr, watcher, 1);
  REQUIRE(first.status == Status::running);
  const auto pause = Clock::now();
  constexpr double least = 0.02;
  while (since(pause) < least) {
  }
  const Outcome second = trial.session->run(nullptr, watcher, 1);
  CHECK(second.counts.steps == 2);
  CHECK(second.elapsed_s >= first.elapsed_s);
  // The whole is the pause and what the run took.
  CHECK(second.elapsed_s + least <= since(begin));
}

TEST_CASE("a target is tested at syncs alone, so that the run ends with one") {
  Trial<double> trial(
      "objective: sphere\noptimizer: {name: sgd, lr: 0.05}\nlookahead: {k: 7, alpha: 0.5}\nstop: {target: "
      "1e-3}\n");
  const Outcome outcome = trial.run();
  CHECK(outcome.counts.steps % 7 == 0);
  CHECK(trial.sink.records.back().synced);
  CHECK(trial.sink.records.back().event == "target");
}

TEST_CASE("divergence ends a run and keeps the last slow point whose loss was finite") {
  for (const char* lookahead : {"false", "{k: 5, alpha: 0.5}", "{k: 1, alpha: 0.9}"}) {
    CAPTURE(lookahead);
    Trial<double> trial(
        "objective: rosenbrock\noptimizer: {name: sgd, lr: 1}\nstop: {steps: 1000}\nlookahead: " +
        std::string(lookahead) + "\n");
    const Outcome outcome = trial.run();
    CHECK(outcome.status == Status::diverged);
    CHECK(*outcome.stop == StopReason::divergence);
    CHECK(std::isfinite(outcome.loss_slow));
    for (const double x : trial.slow()) CHECK(std::isfinite(x));
    CHECK(trial.sink.records.back().event == "divergence");
  }
}

TEST_CASE("a last step that diverges is seen even if no step follows") {
  Trial<double> trial("objective: rosenbrock\noptimizer: {name: sgd, lr: 1e300}\nstop: {steps: 5}\n");
  const Outcome outcome = trial.run();
  CHECK(outcome.status == Status::diverged);
  CHECK(trial.slow() == std::vector<double>{-1.2, 1.0});
}

TEST_CASE("the best loss is that of the slow points, traced or not") {
  const std::string problem =
      "objective: {function: rastrigin, dim: 2}\noptimizer: {name: sgd, lr: 0.02, momentum: 0.95}\nstop: "
      "{steps: 200}\nlookahead: {k: 3, alpha: 0.9}\n";
  Trial<double> trial(problem + "trace: {every: 1, points: true}\n");
  const Outcome outcome = trial.run();
  double best = 1e300;
  Index at = 0;
  for (const Record& record : trial.sink.records) {
    if (record.loss_slow < best) {
      best = record.loss_slow;
      at = record.step;
    }
    CHECK(record.best_loss == best);
  }
  CHECK(outcome.best.loss == best);
  CHECK(outcome.best.step == at);
}

TEST_CASE("law: the best loss is the least of all slow points, whatever a rule's steps evaluate") {
  const std::string data = "data: {train: " + data_folder() + "points.csv, target: ";
  const std::vector<std::pair<std::string, std::string>> problems = {
      {"objective: rosenbrock\n", "{k: 3, alpha: 0.9, outer: nesterov}"},
      {"objective: {function: rastrigin, dim: 3}\n", "false"},
      {data + "y}\nmodel: {type: linear, l2: 0.01}\nbatch: full\n",
       "{k: 3, alpha: 0.9, outer: nesterov, workers: 2, shard: true}"},
      {data + "y}\nmodel: {type: linear, l2: 0.01}\nbatch: full\n", "{k: 4, alpha: 0.5, workers: 2}"},
      {data + "y}\nmodel: {type: mlp, hidden: [3], dropout: 0.4}\nbatch: full\n",
       "{k: 3, alpha: 0.8, outer: nesterov}"}};
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    int met = 0;
    for (const auto& [problem, lookahead] : problems) {
      CAPTURE(entry.card.name);
      CAPTURE(problem);
      const std::string text = problem + "optimizer: " + entry.card.name + "\nlookahead: " + lookahead +
                               "\nstop: {steps: 40, divergence: 1e300}\n";
      if (!read_problem({text, "problem.yaml", "problem", ".", {}})) continue;
      ++met;
      Trial<double> traced(text + "trace: {every: sync}\n"), untraced(text + "trace: {every: 1000}\n");
      const Outcome outcome = traced.run(), other = untraced.run(0, false);
      double best = std::numeric_limits<double>::infinity();
      Index at = 0;
      for (const Record& record : traced.sink.records) {
        if (record.synced && record.loss_slow < best) {
          best = record.loss_slow;
          at = record.step;
        }
        CHECK(record.best_loss == best);
      }
      CHECK(outcome.best.loss == best);
      CHECK(outcome.best.step == at);
      CHECK(other.best.loss == best);
      CHECK(other.best.step == at);
    }
    // Rules of games meet none of them.
    CHECK_MESSAGE((met > 0 || entry.needs == Needs::game), entry.card.name);
  }
}

TEST_CASE(
    "on minibatches the full-data columns are filled at the start, at epoch ends and in the last row alone") {
  Trial<double> trial(ridge_points +
                      "optimizer: {name: sgd, lr: 0.01}\nbatch: 7\nstop: {steps: 31}\ntrace: {every: 1}\n");
  trial.run();
  const auto& records = trial.sink.records;
  CHECK(records.size() == 32);
  for (const Record& record : records) {
    const bool full = record.step % 9 == 0 || record.step == 31;
    CHECK(std::isnan(record.loss_slow) == !full);
    CHECK(record.metrics.empty() == !full);
    CHECK(record.epoch == record.step / 9);
  }
  CHECK(records[9].event == "epoch");
  CHECK(records[0].event == "start");
}

TEST_CASE("a trace by sync has one row a round") {
  Trial<double> trial(
      "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nlookahead: {k: 4, alpha: 0.5}\nstop: {steps: "
      "42}\ntrace: {every: sync}\n");
  trial.run();
  const auto& records = trial.sink.records;
  REQUIRE(records.size() == 12);
  for (std::size_t i = 0; i < 11; ++i) CHECK(records[i].step == static_cast<Index>(4 * i));
  CHECK(records[5].disagreement > 0);
  CHECK(records[11].step == 42);
}

TEST_CASE("patience ends a data run and restores the best weights") {
  Trial<double> trial("data: {train: " + data_folder() +
                      "points.csv, target: y, validation: 0.3}\nmodel: linear\n"
                      "optimizer: {name: sgd, lr: {step: {from: 0.05, factor: 1, every: 1}}}\nbatch: 4\n"
                      "stop: {epochs: 5000, patience: {metric: val_loss, epochs: 6}}\n");
  const Outcome outcome = trial.run();
  CHECK(*outcome.stop == StopReason::patience);
  double best = 1e300;
  for (const Record& record : trial.sink.records) {
    if (record.metrics.size() > 2 && record.step > 0 && record.event == "epoch")
      best = std::min(best, record.metrics[2]);
  }
  const auto value = std::find_if(outcome.metrics.begin(), outcome.metrics.end(),
                                  [](const auto& m) { return m.name == "val_loss"; });
  REQUIRE(value != outcome.metrics.end());
  CHECK(value->value == best);
}

TEST_CASE("law: patience restores the best slow weights by every metric, in its own direction") {
  for (const MetricEntry& entry : metric_catalog()) {
    const std::string& name = entry.card.name;
    CAPTURE(name);
    Trial<double> trial(
        "data: {train: " + data_folder() + "points.csv, target: " + (entry.for_classes ? "class" : "y") +
        ", validation: 0.4}\nmodel: " + (entry.for_classes ? "softmax" : "linear") +
        "\noptimizer: {name: sgd, lr: 0.1}\nbatch: 5\nlookahead: {k: 4, alpha: 0.7}\nmetrics: [" +
        (name == "top_k" ? "{name: top_k, k: 2}" : name) + "]\nstop: {epochs: 400, patience: {metric: val_" +
        name + ", epochs: 4}}\n");
    const Outcome outcome = trial.run();
    CHECK(*outcome.stop == StopReason::patience);
    double best = Record::none;
    Index at = 0;
    for (const Record& record : trial.sink.records) {
      if (record.event != "epoch") continue;
      const double value = record.metrics[2];
      if (!(std::isnan(best) || (entry.larger_is_better ? value > best : value < best))) continue;
      best = value;
      at = record.epoch;
    }
    CHECK(outcome.metrics[2].name == "val_" + name);
    CHECK(outcome.metrics[2].value == best);
    CHECK(outcome.counts.epochs == at + 4);
  }
}

TEST_CASE("patience ends a run whose metric is never defined") {
  Trial<double> trial("data: {train: " + data_folder() +
                      "points.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nbatch: 20\n"
                      "metrics: [{name: deviance, family: poisson}]\n"
                      "stop: {patience: {metric: train_deviance, epochs: 3}}\n");
  const Outcome outcome = trial.run();
  CHECK(*outcome.stop == StopReason::patience);
  // Epochs of 3 steps, rounds of 5: the slow point moves in the second, the fourth and the fifth epoch.
  CHECK(outcome.counts.epochs == 5);
}

TEST_CASE("metrics are those of the slow weights, also where a round is not complete") {
  Trial<double> trial(
      "data: {train: " + data_folder() +
      "points.csv, target: class}\nmodel: softmax\noptimizer: {name: sgd, lr: 0.5}\nbatch: 8\n"
      "lookahead: {k: 5, alpha: 0.5}\nmetrics: [accuracy, log_loss]\nstop: {epochs: 4}\n"
      "trace: {every: 1, points: true}\n");
  trial.run();
  int apart = 0;
  for (const Record& record : trial.sink.records) {
    if (record.metrics.empty()) continue;
    if (!record.synced) ++apart;
    const Part<double>& part = trial.plan->train;
    WholeEvaluator<double> whole(*part.model, trial.pool, part.rows());
    CHECK(record.metrics == evaluate_metrics<double>(whole, *part.model, *part.data, record.slow,
                                                     trial.plan->spec.metrics, trial.plan->metric_seat()));
  }
  CHECK(apart > 0);
}

TEST_CASE("an interrupt ends a run cleanly at the next look") {
  struct Interrupting final : Watcher {
    bool interrupted() override { return ++looks == 3; }
    int looks = 0;
  } watcher;
  Trial<double> trial("objective: rosenbrock\noptimizer: adam\nstop: {steps: 1000000000}\n");
  const Outcome outcome = trial.session->run(&trial.sink, watcher);
  CHECK(outcome.status == Status::interrupted);
  CHECK(*outcome.stop == StopReason::signal);
  CHECK(trial.sink.records.back().event == "signal");
}

TEST_CASE("a run that is interrupted while it diverges can go on, and diverges where it would have done") {
  struct Interrupting final : Watcher {
    bool interrupted() override { return true; }
  };
  for (const std::string lookahead : {"false", "{k: 5}", "{k: 1, alpha: 0.5}"}) {
    CAPTURE(lookahead);
    const std::string problem =
        "objective: {function: sphere, dim: 3}\noptimizer: {name: sgd, lr: 3}\nstop: {steps: 1000}\nlookahead: " +
        lookahead + "\n";
    Trial<double> whole(problem);
    const Outcome end = whole.run();
    REQUIRE(end.status == Status::diverged);
    for (Index steps = 1; steps + 1 < end.counts.steps; ++steps) {
      CAPTURE(steps);
      Trial<double> trial(problem);
      REQUIRE(trial.run(steps).status == Status::running);
      Interrupting watcher;
      const Outcome cut = trial.session->run(&trial.sink, watcher);
      CHECK(cut.status == Status::interrupted);
      CHECK(cut.counts.steps == steps + 1);
      CHECK(std::isfinite(cut.loss_slow));
    }
  }
}

TEST_CASE("a start is default, given, uniform or random, the same for the same seed") {
  const auto start = [](const std::string& text, const std::string& seed) {
    Trial<double> trial("objective: {function: sphere, dim: 3}\noptimizer: sgd\nstart: " + text +
                        "\nseed: " + seed + "\n");
    return std::vector<double>(trial.plan->start.begin(), trial.plan->start.end());
  };
  CHECK(start("[1, 2, 3]", "1") == std::vector<double>{1, 2, 3});
  CHECK(start("default", "1") == std::vector<double>{-5, 5, -5});
  CHECK(start("random", "1") == start("random", "1"));
  CHECK(start("random", "1") != start("random", "2"));
  for (const double x : start("{uniform: [2, 3]}", "4")) CHECK((x >= 2 && x < 3));
}

TEST_CASE("a start where the objective is not finite is refused") {
  Pool pool(1);
  const auto plan =
      plan_in<double>(spec_of("objective: rosenbrock\noptimizer: sgd\nstart: [1e200, 1]\n"), pool);
  REQUIRE(!plan);
  CHECK(plan.faults().front().kind == FaultKind::problem);
}

TEST_CASE("clipping bounds the step") {
  const auto step = [](const std::string& clip) {
    Trial<double> trial("objective: sphere\nstart: [30, 40]\noptimizer: {name: sgd, lr: 1, clip: " + clip +
                        "}\nlookahead: false\nstop: {steps: 1}\n");
    trial.run();
    return trial.slow();
  };
  // gradient (60, 80), norm 100, scaled by 5 / (100 + 1e-6)
  CHECK(step("{norm: 5}")[0] == doctest::Approx(30 - 60 * 5 / (100 + 1e-6)).epsilon(1e-14));
  CHECK(step("{value: 7}") == std::vector<double>{23, 33});
}
