#include <algorithm>
#include <cmath>
#include <functional>

#include "support/finite_sum.hpp"
#include "support/problem.hpp"

// Settings that the reference iterates leave at their defaults, against the formulas written out here:
// blocks, decay, schedules of the rate, averages, initial values.
using namespace lookahead;
using namespace lookahead::test;

namespace {

using Point = std::vector<double>;
// One step of a formula: x, the gradient there, the number of the step from 1, the learning rate.
using Formula = std::function<void(Point& x, const Point& g, double t, double rate)>;

std::unique_ptr<Optimizer<double>> made(const std::string& block, const OptimizerSeat& seat) {
  const Spec spec = spec_of("objective: {function: quadratic, dim: 5}\noptimizer: " + block + "\n");
  return spec.optimizer.rule.entry->make<double>(spec.optimizer.rule.values, seat);
}

double rate_at(int step) { return 0.02 * (1 + 0.5 * std::cos(step)); }

void check_formula(const std::string& block, const Formula& formula,
                   const OptimizerSeat& seat = FiniteSum<double>::seat(), Point x = {1, -0.5, 0.25, 2, -1}) {
  CAPTURE(block);
  const auto rule = made(block, seat);
  Point y = x, g(x.size());
  FiniteSum<double> ours, theirs;
  for (int step = 0; step < 40; ++step) {
    ours.begin_step(step, x, false);
    rule->step(x, ours, rate_at(step));
    theirs.begin_step(step, y, false);
    g.assign(theirs.gradient().begin(), theirs.gradient().end());
    formula(y, g, step + 1, rate_at(step));
  }
  // Other orders of the same operations: a few roundings of 1e-16 in each of 40 steps.
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(x[i] == doctest::Approx(y[i]).epsilon(1e-12));
    CHECK(std::isfinite(x[i]));
  }
}

double sign_of(double value) { return value > 0 ? 1.0 : (value < 0 ? -1.0 : 0.0); }

// sqrt of the sum of squares of coordinates [from, to).
double norm(const Point& x, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += x[i] * x[i];
  return std::sqrt(sum);
}

const std::vector<std::pair<std::size_t, std::size_t>> two_parts = {{0, 2}, {2, 5}}, one_part = {{0, 5}};

OptimizerSeat seat_without_blocks() {
  OptimizerSeat seat = FiniteSum<double>::seat();
  seat.blocks.clear();
  return seat;
}

Formula lamb(const std::vector<std::pair<std::size_t, std::size_t>>& parts) {
  return [parts, m = Point(5), v = Point(5)](Point& x, const Point& g, double t, double rate) mutable {
    Point u(5);
    for (std::size_t i = 0; i < 5; ++i) {
      m[i] = 0.9 * m[i] + 0.1 * g[i];
      v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
      const double first = m[i] / (1 - std::pow(0.9, t)), second = v[i] / (1 - std::pow(0.999, t));
      u[i] = first / (std::sqrt(second) + 1e-6) + 0.1 * x[i];
    }
    for (const auto& [from, to] : parts) {
      const double size = norm(x, from, to), step = norm(u, from, to);
      const double ratio = size > 0 && step > 0 ? size / step : 1;
      for (std::size_t i = from; i < to; ++i) x[i] -= rate * ratio * u[i];
    }
  };
}

Formula lars(const std::vector<std::pair<std::size_t, std::size_t>>& parts) {
  return [parts, b = Point(5)](Point& x, const Point& g, double, double rate) mutable {
    Point u(5);
    for (std::size_t i = 0; i < 5; ++i) u[i] = g[i] + 0.1 * x[i];
    for (const auto& [from, to] : parts) {
      const double size = norm(x, from, to), step = norm(u, from, to);
      const double ratio = size > 0 && step > 0 ? 0.5 * size / step : 1;
      for (std::size_t i = from; i < to; ++i) {
        b[i] = 0.9 * b[i] + rate * ratio * u[i];
        x[i] -= b[i];
      }
    }
  };
}

}  // namespace

TEST_CASE("lamb and lars scale every block by its own norms, and the whole vector where there are none") {
  const std::string of_lamb = "{name: lamb, weight_decay: 0.1}",
                    of_lars = "{name: lars, trust: 0.5, weight_decay: 0.1}";
  check_formula(of_lamb, lamb(two_parts));
  check_formula(of_lamb, lamb(one_part), seat_without_blocks());
  check_formula(of_lars, lars(two_parts));
  check_formula(of_lars, lars(one_part), seat_without_blocks());
  // A block that begins at zero has no norm to scale by.
  check_formula(of_lamb, lamb(two_parts), FiniteSum<double>::seat(), {0, 0, 1, 2, 3});
  check_formula(of_lars, lars(two_parts), FiniteSum<double>::seat(), {0, 0, 1, 2, 3});
}

TEST_CASE("lion shrinks x apart from its signs, and signum without momentum is signSGD") {
  check_formula("{name: signum, momentum: 0}", [](Point& x, const Point& g, double, double rate) {
    for (std::size_t i = 0; i < 5; ++i) x[i] -= rate * sign_of(g[i]);
  });
  check_formula("{name: lion, weight_decay: 0.1}",
                [m = Point(5)](Point& x, const Point& g, double, double rate) mutable {
                  for (std::size_t i = 0; i < 5; ++i) {
                    const double direction = 0.9 * m[i] + 0.1 * g[i];
                    m[i] = 0.99 * m[i] + 0.01 * g[i];
                    x[i] = x[i] * (1 - 0.1 * rate) - rate * sign_of(direction);
                  }
                });
}

TEST_CASE("adan in optax's form shrinks x before the step") {
  check_formula("{name: adan, beta1: 0.9, beta2: 0.8, beta3: 0.95, epsilon_inside: 1e-3, weight_decay: 0.1}",
                [m = Point(5), v = Point(5), n = Point(5), before = Point()](Point& x, const Point& g,
                                                                             double t, double rate) mutable {
                  if (before.empty()) before = g;
                  for (std::size_t i = 0; i < 5; ++i) {
                    const double change = g[i] - before[i], ahead = g[i] + 0.2 * change;
                    m[i] = 0.9 * m[i] + 0.1 * g[i];
                    v[i] = 0.8 * v[i] + 0.2 * change;
                    n[i] = 0.95 * n[i] + 0.05 * ahead * ahead;
                    const double first = m[i] / (1 - std::pow(0.9, t)), moved = v[i] / (1 - std::pow(0.8, t));
                    const double second = n[i] / (1 - std::pow(0.95, t));
                    x[i] = x[i] * (1 - 0.1 * rate) -
                           rate * (first + 0.2 * moved) / (std::sqrt(second + 1e-3) + 1e-8);
                  }
                  before = g;
                });
}

TEST_CASE("adabound's bounds follow the rate and close in on the final rate, whatever the warm-up") {
  int below = 0, above = 0, between = 0;
  check_formula(
      "{name: adabound, beta2: 0.9, gamma: 0.1, final_rate: 0.05, base_rate: 0.03, weight_decay: 0.1}",
      [&, m = Point(5), v = Point(5)](Point& x, const Point& g, double t, double rate) mutable {
        const double r = 0.05 * rate / 0.03;
        const double least = r * (1 - 1 / (0.1 * t + 1)), most = r * (1 + 1 / (0.1 * t));
        for (std::size_t i = 0; i < 5; ++i) {
          const double gradient = g[i] + 0.1 * x[i];
          m[i] = 0.9 * m[i] + 0.1 * gradient;
          v[i] = 0.9 * v[i] + 0.1 * gradient * gradient;
          const double adaptive =
              rate * std::sqrt(1 - std::pow(0.9, t)) / (1 - std::pow(0.9, t)) / (std::sqrt(v[i]) + 1e-8);
          ++(adaptive < least ? below : adaptive > most ? above : between);
          x[i] -= std::clamp(adaptive, least, most) * m[i];
        }
      });
  CHECK(below > 0);
  CHECK(above > 0);
  CHECK(between > 0);
  // Closed in: steps of sgd at a rate that follows the schedule from its base, by default its largest value.
  for (const bool given : {true, false}) {
    CAPTURE(given);
    const auto rule = made(std::string("{name: adabound, beta1: 0, gamma: 1e12, final_rate: 0.05") +
                               (given ? ", base_rate: 0.01}" : "}"),
                           seat_without_blocks());
    FiniteSum<double> oracle;
    Point x = {1, -0.5, 0.25, 2, -1};
    for (int step = 0; step < 10; ++step) {
      oracle.begin_step(step, x, false);
      const Point before = x;
      const double rate = 1e-3 * (step < 5 ? step + 1 : 10 - step);  // up to 5e-3 and down again
      rule->step(x, oracle, rate);
      const double base = given ? 0.01 : (step < 5 ? rate : 5e-3);
      // the bounds are 1e-12 apart, relatively
      for (std::size_t i = 0; i < 5; ++i)
        CHECK(before[i] - x[i] == doctest::Approx(0.05 * rate / base * oracle.gradient()[i]).epsilon(1e-9));
    }
  }
}

TEST_CASE("asgd moves with a falling rate and averages its path from t0 on") {
  const auto rule =
      made("{name: asgd, lambd: 0.1, alpha: 0.6, t0: 3, weight_decay: 0.05}", seat_without_blocks());
  FiniteSum<double> oracle;
  Point x = {1, -0.5, 0.25, 2, -1}, y = x, mean(5);
  for (int step = 0; step < 40; ++step) {
    oracle.begin_step(step, x, false);
    rule->step(x, oracle, 0.02);
    const double eta = 0.02 / std::pow(1 + 0.1 * 0.02 * step, 0.6);
    const double weight = 1.0 / std::max(1, step - 3);
    for (std::size_t i = 0; i < 5; ++i) {
      y[i] = (1 - 0.1 * eta) * y[i] - eta * (oracle.gradient()[i] + 0.05 * y[i]);
      mean[i] += (y[i] - mean[i]) * weight;
    }
  }
  const Memory<double> memory = rule->memory();
  const auto average = (*memory.segments.begin()).values;
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(x[i] == doctest::Approx(y[i]).epsilon(1e-12));
    CHECK(average[i] == doctest::Approx(mean[i]).epsilon(1e-12));
  }
}

TEST_CASE("adagrad begins with its initial sum, slows down, and takes epsilon inside the root") {
  for (const bool inside : {false, true}) {
    check_formula(
        std::string("{name: adagrad, initial: 0.1, lr_decay: 0.05, epsilon: 1e-2, weight_decay: 0.1, ") +
            "epsilon_inside: " + (inside ? "true}" : "false}"),
        [inside, s = Point(5, 0.1)](Point& x, const Point& g, double t, double rate) mutable {
          for (std::size_t i = 0; i < 5; ++i) {
            const double gradient = g[i] + 0.1 * x[i];
            s[i] += gradient * gradient;
            const double root = inside ? std::sqrt(s[i] + 1e-2) : std::sqrt(s[i]) + 1e-2;
            x[i] -= rate / (1 + (t - 1) * 0.05) * gradient / root;
          }
        });
  }
}

TEST_CASE("decoupled weight decay is the plain rule on the gradient after x has shrunk") {
  for (const std::string name : {"nadam", "radam", "adabelief"}) {
    CAPTURE(name);
    const auto decayed =
        made("{name: " + name + ", weight_decay: 0.3, decoupled: true}", seat_without_blocks());
    const auto plain = made("{name: " + name + "}", seat_without_blocks());
    FiniteSum<double> oracle;
    Point x = {1, -0.5, 0.25, 2, -1}, y = x;
    for (int step = 0; step < 40; ++step) {
      oracle.begin_step(step, x, false);  // one gradient for both
      decayed->step(x, oracle, rate_at(step));
      for (double& value : y) value *= 1 - 0.3 * rate_at(step);
      plain->step(y, oracle, rate_at(step));
    }
    for (std::size_t i = 0; i < 5; ++i) CHECK(x[i] == doctest::Approx(y[i]).epsilon(1e-12));
  }
}
