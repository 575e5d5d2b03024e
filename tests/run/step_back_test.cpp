#include <cmath>

#include "support/problem.hpp"

// Rows with a sync: the fast point before any level's sync of the step, the slow point after it.
namespace lookahead::test {
namespace {

using Point = std::vector<double>;

const std::string sphere =
    "objective: {function: sphere, dim: 3}\nstart: [1, -2, 3]\noptimizer: {name: sgd, lr: 0.1}\ntrace: "
    "{every: 1, points: true}\nstop: {steps: 24}\n";

double distance(const Point& a, const Point& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

Point mixed(double alpha, const Point& x, const Point& z) {
  Point y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = alpha * x[i] + (1 - alpha) * z[i];
  return y;
}

void check_rows(const Trial<double>& trial) {
  const auto& records = trial.sink.records;
  for (std::size_t t = 1; t < records.size(); ++t) {
    CAPTURE(t);
    // Three squares, added in another order.
    CHECK(records[t].disagreement ==
          doctest::Approx(distance(records[t].fast, records[t - 1].slow)).epsilon(1e-14));
    CHECK(records[t].loss_fast == trial.plan->objective().value(records[t].fast, Batch{}, {}).value);
    CHECK(records[t].loss_slow == trial.plan->objective().value(records[t].slow, Batch{}, {}).value);
  }
}

TEST_CASE("with nested levels every row has the innermost fast point before the syncs of its step") {
  Trial<double> trial(sphere + "lookahead: [{k: 2, alpha: 0.5}, {k: 3, alpha: 0.4}, {k: 2, alpha: 0.7}]\n");
  trial.run();
  Point x = {1, -2, 3}, inner = x, middle = x, outer = x;
  for (std::size_t t = 1; t <= 24; ++t) {
    for (double& coordinate : x) coordinate -= 0.1 * (2 * coordinate);
    const Point before = x;
    if (t % 2 == 0) x = inner = mixed(0.5, x, inner);
    if (t % 6 == 0) x = inner = middle = mixed(0.4, x, middle);
    if (t % 12 == 0) x = inner = middle = outer = mixed(0.7, x, outer);
    const Record& row = trial.sink.records[t];
    CHECK(row.fast == before);
    CHECK(row.slow == outer);
    CHECK(row.synced == (t % 12 == 0));
  }
  check_rows(trial);
  // The point where the run ends is not the row's.
  CHECK(trial.fast() == x);
  CHECK(trial.fast() != trial.sink.records.back().fast);
}

TEST_CASE("of workers with levels of their own a row has the mean of their points before these syncs") {
  const std::string noisy =
      "objective: {function: sphere, dim: 3, noise: {gaussian: 0.3}}\nstart: [1, -2, 3]\noptimizer: {name: "
      "sgd, lr: 0.1}\ntrace: {every: 1, points: true}\nstop: {steps: 24}\nlookahead: [{k: 2, alpha: 0.5}, "
      "{k: 3, alpha: 0.4, workers: 2}]\n";
  Trial<double> trial(noisy);
  trial.run();
  const Stream noise[] = {Stream(1, Purpose::noise, 0), Stream(1, Purpose::noise, 1)};
  Point x[2], inner[2], outer = {1, -2, 3};
  for (Point* points : {x, inner}) points[0] = points[1] = outer;
  for (std::size_t t = 1; t <= 24; ++t) {
    const auto mean = [&] {
      Point sum = x[0];
      for (std::size_t i = 0; i < 3; ++i) sum[i] = (sum[i] + x[1][i]) * 0.5;
      return sum;
    };
    for (const std::size_t w : {0, 1}) {
      Point normals(3);
      noise[w].normals(t - 1, normals);
      for (std::size_t i = 0; i < 3; ++i) {
        const double gradient = 2 * x[w][i] + 0.3 * normals[i];
        x[w][i] -= 0.1 * gradient;
      }
    }
    const Point before = mean();
    for (const std::size_t w : {0, 1}) {
      if (t % 2 == 0) x[w] = inner[w] = mixed(0.5, x[w], inner[w]);
    }
    if (t % 6 == 0) {
      outer = mixed(0.4, mean(), outer);
      for (const std::size_t w : {0, 1}) x[w] = inner[w] = outer;
    }
    CHECK(trial.sink.records[t].fast == before);
    CHECK(trial.sink.records[t].slow == outer);
  }
  check_rows(trial);
}

TEST_CASE("the step back is shown at whatever steps rows stand") {
  for (const char* lookahead :
       {"{k: 4, alpha: 0.5}", "[{k: 2, alpha: 0.5}, {k: 4, alpha: 0.4, workers: 3}]",
        "{k: 4, alpha: 0.5, outer: {name: slowmo, beta: 0.5}}", "[{k: 3, alpha: 0.5}, {k: 2, alpha: 1}]",
        "{k: 3, alpha: 1}", "false", "{k: 3, alpha: {adaptive: {low: 0.2, high: 1}}}"}) {
    CAPTURE(lookahead);
    const std::string problem = sphere + "lookahead: " + lookahead + "\n";
    Trial<double> every(problem);
    every.run();
    for (const char* cadence : {"7", "sync", "{per_decade: 3}"}) {
      CAPTURE(cadence);
      Trial<double> some(problem, {std::string("trace.every=") + cadence});
      some.run();
      for (const Record& row : some.sink.records) {
        const Record& same = every.sink.records[static_cast<std::size_t>(row.step)];
        CHECK(row.fast == same.fast);
        CHECK(row.disagreement == same.disagreement);
        CHECK(row.loss_fast == same.loss_fast);
      }
    }
  }
}

TEST_CASE("a state saved at a sync keeps the point before it") {
  for (const char* lookahead : {"{k: 4, alpha: 0.5}", "[{k: 2, alpha: 0.5}, {k: 4, alpha: 0.4}]",
                                "[{k: 2, alpha: 0.5}, {k: 4, alpha: 0.4, workers: 3}]"}) {
    CAPTURE(lookahead);
    const std::string problem = sphere + "lookahead: " + lookahead + "\n";
    for (const Index cut : {4, 8}) {
      Trial<double> whole(problem);
      whole.run(cut);
      Archive saved;
      whole.session->exchange(saved);
      Trial<double> restored(problem, {"stop.steps=" + std::to_string(cut)});
      Archive loaded(saved.bytes());
      restored.session->exchange(loaded);
      REQUIRE(loaded.exhausted());
      restored.run();
      const Record &there = whole.sink.records.back(), &here = restored.sink.records.back();
      REQUIRE(here.step == cut);
      CHECK(here.fast == there.fast);
      CHECK(here.loss_fast == there.loss_fast);
      CHECK(here.disagreement == there.disagreement);
      CHECK(here.fast != here.slow);
    }
  }
}

TEST_CASE("k and alpha of a row are those of the round it worked on, also where its sync ended that round") {
  Trial<double> trial(sphere +
                      "lookahead: {k: {step: {from: 4, factor: 0.5, every: 8}}, alpha: {step: {from: 0.8, "
                      "factor: 0.5, every: 8}}}\n");
  trial.run();
  for (const Record& row : trial.sink.records) {
    // The round's first step decides: two rounds of 4 at 0.8, four of 2 at 0.4, the last of 1 at 0.2.
    const Index first = row.step <= 8 ? 0 : row.step <= 16 ? 1 : 2;
    CAPTURE(row.step);
    CHECK(row.k == 4 >> first);
    CHECK(row.alpha == 0.8 / static_cast<double>(Index{1} << first));
  }
}

TEST_CASE("on data the fast point and gradients are looked at where the problem wants them") {
  const std::string problem =
      "data: {train: " + data_folder() +
      "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\noptimizer: {name: sgd, lr: 0.01}\nbatch: 7\n"
      "lookahead: {k: 6, alpha: 0.5}\nstop: {epochs: 4}\n";
  const auto filled = [&](const std::vector<std::string>& set, auto member) {
    Trial<double> trial(problem, set);
    trial.run();
    std::vector<Index> epochs;
    for (const Record& row : trial.sink.records) {
      const bool full = !std::isnan(row.loss_slow);
      CHECK(full == (row.step % 9 == 0));
      if (!std::isnan(row.*member)) epochs.push_back(row.step / 9);
    }
    return epochs;
  };
  using Epochs = std::vector<Index>;
  const Epochs all = {0, 1, 2, 3, 4}, ends = {0, 4};
  for (const auto member :
       {&Record::loss_fast, &Record::grad_norm, &Record::grad_norm_slow, &Record::grad_sq_mean})
    CHECK(filled({}, member) == ends);
  CHECK(filled({"trace.fast=true"}, &Record::loss_fast) == all);
  CHECK(filled({"trace.fast=true"}, &Record::grad_norm) == ends);
  CHECK(filled({"trace.gradients=true"}, &Record::grad_norm) == all);
  CHECK(filled({"trace.gradients=true"}, &Record::grad_norm_slow) == all);
  CHECK(filled({"trace.gradients=true"}, &Record::loss_fast) == ends);
  CHECK(filled({"trace.exact=true"}, &Record::grad_norm_slow) == all);
  // The rule knows the gradient at the slow point, which is y after a sync alone: at steps 18 and 36.
  CHECK(filled({"stop={epochs: 4, grad_norm: 0}"}, &Record::grad_norm_slow) == all);
  CHECK(filled({"stop={epochs: 4, grad_norm: 0}"}, &Record::grad_norm) == Epochs{0, 2, 4});
}

TEST_CASE("stop.time counts on the wall from the program's start, over all sittings of a run") {
  Trial<double> trial("objective: sphere\noptimizer: sgd\nstop: {time: 1h}\n");
  Watcher watcher;
  const auto now = std::chrono::steady_clock::now();
  Session<double> late(*trial.plan, trial.pool, now - std::chrono::hours(2));
  const Outcome outcome = late.run(nullptr, watcher);
  CHECK(outcome.stop == StopReason::time);
  CHECK(outcome.counts.steps == 0);
  CHECK(outcome.elapsed_s >= 7200);
  // Forty minutes, and forty more after a break.
  Session<double> first(*trial.plan, trial.pool, now - std::chrono::minutes(40));
  CHECK(!first.run(nullptr, watcher, 5).stop);
  Archive saved;
  first.exchange(saved);
  Archive loaded(saved.bytes());
  Session<double> second(*trial.plan, trial.pool, now - std::chrono::minutes(40));
  second.exchange(loaded);
  const Outcome both = second.run(nullptr, watcher);
  CHECK(both.stop == StopReason::time);
  CHECK(both.counts.steps == 5);
  CHECK(both.elapsed_s >= 4800);
}

}  // namespace
}  // namespace lookahead::test
