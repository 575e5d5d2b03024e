#include <array>
#include <cmath>

#include "support/problem.hpp"
#include "theory/quadratic.hpp"

// The noisy quadratic of Zhang, Lucas, Hinton and Ba (2019) with a_i = 1/i and centres of variance i in 100
// coordinates: the exact expected loss after 1000 steps of Lookahead with k = 5 from x = 1, less the part of
// the loss that the centres' variance is.
using namespace lookahead;
using namespace lookahead::test;

namespace {

constexpr Index coordinates = 100, steps = 1000, k = 5;

struct Figure {
  double alpha, lr, loss;
};
// From a recursion of means and variances step by step.
constexpr std::array<Figure, 12> figures = {{{0.2, 0.1, 0.375958197885},
                                             {0.5, 0.1, 0.171541567239},
                                             {0.8, 0.1, 0.14568411969},
                                             {1.0, 0.1, 0.155307181321},
                                             {0.2, 0.5, 0.13896926066},
                                             {0.5, 0.5, 0.306937439063},
                                             {0.8, 0.5, 0.532142118137},
                                             {1.0, 0.5, 0.71169310689},
                                             {0.2, 1.0, 0.240579237336},
                                             {0.5, 1.0, 0.657525531739},
                                             {0.8, 1.0, 1.18740449383},
                                             {1.0, 1.0, 1.64217109468}}};

// The two ways to write it down: noise of the gradients with deviation a_i sqrt(i), and a finite sum of
// quadratics around centres, one drawn per step.
const std::string added =
    "{function: quadratic_diag, dim: 100, spectrum: {power: 1}, noise: {gaussian: {sd: {power: 0.5}}}}";
const std::string drawn =
    "{function: noisy_quadratic, dim: 100, spectrum: {power: 1}, variance: {power: -1}, noise: {minibatch: "
    "1}}";

// Holds the mean of f(slow) - f* over runs of many seeds against the figure.
template <Scalar T>
void simulate(const std::string& objective, const Figure& figure, const std::string& rest = "") {
  constexpr int seeds = 60;
  double sum = 0, squares = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    Trial<T> trial("objective: " + objective + "\noptimizer: {name: sgd, lr: " + to_text(figure.lr) +
                   "}\nlookahead: {k: 5, alpha: " + to_text(figure.alpha) +
                   "}\nstop: {steps: 1000}\nseed: " + std::to_string(seed) + "\nthreads: 1\n" + rest);
    const double loss = *trial.run(0, false).gap;
    sum += loss;
    squares += loss * loss;
  }
  const double mean = sum / seeds;
  const double error = std::sqrt((squares / seeds - mean * mean) / (seeds - 1));
  CAPTURE(objective);
  CAPTURE(figure.alpha);
  CAPTURE(figure.lr);
  CAPTURE(mean);
  CAPTURE(error);
  CHECK(std::abs(mean - figure.loss) <= 3 * error);
}

}  // namespace

TEST_CASE("the published noisy quadratic has the exact expected losses in closed form") {
  for (const Figure& figure : figures) {
    CAPTURE(figure.alpha);
    CAPTURE(figure.lr);
    std::vector<theory::Coordinate> quadratic;
    std::vector<theory::Moments> moments;
    for (Index i = 1; i <= coordinates; ++i) {
      const double curvature = 1 / static_cast<double>(i), of_centre = static_cast<double>(i);
      quadratic.push_back({curvature, curvature * curvature * of_centre});
      moments.push_back(
          theory::slow_moments(quadratic.back(), {k, figure.alpha, figure.lr}, {1, 0}, steps / k));
    }
    CHECK(std::abs(theory::expected_loss(quadratic, moments) - figure.loss) <= 1e-10);
  }
}

TEST_CASE("runs of the noisy quadratic with noise by a power law lose on average what is expected") {
  for (const Figure& figure : figures) simulate<double>(added, figure);
}

TEST_CASE("runs of the noisy quadratic as a finite sum lose on average what is expected") {
  for (const Figure& figure : figures) simulate<double>(drawn, figure);
}

TEST_CASE("the noisy quadratic loses what is expected in single precision too") {
  for (const std::string& objective : {added, drawn})
    simulate<float>(objective, figures[1], "precision: single\n");
}
