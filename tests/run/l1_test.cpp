#include <algorithm>
#include <cmath>

#include "engine/proximal.hpp"
#include "run/folds.hpp"
#include "run/proximal_of.hpp"
#include "support/problem.hpp"

// model.l1: proximal steps, exact zeros, and what is told of them.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string points_with_r2 =
    "data: {train: " + data_folder() + "points.csv, target: y}\nmetrics: [r2]\nseed: 3\n";

double l1_of(const Spec& spec) { return spec.model->entry->l1(spec.model->values); }

// How far a point is from a minimum of a convex objective with l1: the largest distance of a slope from what the
// optimality conditions allow, at the weights by strength * sign, at zero up to the strength, at intercepts by zero.
template <Scalar T>
double unmet(Trial<T>& trial) {
  const auto& objective = trial.plan->objective();
  Evaluator<T> evaluator(objective, trial.pool, objective.terms());
  const std::vector<T> x = trial.slow();
  Aligned<T> gradient(x.size());
  const Evaluation loss = evaluator.value_and_gradient(std::span<const T>(x), trial.plan->terms(), gradient);
  REQUIRE(loss.fault == nullptr);
  const double l1 = l1_of(trial.plan->spec);
  double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto at = static_cast<Index>(i);
    bool free = false;
    for (const Range& range : objective.intercepts()) free = free || (at >= range.first && at < range.last);
    const double slope = static_cast<double>(gradient[i]);
    most = std::max(most, free       ? std::abs(slope)
                          : x[i] > 0 ? std::abs(slope + l1)
                          : x[i] < 0 ? std::abs(slope - l1)
                                     : std::max(0.0, std::abs(slope) - l1));
  }
  return most;
}

template <Scalar T>
Index zeros(const std::vector<T>& x) {
  return static_cast<Index>(std::count(x.begin(), x.end(), T{0}));
}

// A distance of 1e-9 in double precision: a thousand steps of a contraction by 0.9 leave less.
constexpr double converged = 1e-9;

}  // namespace

TEST_CASE("the proximal map shrinks weights and leaves intercepts, zeros are exact") {
  OptimizerSeat seat;
  seat.dimension = 5;
  seat.intercepts = {{4, 5}};
  const Proximal<double> proximal(2, seat);
  std::vector<double> x = {3, -3, 0.5, -0.5, 0.5};
  CHECK(proximal.value(x) == 14);
  proximal.shrink(x, 0.25);
  CHECK(x == std::vector<double>{2.5, -2.5, 0, 0, 0.5});
  CHECK(!std::signbit(x[3]));
  const std::vector<double> z = {1, 0, -1, 0.25, 1}, g = {4, 1, -4, 8, 8};
  std::vector<double> y(5);
  // Gaps of 1, 0, -1, 1.5 and 2 at a rate of 0.25.
  CHECK(proximal.step_norm(z, g, 0.25) == doctest::Approx(4 * std::sqrt(8.25)));
  proximal.step(z, g, y, 0.25);
  CHECK(y == std::vector<double>{0, 0, 0, -1.25, -1});
}

TEST_CASE("the norm of a proximal step keeps its digits at rates that move no digit of the point") {
  OptimizerSeat seat;
  seat.dimension = 3;
  const Proximal<float> proximal(0.5, seat);
  const std::vector<float> z = {1000, -1000, 0}, g = {0.25F, 0.25F, -0.75F};
  for (const double rate : {1e-3, 1e-9, 1e-30}) {
    CAPTURE(rate);
    CHECK(proximal.step_norm(z, g, rate) ==
          doctest::Approx(std::sqrt(0.75 * 0.75 + 2 * 0.25 * 0.25)).epsilon(1e-12));
  }
}

TEST_CASE("proximal steps over many coordinates are the same on any number of threads, and intercepts stay") {
  constexpr Index dimension = 300001;
  const std::vector<Range> intercepts = {{0, 3}, {100000, 250001}, {300000, 300001}};
  const auto is_free = [&](Index i) {
    return std::any_of(intercepts.begin(), intercepts.end(),
                       [&](const Range& range) { return i >= range.first && i < range.last; });
  };
  std::vector<double> z, g;
  for (Index i = 0; i < dimension; ++i) {
    z.push_back(std::sin(static_cast<double>(i)));
    g.push_back(std::cos(static_cast<double>(3 * i)));
  }
  double value = 0, square = 0;
  std::vector<double> right = z, shrunk = z;
  for (Index i = 0; i < dimension; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto soft = [](double x, double most) { return x - std::clamp(x, -most, most); };
    right[at] = z[at] - 0.5 * g[at];
    if (!is_free(i)) {
      right[at] = soft(right[at], 0.25);
      shrunk[at] = soft(z[at], 0.25);
      value += 0.5 * std::abs(z[at]);
    }
    square += (z[at] - right[at]) * (z[at] - right[at]);
  }
  std::optional<double> norm;
  for (const Index threads : {1, 3}) {
    CAPTURE(threads);
    Pool pool(threads);
    OptimizerSeat seat;
    seat.dimension = dimension;
    seat.intercepts = intercepts;
    seat.shards = Shards(pool);
    const Proximal<double> proximal(0.5, seat);
    std::vector<double> y(z.size()), x = z;
    proximal.step(z, g, y, 0.5);
    proximal.shrink(x, 0.5);
    CHECK(y == right);
    CHECK(x == shrunk);
    // Sums of so many numbers of size one in another order.
    CHECK(proximal.value(z) == doctest::Approx(value).epsilon(1e-12));
    const double own = proximal.step_norm(z, g, 0.5);
    CHECK(own == doctest::Approx(std::sqrt(square) / 0.5).epsilon(1e-12));
    CHECK(own == norm.value_or(own));
    norm = own;
  }
}

TEST_CASE("a lasso of every rule that l1 goes with meets the conditions of its minimum, with exact zeros") {
  for (const char* rule : {"{name: sgd, lr: 0.2}", "{name: svrg, lr: 0.05}", "{name: saga, lr: 0.05}",
                           "{name: sarah, lr: 0.05}"}) {
    for (const char* lookahead : {"false", "{k: 5, alpha: 0.5}", "{k: 3, alpha: 0.8, workers: 3}",
                                  "[{k: 2, alpha: 0.7}, {k: 3, alpha: 0.6, outer: nesterov}]"}) {
      for (const char* model :
           {"{type: linear, l1: 0.3}", "{type: linear, l1: 0.3, intercept: false, l2: 0.01}"}) {
        const bool whole = std::string(rule).find("sgd") != std::string::npos;
        const std::string problem = points_with_r2 + "model: " + model + "\noptimizer: " + rule +
                                    "\nlookahead: " + lookahead + "\nbatch: " + (whole ? "full" : "7") +
                                    "\nstop: {epochs: 2500}\n";
        CAPTURE(problem);
        Trial<double> trial(problem);
        const Outcome outcome = trial.run(0, false);
        REQUIRE(outcome.status == Status::finished);
        CHECK(unmet(trial) < converged);
        const std::vector<double> x = trial.slow();
        CHECK(zeros(x) >= 2);
        CHECK(zeros(x) < std::ssize(x));
        CHECK(outcome.grad_norm < converged * 10);
      }
    }
  }
}

TEST_CASE("l1 makes zeros in every kind of model, in both precisions, and under shards") {
  const std::vector<std::pair<std::string, std::string>> models = {
      {"points.csv, target: y}", "{type: linear, l1: 0.3, loss: huber}"},
      {"halves.csv, target: class}", "{type: logistic, l1: 0.2}"},
      {"points.csv, target: class}", "{type: softmax, l1: 0.05}"},
      {"points.csv, target: y}", "{type: mlp, hidden: [4], activation: tanh, l1: 0.05}"}};
  const auto check_some = [](const auto& x) {
    CHECK(zeros(x) > 0);
    CHECK(zeros(x) < std::ssize(x));
  };
  for (const auto& [data, model] : models) {
    for (const char* lookahead : {"{k: 4}", "{k: 2, workers: 3, shard: true}"}) {
      const std::string problem = "data: {train: " + data_folder() + data + "\nmodel: " + model +
                                  "\noptimizer: {name: sgd, lr: 0.1}\nlookahead: " + lookahead +
                                  "\nbatch: 8\nstop: {epochs: 200}\n";
      CAPTURE(problem);
      Trial<double> trial(problem);
      REQUIRE(trial.run(0, false).status == Status::finished);
      check_some(trial.slow());
      Trial<float> single(problem + "precision: single\n");
      REQUIRE(single.run(0, false).status == Status::finished);
      check_some(single.slow());
    }
  }
}

TEST_CASE("losses include l1, values by rows set aside do not") {
  const std::string rest =
      "optimizer: {name: sgd, lr: 0.1}\nbatch: full\nstop: {epochs: 4}\ntrace: {points: true}\n";
  const std::string data = "data: {train: " + data_folder() + "points.csv, target: y, validation: 0.3}\n";
  Trial<double> with(data + "model: {type: linear, l1: 0.3}\n" + rest);
  const Outcome outcome = with.run();
  const auto& objective = with.plan->objective();
  Evaluator<double> evaluator(objective, with.pool, objective.terms());
  const auto proximal = proximal_of(with.plan->spec.model, objective, evaluator.shards());
  REQUIRE(proximal);
  for (const Record& record : with.sink.records) {
    CAPTURE(record.step);
    const auto whole = [&](const std::vector<double>& x) {
      return evaluator.value(std::span<const double>(x), with.plan->terms()).value +
             proximal->value(std::span<const double>(x));
    };
    CHECK(record.loss_slow == whole(record.slow));
    if (!std::isnan(record.loss_fast)) CHECK(record.loss_fast == whole(record.fast));
  }
  CHECK(outcome.loss_slow == with.sink.records.back().loss_slow);
  Evaluator<double> judge(*with.plan->validation.model, with.pool, with.plan->validation.rows().size());
  const std::vector<double> x = with.slow();
  const double mean = judge.value(std::span<const double>(x), with.plan->validation.rows()).value;
  const auto told = std::ranges::find(outcome.metrics, "val_loss", &ResultMetric::name);
  REQUIRE(told != outcome.metrics.end());
  CHECK(told->value == mean);
}

TEST_CASE("neither the trace nor the number of threads changes a run with l1") {
  const std::string problem =
      points_with_r2 +
      "model: {type: linear, l1: 0.3}\noptimizer: {name: sgd, lr: {cosine: {from: 0.1, to: "
      "0}}}\nlookahead: {k: 7}\nbatch: 7\nstop: {epochs: 9}\n";
  Trial<double> plain(problem);
  const Outcome end = plain.run(0, false);
  for (const char* trace : {"trace: {every: 1, points: true}\n", "trace: {exact: true}\n", "threads: 3\n"}) {
    Trial<double> traced(problem + trace);
    const Outcome outcome = traced.run();
    CHECK(traced.slow() == plain.slow());
    CHECK(traced.fast() == plain.fast());
    CHECK(outcome.best.loss == end.best.loss);
    CHECK(outcome.loss_slow == end.loss_slow);
  }
  // The last rate is 0, the step to the settled point has the largest.
  CHECK(zeros(plain.slow()) >= 2);
}

TEST_CASE("the gradient's norm of l1 is that of a proximal step, and ends a run") {
  Trial<double> trial(points_with_r2 +
                      "model: {type: linear, l1: 0.3}\noptimizer: {name: sgd, lr: 0.2}\nbatch: full\n"
                      "stop: {epochs: 5000, grad_norm: 1e-6}\n");
  const Outcome outcome = trial.run();
  CHECK(*outcome.stop == StopReason::grad_norm);
  CHECK(outcome.grad_norm <= 1e-6);
  CHECK(unmet(trial) < 1e-5);
  CHECK(zeros(trial.slow()) >= 2);
}

TEST_CASE("a large l1 leaves the intercept alone, which is the mean") {
  Trial<double> trial(points_with_r2 +
                      "model: {type: linear, l1: 1000}\noptimizer: {name: sgd, lr: 0.5}\nbatch: full\n"
                      "stop: {epochs: 200}\n");
  trial.run();
  const std::vector<double> x = trial.slow();
  CHECK(zeros(x) == std::ssize(x) - 1);
  double mean = 0;
  for (const double y : trial.plan->train.data->targets) mean += y;
  mean /= static_cast<double>(trial.plan->train.data->targets.size());
  // Some roundings of a mean of numbers of size one.
  CHECK(x.back() == doctest::Approx(mean).epsilon(1e-12));
}

TEST_CASE("the best epoch's weights under l1 are the ones it was judged by, zeros included") {
  Trial<double> trial(
      "data: {train: " + data_folder() +
      "points.csv, target: y, validation: 0.3}\nmodel: {type: linear, l1: 0.2}\noptimizer: {name: "
      "sgd, lr: 0.2}\nlookahead: {k: 3, alpha: 0.9}\nbatch: 2\nstop: {epochs: 30, patience: {metric: "
      "val_loss, epochs: 9}}\ntrace: {points: true}\n");
  const Outcome outcome = trial.run();
  REQUIRE(outcome.best_epoch);
  REQUIRE(trial.sink.records.back().event == "restored");
  CHECK(trial.sink.records.back().slow == trial.slow());
  CHECK(zeros(trial.slow()) > 0);
  bool seen = false;
  for (const Record& record : trial.sink.records) {
    if (record.event != "restored" && record.slow == trial.slow()) seen = true;
  }
  CHECK(seen);
  const auto told = std::ranges::find(outcome.metrics, "val_loss", &ResultMetric::name);
  REQUIRE(told != outcome.metrics.end());
  CHECK(told->value == outcome.best_metric);
}

TEST_CASE("a fold under l1 is the run of its rows") {
  Trial<double> trial(
      "data: {train: " + data_folder() +
      "points.csv, target: y, validation: {folds: 3}}\nmodel: {type: linear, l1: 0.3}\noptimizer: "
      "{name: sgd, lr: 0.1}\nbatch: full\nstop: {epochs: 3000}\n");
  Watcher watcher;
  const auto validation = cross_validate(*trial.plan, trial.pool, watcher);
  REQUIRE(validation);
  for (const FoldResult& fold : validation->folds) {
    CHECK(fold.outcome.status == Status::finished);
    CHECK(fold.outcome.grad_norm < 1e-6);
  }
}
