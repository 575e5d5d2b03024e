#include <cmath>
#include <functional>

#include "run/memory_need.hpp"
#include "support/finite_sum.hpp"
#include "support/problem.hpp"

// Rules that ask more of a step than the gradient at x, against independent computations.
using namespace lookahead;
using namespace lookahead::test;

namespace {

using Point = std::vector<double>;

std::unique_ptr<Optimizer<double>> made(const std::string& block) {
  const std::string data = "data: {train: " + data_folder() + "points.csv, target: y}\nmodel: linear\n";
  const Spec spec = spec_of(data + "optimizer: " + block + "\n");
  return spec.optimizer.rule.entry->make<double>(spec.optimizer.rule.values, FiniteSum<double>::seat());
}

Point full_gradient(const Point& x) {
  FiniteSum<double> sum;
  Point g(x.size());
  sum.full_value_and_gradient(x, g);
  return g;
}

double largest_difference(const Point& a, const Point& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

// The mean over all single-term batches of the direction that a rule takes after `steps` steps of warming up.
Point mean_direction(const std::string& block, Index steps) {
  constexpr Index terms = FiniteSum<double>::terms;
  Point mean(FiniteSum<double>::dimension);
  for (Index term = 0; term < terms; ++term) {
    const auto rule = made(block);
    FiniteSum<double> oracle;
    Point x = {1, -0.5, 0.25, 2, -1};
    for (Index step = 0; step < steps; ++step) {
      oracle.begin_step(step, x, true);
      rule->step(x, oracle, 0.05);
    }
    const Point before = x;
    oracle.choose({term});
    rule->step(x, oracle, 1);
    for (std::size_t i = 0; i < x.size(); ++i) mean[i] += (before[i] - x[i]) / static_cast<double>(terms);
  }
  return mean;
}

Point point_after(const std::string& block, Index steps) {
  const auto rule = made(block);
  FiniteSum<double> oracle;
  Point x = {1, -0.5, 0.25, 2, -1};
  for (Index step = 0; step < steps; ++step) {
    oracle.begin_step(step, x, true);
    rule->step(x, oracle, 0.05);
  }
  return x;
}

Outcome outcome_of(const std::string& problem) { return Trial<double>(problem).run(); }

std::string faults_of(const std::string& yaml) {
  const auto spec = read_problem({yaml, "p.yaml", "p", "/folder", {}});
  std::string text;
  for (const Fault& fault : spec.faults()) {
    CHECK(fault.kind == FaultKind::problem);
    text += to_string(fault) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("svrg and saga take the full gradient on average over the terms") {
  for (const std::string block : {"{name: svrg, period: 100}", "saga", "{name: saga, fill: false}"}) {
    for (const Index steps : {1, 2, 7, 23}) {
      CAPTURE(block);
      CAPTURE(steps);
      // Sums of twelve numbers below 10, and saga's mean after some updates: a few dozen roundings.
      CHECK(largest_difference(mean_direction(block, steps), full_gradient(point_after(block, steps))) <
            1e-13);
    }
  }
}

TEST_CASE("sarah's estimate changes on average as the full gradient does") {
  // After the renewal v = grad f(x_0); the next direction's mean is v + grad f(x_1) - grad f(x_0).
  CHECK(largest_difference(mean_direction("{name: sarah, period: 100}", 1),
                           full_gradient(point_after("{name: sarah, period: 100}", 1))) < 1e-13);
}

TEST_CASE("with batches of all terms svrg, sarah and saga are gradient descent") {
  std::vector<Index> all;
  for (Index i = 0; i < FiniteSum<double>::terms; ++i) all.push_back(i);
  for (const std::string block :
       {"{name: svrg, period: 7}", "{name: sarah, period: 7}", "saga", "{name: saga, fill: false}"}) {
    CAPTURE(block);
    const auto rule = made(block);
    FiniteSum<double> oracle;
    Point x(5, 1.0), y = x;
    for (Index step = 0; step < 60; ++step) {
      oracle.choose(all);
      rule->step(x, oracle, 0.1);
      const Point g = full_gradient(y);
      for (std::size_t i = 0; i < y.size(); ++i) y[i] -= 0.1 * g[i];
    }
    // 60 contracting steps, each with a few roundings of numbers below 2
    CHECK(largest_difference(x, y) < 1e-13);
  }
}

TEST_CASE("evaluations of the finite-sum rules are counted to the row") {
  const std::string data =
      "data: {train: " + data_folder() +
      "points.csv, target: y}\nmodel: linear\nbatch: 7\nlookahead: false\ntrace: {every: 1}\n";
  // 60 rows, nine batches an epoch: eight of 7 rows and one of 4
  const auto batch = [](Index step) { return step % 9 == 8 ? 4 : 7; };
  struct Count {
    const char* block;
    std::function<Index(Index step, Index rows)> evaluations;
  };
  const std::vector<Count> counts = {
      {"{name: svrg, lr: 1e-3}", [](Index step, Index rows) { return step % 9 == 0 ? 60 : 2 * rows; }},
      {"{name: svrg, lr: 1e-3, period: 4}",
       [](Index step, Index rows) { return step % 4 == 0 ? 60 : 2 * rows; }},
      {"{name: sarah, lr: 1e-3}", [](Index step, Index rows) { return step % 9 == 0 ? 60 : 2 * rows; }},
      {"{name: saga, lr: 1e-3}", [](Index step, Index rows) { return step == 0 ? 60 : rows; }},
      {"{name: saga, lr: 1e-3, fill: false}", [](Index, Index rows) { return rows; }},
      {"{name: schedule_free_sgd, lr: 1e-3}", [](Index, Index rows) { return rows; }},
      {"{name: lbfgs, lr: 1e-3, line_search: none}", [](Index, Index rows) { return rows; }}};
  for (const Count& count : counts) {
    CAPTURE(count.block);
    Trial<double> trial(data + "optimizer: " + count.block + "\nstop: {steps: 25}\n");
    trial.run();
    Index wanted = 0;
    for (Index step = 0; step < 25; ++step) {
      wanted += count.evaluations(step, batch(step));
      CHECK(trial.sink.records[static_cast<std::size_t>(step) + 1].grad_evals == wanted);
    }
  }
}

TEST_CASE("a sync that moves x renews sarah's estimate and leaves svrg's snapshot, unless told otherwise") {
  const auto evals = [](const std::string& optimizer, const std::string& lookahead) {
    return outcome_of("data: {train: " + data_folder() +
                      "points.csv, target: y}\nmodel: linear\nbatch: 6\noptimizer: " + optimizer +
                      "\nlookahead: " + lookahead + "\nstop: {steps: 20}\n")
        .counts.grad_evals;
  };
  const Index none = 2 * 60 + 18 * 12, every_fourth = 5 * 60 + 15 * 12;
  CHECK(evals("svrg", "{k: 4, alpha: 0.5}") == none);
  CHECK(evals("svrg", "{k: 4, alpha: 1}") == none);
  CHECK(evals("{name: svrg, renew_at_sync: true}", "{k: 4, alpha: 0.5}") == every_fourth);
  CHECK(evals("svrg", "{k: 4, alpha: 0.5, at_sync: reset}") == every_fourth);
  CHECK(evals("sarah", "{k: 4, alpha: 0.5}") == every_fourth);
  CHECK(evals("sarah", "{k: 4, alpha: 1}") == none);
  CHECK(evals("{name: sarah, renew_at_sync: false}", "{k: 4, alpha: 0.5}") == none);
}

TEST_CASE("the loss of a step is that of its batch, also where a rule draws term by term") {
  const auto first_losses = [](const std::string& optimizer) {
    Trial<double> trial("data: {train: " + data_folder() +
                        "points.csv, target: y}\nmodel: linear\nbatch: 7\nlookahead: false\noptimizer: " +
                        optimizer + "\nstop: {steps: 1}\ntrace: {every: 1}\n");
    trial.run();
    return trial.sink.records.back().loss_batch;
  };
  const double batch = first_losses("sgd");
  // The same terms summed in another order: rounding.
  CHECK(first_losses("{name: saga, fill: false}") == doctest::Approx(batch).epsilon(1e-13));
  CHECK(first_losses("{name: lbfgs, line_search: none}") == batch);
  CHECK(first_losses("schedule_free_sgd") == batch);
  CHECK(first_losses("svrg") == doctest::Approx(first_losses("{name: saga}")).epsilon(1e-13));
}

TEST_CASE("schedule-free SGD with beta 0 is the average of the iterates of SGD") {
  // On f = sum x_i^2 / 2 (quadratic of condition 1) z_t = (1 - lr)^t z_0; a constant rate weighs all alike.
  for (const Index steps : {1, 2, 17, 100}) {
    Trial<double> trial(
        "objective: {function: quadratic, dim: 3, condition: 1}\nlookahead: false\noptimizer: {name: "
        "schedule_free_sgd, lr: 0.1, beta: 0}\nstop: {steps: " +
        std::to_string(steps) + "}\n");
    trial.run();
    double mean = 0;
    for (Index t = 1; t <= steps; ++t)
      mean += std::pow(0.9, static_cast<double>(t)) / static_cast<double>(steps);
    for (const double x : trial.slow()) CHECK(x == doctest::Approx(mean).epsilon(1e-13));
  }
}

TEST_CASE("schedule-free rules follow the three sequences of the paper") {
  // x, y and z written out as in the authors' reference code, on f = (x_1^2 + ...)/2.
  for (const bool adamw : {false, true}) {
    CAPTURE(adamw);
    const std::string block =
        adamw ? "{name: schedule_free_adamw, lr: 0.1, beta1: 0.8, beta2: 0.9, weight_decay: "
                "0.02, warmup: 5, step_power: 0.5}"
              : "{name: schedule_free_sgd, lr: 0.1, beta: 0.8, weight_decay: 0.02, warmup: 5, "
                "step_power: 0.5}";
    Trial<double> trial(
        "objective: {function: quadratic, dim: 1, condition: 1}\nlookahead: false\noptimizer: " + block +
        "\nstop: {steps: 40}\n");
    trial.run();
    double x = 1, z = 1, v = 0, largest = 0, sum = 0;
    for (int t = 1; t <= 40; ++t) {
      const double y = 0.2 * z + 0.8 * x, g = y;
      v = 0.9 * v + 0.1 * g * g;
      const double lr = 0.1 * std::min(1.0, t / 5.0) * (adamw ? std::sqrt(1 - std::pow(0.9, t)) : 1.0);
      z -= lr * ((adamw ? g / (std::sqrt(v) + 1e-8) : g) + 0.02 * y);
      largest = std::max(largest, lr);
      const double weight = std::sqrt(t) * largest * largest;
      sum += weight;
      x += weight / sum * (z - x);
    }
    CHECK(trial.slow()[0] == doctest::Approx(x).epsilon(1e-12));
  }
}

TEST_CASE("a pullback pulls the point z of a schedule-free rule back with x") {
  // k = 1, beta = 0, pullback: x and z each become half of the new and half of the old.
  Trial<double> trial(
      "objective: {function: quadratic, dim: 1, condition: 1}\nlookahead: {k: 1, alpha: 0.5, at_sync: "
      "pullback}\noptimizer: {name: schedule_free_sgd, lr: 0.2, beta: 0}\nstop: {steps: 6}\n");
  trial.run();
  double x = 1, z = 1;
  for (int t = 1; t <= 6; ++t) {
    const double next_z = z - 0.2 * z, next_x = x + (next_z - x) / t;
    x = 0.5 * next_x + 0.5 * x;
    z = 0.5 * next_z + 0.5 * z;
  }
  CHECK(trial.slow()[0] == doctest::Approx(x).epsilon(1e-13));
}

TEST_CASE("polyak on |x|^2/2 halves the distance at every step, and the cap holds") {
  Trial<double> trial(
      "objective: {function: quadratic, dim: 4, condition: 1}\nlookahead: false\noptimizer: "
      "polyak\nstop: {steps: 20}\n");
  trial.run();
  // f / |g|^2 = 1/2 exactly
  for (const double x : trial.slow()) CHECK(x == std::pow(0.5, 20));
  Trial<double> capped(
      "objective: {function: quadratic, dim: 4, condition: 1}\nlookahead: false\noptimizer: {name: "
      "polyak, lr: 0.25}\nstop: {steps: 3}\n");
  capped.run();
  for (const double x : capped.slow()) CHECK(x == 0.421875);
  // c = 2 and a minimum of -1/2 for n = 1: the step is (x^2/2 + 1/2) / (2 x^2) = 1/2 at x = 1
  Trial<double> other(
      "objective: {function: quadratic, dim: 1, condition: 1}\nlookahead: false\noptimizer: {name: "
      "polyak, c: 2, minimum: -0.5}\nstop: {steps: 1}\n");
  other.run();
  CHECK(other.slow()[0] == 0.5);
}

TEST_CASE("dog follows its formula, and finds the scale of a problem by itself") {
  Trial<double> trial(
      "objective: {function: quadratic, dim: 1, condition: 1}\nlookahead: false\noptimizer: {name: dog, "
      "first_distance: 1e-2}\nstop: {steps: 50}\n");
  trial.run();
  double x = 1, r = 1e-2 * 2, sum = 1e-8;
  for (int t = 0; t < 50; ++t) {
    r = std::max(r, std::abs(x - 1));
    sum += x * x;
    x -= r / std::sqrt(sum) * x;
  }
  CHECK(trial.slow()[0] == doctest::Approx(x).epsilon(1e-12));
  for (const char* optimizer : {"dog", "prodigy"}) {
    CAPTURE(optimizer);
    const Outcome outcome = outcome_of(
        "objective: {function: quadratic, dim: 10, condition: 20, seed: 1}\nstart: {uniform: [-100, 100]}\n"
        "lookahead: false\noptimizer: " +
        std::string(optimizer) + "\nstop: {steps: 5000}\n");
    CHECK(outcome.loss_slow < 1e-3);  // from about 4000
  }
}

TEST_CASE("prodigy follows its formula") {
  Trial<double> trial(
      "objective: {function: quadratic, dim: 1, condition: 1}\nlookahead: false\noptimizer: {name: "
      "prodigy, d0: 1e-3, weight_decay: 0.01}\nstop: {steps: 60}\n");
  trial.run();
  const double beta3 = std::sqrt(0.999), d0 = 1e-3;
  double x = 1, d = d0, largest = d0, m = 0, v = 0, s = 0, r = 0;
  for (int t = 0; t < 60; ++t) {
    const double g = x, lr = d;
    r = beta3 * r + d / d0 * lr * g * (1 - x);
    m = 0.9 * m + 0.1 * d * g;
    v = 0.999 * v + 0.001 * d * d * g * g;
    s = beta3 * s + d / d0 * lr * g;
    const double guess = r / std::abs(s);
    if (d == d0) d = std::max(d, guess);
    largest = std::max(largest, guess);
    d = largest;
    x = x * (1 - 0.01 * lr) - lr * m / (std::sqrt(v) + d * 1e-8);
  }
  CHECK(trial.slow()[0] == doctest::Approx(x).epsilon(1e-10));
  CHECK(d > 10 * d0);
}

TEST_CASE("lbfgs solves quadratics and Rosenbrock's valley in few steps") {
  const auto gap = [](const std::string& objective, const std::string& optimizer, Index steps) {
    const Outcome outcome =
        outcome_of("objective: " + objective + "\nlookahead: false\noptimizer: " + optimizer +
                   "\nstop: {steps: " + std::to_string(steps) + "}\n");
    return *outcome.gap;
  };
  // With a search that leaves a thousandth of the slope it is nearly the conjugate gradient method.
  CHECK(gap("{function: quadratic, dim: 6, condition: 100, seed: 2}", "{name: lbfgs, curvature: 1e-3}", 14) <
        1e-12);
  CHECK(gap("{function: quadratic, dim: 50, condition: 1000, seed: 2}", "lbfgs", 200) < 1e-12);
  CHECK(gap("rosenbrock", "lbfgs", 60) < 1e-10);
  CHECK(gap("{function: rosenbrock_chained, dim: 10}", "lbfgs", 120) < 1e-10);
  CHECK(gap("{function: quadratic, dim: 6, condition: 100, seed: 2}", "{name: lbfgs, line_search: none}",
            60) < 1e-10);
}

TEST_CASE("lbfgs goes on from the gradient its search ended with, and asks anew where that does not hold") {
  const auto evals = [](const std::string& lookahead) {
    Trial<double> trial(
        "objective: {function: quadratic, dim: 6, condition: 2, seed: 2}\noptimizer: lbfgs\nlookahead: " +
        lookahead + "\nstop: {steps: 4}\ntrace: {every: 1}\n");
    trial.run();
    std::vector<Index> all;
    for (const Record& record : trial.sink.records) all.push_back(record.grad_evals);
    // What a step reports is the loss where it began.
    for (std::size_t i = 1; i < trial.sink.records.size(); ++i) {
      const Record& before = trial.sink.records[i - 1];
      CHECK(trial.sink.records[i].loss_batch == (before.synced ? before.loss_slow : before.loss_fast));
    }
    return all;
  };
  const auto alone = evals("false");
  CHECK(alone[2] - alone[1] == 1);
  const auto moved = evals("{k: 1, alpha: 0.5}");
  CHECK(moved[2] - moved[1] >= 2);
  CHECK(evals("{k: 1, alpha: 1}") == alone);
}

TEST_CASE("lbfgs stays at a minimum and survives noise") {
  const Outcome at_rest = outcome_of(
      "objective: {function: sphere, dim: 4}\nstart: [0, 0, 0, 0]\noptimizer: lbfgs\nstop: {steps: 10}\n");
  CHECK(at_rest.loss_slow == 0);
  const Outcome done = outcome_of(
      "objective: {function: quadratic, dim: 4, condition: 1e6}\noptimizer: lbfgs\nlookahead: false\nstop: "
      "{steps: 500}\n");
  CHECK(done.status == Status::finished);
  CHECK(done.loss_slow < 1e-12);
  const Outcome noisy = outcome_of(
      "objective: {function: sphere, dim: 4, noise: {gaussian: 0.1}}\noptimizer: lbfgs\nstop: {steps: "
      "100}\n");
  CHECK(noisy.status == Status::finished);
  CHECK(noisy.loss_slow < 1);
}

TEST_CASE("a rule that meets an overflow away from x ends the run and keeps a finite slow point") {
  const Outcome outcome = outcome_of(
      "objective: rosenbrock\noptimizer: {name: schedule_free_sgd, lr: 1}\nlookahead: {k: 3, "
      "alpha: 0.5}\nstop: {steps: 1000}\n");
  CHECK(outcome.status == Status::diverged);
  CHECK(std::isfinite(outcome.loss_slow));
}

TEST_CASE("a rule is refused where the problem does not meet its needs") {
  CHECK(faults_of("objective: rosenbrock\noptimizer: svrg\n") ==
        "p.yaml:2:12: error: optimizer svrg needs an objective that is a sum of terms, and rosenbrock is "
        "none (use it "
        "with data and model, or another optimizer)\n");
  for (const std::string name : {"saga", "sarah"}) {
    CHECK(faults_of("objective: sphere\noptimizer:\n  name: " + name + "\n")
              .find("p.yaml:3:3: error: optimizer " + name) == 0);
  }
  const std::string data = "data: {train: a.csv, target: y}\nmodel: linear\n";
  CHECK(faults_of(data + "optimizer: polyak\n") ==
        "p.yaml:3:12: error: optimizer polyak needs a known minimum, and that of a data problem is not known "
        "here "
        "(optimizer.minimum gives it)\n");
  CHECK(faults_of(data + "optimizer: {name: polyak, minimum: 0}\n").empty());
  CHECK(faults_of("objective: sphere\noptimizer: polyak\n").empty());
}

TEST_CASE("what saga and lbfgs remember is known beforehand") {
  const auto bytes = [](const std::string& problem) {
    const Trial<double> trial(problem);
    return optimizer_bytes(*trial.plan);
  };
  const std::string data =
      "data: {train: " + data_folder() + "points.csv, target: y}\nmodel: linear\noptimizer: ";
  const auto weights = static_cast<double>(Trial<double>(data + "sgd\n").plan->start.size());
  CHECK(bytes(data + "saga\n") == 8 * 60 * weights);
  CHECK(bytes(data + "{name: lbfgs, history: 7}\n") == 8 * 2 * 7 * weights);
  CHECK(bytes(data + "adam\n") == 0);
}
