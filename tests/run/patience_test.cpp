#include "run/patience.hpp"

#include <cmath>

#include "support/problem.hpp"

// What stop.patience counts, and whose weights are the result.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string points_held_out =
    "data: {train: " + data_folder() + "points.csv, target: y, validation: 0.3}\n";

double value_of(const Outcome& outcome, const std::string& name) {
  for (const ResultMetric& metric : outcome.metrics) {
    if (metric.name == name) return metric.value;
  }
  return Record::none;
}

// Interrupts a run when it has looked so often.
struct Interrupting final : Watcher {
  explicit Interrupting(int at) : looks_left(at) {}
  bool interrupted() override { return --looks_left <= 0; }
  int looks_left;
};

// Rises again from its third epoch on, with a rate too large for the other rows.
const std::string overshooting =
    points_held_out +
    "model: linear\noptimizer: {name: sgd, lr: 0.2}\nlookahead: {k: 3, alpha: 0.9}\nbatch: 2\n";

}  // namespace

TEST_CASE("epochs in which the slow point did not move do not count for patience") {
  for (const int k : {1, 5, 7}) {
    CAPTURE(k);
    Trial<double> trial(
        points_held_out +
        "model: linear\noptimizer: {name: sgd, lr: 1e-12}\nbatch: full\nlookahead: {k: " + std::to_string(k) +
        ", alpha: 0.5}\nmetrics: [r2]\nstop: {epochs: 1000, patience: {metric: "
        "val_r2, epochs: 3, min_delta: 0.1}}\n");
    const Outcome outcome = trial.run();
    CHECK(*outcome.stop == StopReason::patience);
    // One epoch is the first to compare with, three bring nothing.
    CHECK(outcome.counts.rounds == 4);
    CHECK(outcome.counts.epochs == 4 * k);
  }
}

TEST_CASE(
    "patience counts a value as better by more than min_delta alone, and keeps the best weights all the "
    "same") {
  Patience<double> patience(1, false, 0.5);
  const double values[] = {3, 2.9, 2.6, 2.5, 2.4, 2.0, Record::none, 1.6};
  const Index expected[] = {0, 1, 2, 3, 0, 1, 2, 0};
  for (Index i = 0; i < 8; ++i) {
    const double weight = static_cast<double>(i);
    patience.look(i + 1, i + 1, 10 * (i + 1), values[i], std::span(&weight, 1));
    CHECK(patience.epochs_without_gain() == expected[i]);
  }
  CHECK(patience.best()->epoch == 8);
  CHECK(patience.best()->step == 80);
  CHECK(patience.best_weights()[0] == 7);
  Patience<double> larger(1, true, 0);
  const double weight = 1;
  for (const double value : {0.5, 0.5, 0.7, 0.6}) larger.look(1, 1, 1, value, std::span(&weight, 1));
  CHECK(larger.best()->value == 0.7);
  CHECK(larger.epochs_without_gain() == 1);
}

TEST_CASE("the last row is the state after its step, and the weights put back have a row of their own") {
  Trial<double> trial(overshooting +
                      "stop: {epochs: 400, patience: {metric: val_loss, epochs: 4}}\n"
                      "trace: {every: 1, points: true}\n");
  const Outcome outcome = trial.run();
  CHECK(*outcome.stop == StopReason::patience);
  const auto& records = trial.sink.records;
  REQUIRE(records.size() > 3);
  const Record& restored = records.back();
  const Record& last = records[records.size() - 2];
  CHECK(last.event == "patience");
  CHECK(restored.event == "restored");
  CHECK(restored.step == last.step);
  CHECK(restored.round == last.round);
  CHECK(restored.epoch == last.epoch);
  CHECK(restored.fast.empty());
  for (const double value :
       {restored.loss_fast, restored.loss_batch, restored.grad_norm, restored.grad_sq_mean,
        restored.best_loss, restored.disagreement, restored.lr, restored.alpha})
    CHECK(std::isnan(value));
  CHECK(restored.slow == trial.slow());
  CHECK(restored.loss_slow == outcome.loss_slow);
  CHECK(restored.metrics[2] == outcome.best_metric);
  CHECK(value_of(outcome, "val_loss") == outcome.best_metric);
  // The same run without patience is in the same place after as many steps.
  Trial<double> plain(overshooting + "stop: {epochs: " + std::to_string(outcome.counts.epochs) +
                      "}\ntrace: {every: 1, points: true}\n");
  plain.run();
  CHECK(plain.sink.records.back().slow == last.slow);
  CHECK(plain.sink.records.back().fast == last.fast);
  CHECK(plain.sink.records.back().loss_slow == last.loss_slow);
  // The epoch that is told is the one with the best value.
  REQUIRE(outcome.best_epoch);
  const auto best = std::ranges::find_if(records, [&](const Record& record) {
    return record.event == "epoch" && record.epoch == *outcome.best_epoch;
  });
  REQUIRE(best != records.end());
  CHECK(best->metrics[2] == outcome.best_metric);
}

TEST_CASE("an interrupt keeps the best weights too") {
  Trial<double> trial(overshooting +
                      "stop: {epochs: 100000, patience: {metric: val_loss, epochs: 90000}}\n"
                      "trace: {every: 1}\n");
  Interrupting watcher(4000);
  const Outcome outcome = trial.session->run(&trial.sink, watcher);
  CHECK(outcome.status == Status::interrupted);
  REQUIRE(outcome.best_epoch);
  CHECK(value_of(outcome, "val_loss") == outcome.best_metric);
  double best = std::numeric_limits<double>::infinity();
  for (const Record& record : trial.sink.records) {
    if (record.event == "epoch" || record.event == "signal") best = std::min(best, record.metrics[2]);
  }
  CHECK(outcome.best_metric <= best);
}

TEST_CASE("divergence keeps the best weights too") {
  Trial<double> trial(points_held_out +
                      "model: linear\noptimizer: {name: sgd, lr: {linear: {from: 1e-3, to: 5}}}\n"
                      "batch: 4\nlookahead: {k: 2, alpha: 1}\n"
                      "stop: {epochs: 400, patience: {metric: val_loss, epochs: 300}}\ntrace: {every: 1}\n");
  const Outcome outcome = trial.run();
  CHECK(outcome.status == Status::diverged);
  REQUIRE(outcome.best_epoch);
  CHECK(value_of(outcome, "val_loss") == outcome.best_metric);
  CHECK(trial.sink.records.back().event == "restored");
  CHECK(trial.sink.records[trial.sink.records.size() - 2].event == "divergence");
  REQUIRE(outcome.remarks.size() == 1);
  CHECK(outcome.remarks.front().find("the weights of epoch ") != std::string::npos);
}
