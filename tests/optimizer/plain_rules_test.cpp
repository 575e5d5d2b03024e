#include <cmath>
#include <functional>

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

// Rules without published reference iterates, against their formulas written out coordinate by coordinate.
namespace {

using Point = std::vector<double>;

Point rosenbrock_gradient(const Point& x) {
  const double a = x[1] - x[0] * x[0];
  return {-400 * a * x[0] - 2 * (1 - x[0]), 200 * a};
}

// The point after `steps` steps from (-1.2, 1) of x, t, g -> x, t from 1.
Point walk(int steps, const std::function<void(Point&, int, const Point&)>& step) {
  Point x{-1.2, 1};
  for (int t = 1; t <= steps; ++t) step(x, t, rosenbrock_gradient(x));
  return x;
}

void check(const std::string& optimizer, int steps, const Point& expected) {
  CAPTURE(optimizer);
  Trial<double> trial("objective: rosenbrock\nlookahead: false\noptimizer: " + optimizer +
                      "\nstop: {steps: " + std::to_string(steps) + "}\n");
  trial.run();
  // Another order of a few operations in each step.
  for (std::size_t i = 0; i < 2; ++i) CHECK(trial.slow()[i] == doctest::Approx(expected[i]).epsilon(1e-12));
}

double sign(double v) { return v > 0 ? 1 : (v < 0 ? -1 : 0); }
double norm(const Point& x) { return std::hypot(x[0], x[1]); }

}  // namespace

TEST_CASE("signum steps by the sign of the mean gradient") {
  Point m(2);
  check("{name: signum, lr: 1e-2, momentum: 0.6, weight_decay: 0.1}", 25,
        walk(25, [&](Point& x, int, const Point& g) {
          for (int i = 0; i < 2; ++i) {
            m[i] = 0.6 * m[i] + 0.4 * g[i];
            x[i] -= 1e-2 * (sign(m[i]) + 0.1 * x[i]);
          }
        }));
}

TEST_CASE("qhm mixes the gradient with its long mean") {
  Point m(2);
  check("{name: qhm, lr: 1e-3, beta: 0.9, nu: 0.6, weight_decay: 0.1}", 25,
        walk(25, [&](Point& x, int, const Point& g) {
          for (int i = 0; i < 2; ++i) {
            const double decayed = g[i] + 0.1 * x[i];
            m[i] = 0.9 * m[i] + 0.1 * decayed;
            x[i] -= 1e-3 * (0.4 * decayed + 0.6 * m[i]);
          }
        }));
  // nu = 0 is sgd.
  check("{name: qhm, lr: 1e-3, nu: 0}", 10, walk(10, [&](Point& x, int, const Point& g) {
          for (int i = 0; i < 2; ++i) x[i] -= 1e-3 * g[i];
        }));
}

TEST_CASE("asgd slows down and shrinks as PyTorch's does") {
  check("{name: asgd, lr: 1e-3, lambd: 0.5, alpha: 0.75}", 25, walk(25, [&](Point& x, int t, const Point& g) {
          const double eta = 1e-3 / std::pow(1 + 0.5 * 1e-3 * (t - 1), 0.75);
          for (int i = 0; i < 2; ++i) x[i] = x[i] * (1 - 0.5 * eta) - eta * g[i];
        }));
}

TEST_CASE("adabound clips Adam's rates between bounds that close in") {
  Point m(2), v(2);
  check("{name: adabound, lr: 1e-2, final_rate: 1e-3, gamma: 0.1}", 40,
        walk(40, [&](Point& x, int t, const Point& g) {
          const double rate = 1e-2 * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t));
          for (int i = 0; i < 2; ++i) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            const double step = std::clamp(rate / (std::sqrt(v[i]) + 1e-8), 1e-3 * (1 - 1 / (0.1 * t + 1)),
                                           1e-3 * (1 + 1 / (0.1 * t)));
            x[i] -= step * m[i];
          }
        }));
}

TEST_CASE("lamb and lars take steps in proportion to the size of x") {
  Point m(2), v(2);
  check("{name: lamb, lr: 1e-2, weight_decay: 0.1}", 25, walk(25, [&](Point& x, int t, const Point& g) {
          Point u(2);
          for (int i = 0; i < 2; ++i) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            u[i] = m[i] / (1 - std::pow(0.9, t)) / (std::sqrt(v[i] / (1 - std::pow(0.999, t))) + 1e-6) +
                   0.1 * x[i];
          }
          const double ratio = norm(x) / norm(u);
          for (int i = 0; i < 2; ++i) x[i] -= 1e-2 * ratio * u[i];
        }));
  Point b(2);
  check("{name: lars, lr: 2, momentum: 0.8, trust: 1e-2, weight_decay: 0.1}", 25,
        walk(25, [&](Point& x, int, const Point& g) {
          const Point u{g[0] + 0.1 * x[0], g[1] + 0.1 * x[1]};
          const double ratio = 1e-2 * norm(x) / norm(u);
          for (int i = 0; i < 2; ++i) {
            b[i] = 0.8 * b[i] + 2 * ratio * u[i];
            x[i] -= b[i];
          }
        }));
}

TEST_CASE("adan in the paper's form") {
  Point m(2), v(2), n(2), before(2);
  check("{name: adan, variant: paper, lr: 1e-2, weight_decay: 0.1}", 25,
        walk(25, [&](Point& x, int t, const Point& g) {
          if (t == 1) before = g;
          for (int i = 0; i < 2; ++i) {
            const double d = g[i] - before[i];
            m[i] = 0.98 * m[i] + 0.02 * g[i];
            v[i] = 0.92 * v[i] + 0.08 * d;
            n[i] = 0.99 * n[i] + 0.01 * (g[i] + 0.92 * d) * (g[i] + 0.92 * d);
            const double mean = m[i] / (1 - std::pow(0.98, t)), change = v[i] / (1 - std::pow(0.92, t));
            const double scale = std::sqrt(n[i] / (1 - std::pow(0.99, t))) + 1e-8;
            x[i] = (x[i] - 1e-2 * (mean + 0.92 * change) / scale) / (1 + 1e-2 * 0.1);
          }
          before = g;
        }));
}

TEST_CASE("rmsprop with epsilon inside the root") {
  Point v(2);
  check("{name: rmsprop, lr: 1e-2, alpha: 0.9, epsilon: 1e-2, epsilon_inside: true}", 25,
        walk(25, [&](Point& x, int, const Point& g) {
          for (int i = 0; i < 2; ++i) {
            v[i] = 0.9 * v[i] + 0.1 * g[i] * g[i];
            x[i] -= 1e-2 * g[i] / std::sqrt(v[i] + 1e-2);
          }
        }));
}
