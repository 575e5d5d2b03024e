#include <cmath>

#include "support/problem.hpp"

// The rules for games against their definitions, written out step by step.
using namespace lookahead;
using namespace lookahead::test;

namespace {

using Point = std::vector<double>;

// The field of {game: cyclic, players: 3, curvature: 0.1, coupling: 1, dim: 3}.
Point cyclic_field(const Point& x) {
  return {0.1 * x[0] + (x[1] - x[2]), 0.1 * x[1] + (x[2] - x[0]), 0.1 * x[2] + (x[0] - x[1])};
}

template <Scalar T = double>
std::vector<T> path_end(const std::string& optimizer, Index steps, const std::string& more = "") {
  Trial<T> trial("objective: {game: cyclic}\nstart: [1, -0.5, 0.25]\nlookahead: false\noptimizer: " +
                 optimizer + "\nstop: {steps: " + std::to_string(steps) + "}\n" + more);
  trial.run();
  return trial.fast();
}

void check_close(const Point& ours, const Point& theirs, double tolerance) {
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) CHECK(std::abs(ours[i] - theirs[i]) <= tolerance);
}

// Rounding of some dozens of steps on numbers around 1.
constexpr double rounding = 1e-14;

// Adam's moments and the direction they give, by the paper's formulas.
struct Moments {
  double m = 0, v = 0;
  Index t = 0;
  double direction(double g) {
    ++t;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const auto n = static_cast<double>(t);
    return m / (1 - std::pow(0.9, n)) / (std::sqrt(v / (1 - std::pow(0.999, n))) + 1e-8);
  }
};

}  // namespace

TEST_CASE("simultaneous gda is sgd on the field, bit for bit, with and without momentum") {
  CHECK(path_end("{name: gda, lr: 0.05}", 40) == path_end("{name: sgd, lr: 0.05}", 40));
  CHECK(path_end<float>("{name: gda, lr: 0.05}", 40, "precision: single\n") ==
        path_end<float>("{name: sgd, lr: 0.05}", 40, "precision: single\n"));
  CHECK(path_end("{name: gda, lr: 0.05, momentum: 0.7}", 40) ==
        path_end("{name: sgd, lr: 0.05, momentum: 0.7}", 40));
}

TEST_CASE(
    "alternating gda: each player sees those before it moved, and every move but the first costs an "
    "evaluation") {
  for (const double momentum : {0.0, -0.4}) {
    Point x = {1, -0.5, 0.25}, buffer(3);
    for (int t = 0; t < 30; ++t) {
      for (std::size_t player = 0; player < 3; ++player) {
        buffer[player] = (t == 0 ? 0 : momentum * buffer[player]) + cyclic_field(x)[player];
        x[player] -= 0.1 * buffer[player];
      }
    }
    const std::string optimizer =
        "{name: gda, lr: 0.1, alternating: true, momentum: " + to_text(momentum) + "}";
    check_close(path_end(optimizer, 30), x, rounding);
  }
  Trial<double> trial(
      "objective: {game: cyclic, players: 4, dim: 8}\noptimizer: {name: gda, alternating: true}\nstop: "
      "{steps: 10}\n");
  CHECK(trial.run().counts.grad_evals == 40);
}

TEST_CASE("extragradient descends with the gradient found ahead") {
  for (const double ratio : {1.0, 2.5}) {
    Point x = {1, -0.5, 0.25};
    for (int t = 0; t < 30; ++t) {
      Point ahead = x;
      const Point here = cyclic_field(x);
      for (std::size_t i = 0; i < 3; ++i) ahead[i] -= ratio * 0.1 * here[i];
      const Point there = cyclic_field(ahead);
      for (std::size_t i = 0; i < 3; ++i) x[i] -= 0.1 * there[i];
    }
    check_close(path_end("{name: extragradient, lr: 0.1, ratio: " + to_text(ratio) + "}", 30), x, rounding);
  }
}

TEST_CASE("optimistic descends with the gradient as it goes on changing, plainly at first") {
  for (const double beta : {1.0, 0.5}) {
    Point x = {1, -0.5, 0.25}, last;
    for (int t = 0; t < 30; ++t) {
      const Point here = cyclic_field(x);
      if (t == 0) last = here;
      for (std::size_t i = 0; i < 3; ++i) x[i] -= 0.1 * (here[i] + beta * (here[i] - last[i]));
      last = here;
    }
    check_close(path_end("{name: optimistic, lr: 0.1, beta: " + to_text(beta) + "}", 30), x, rounding);
  }
  CHECK(path_end("{name: optimistic, lr: 0.1, beta: 0}", 30) == path_end("{name: sgd, lr: 0.1}", 30));
}

TEST_CASE("extra_adam moves its moments in both half steps") {
  Point x = {1, -0.5, 0.25};
  std::vector<Moments> moments(3);
  for (int t = 0; t < 30; ++t) {
    Point ahead = x;
    const Point here = cyclic_field(x);
    for (std::size_t i = 0; i < 3; ++i) ahead[i] -= 0.01 * moments[i].direction(here[i]);
    const Point there = cyclic_field(ahead);
    for (std::size_t i = 0; i < 3; ++i) x[i] -= 0.01 * moments[i].direction(there[i]);
  }
  check_close(path_end("{name: extra_adam, lr: 0.01}", 30), x, rounding);
}

TEST_CASE("optimistic_adam adds what the move differs from the last one") {
  Point x = {1, -0.5, 0.25}, last(3);
  std::vector<Moments> moments(3);
  for (int t = 0; t < 30; ++t) {
    const Point here = cyclic_field(x);
    for (std::size_t i = 0; i < 3; ++i) {
      const double move = -0.01 * moments[i].direction(here[i]);
      x[i] += t == 0 ? move : 2 * move - last[i];
      last[i] = move;
    }
  }
  check_close(path_end("{name: optimistic_adam, lr: 0.01}", 30), x, rounding);
  CHECK(path_end("{name: optimistic_adam, lr: 0.01, optimism: 0}", 30) ==
        path_end("{name: adam, lr: 0.01}", 30));
}
