#include <Eigen/Dense>
#include <cmath>
#include <complex>

#include "base/text.hpp"
#include "support/problem.hpp"

// What linear theory says of Lookahead on quadratics: rates, stability, stationary variances.
using namespace lookahead;
using namespace lookahead::test;

namespace {

double spectral_radius(const Eigen::MatrixXd& m) { return m.eigenvalues().cwiseAbs().maxCoeff(); }

Eigen::MatrixXd power(const Eigen::MatrixXd& m, int k) {
  Eigen::MatrixXd product = Eigen::MatrixXd::Identity(m.rows(), m.cols());
  for (int i = 0; i < k; ++i) product = product * m;
  return product;
}

std::string quadratic(double rate, double momentum, int k, double alpha, const std::string& at_sync,
                      int rounds, bool nesterov) {
  return "objective: {function: quadratic, dim: 1}\noptimizer: {name: sgd, lr: " + to_text(rate) +
         ", momentum: " + to_text(momentum) + (nesterov ? ", nesterov: true" : "") +
         "}\nlookahead: {k: " + std::to_string(k) + ", alpha: " + to_text(alpha) + ", at_sync: " + at_sync +
         "}\nstop: {rounds: " + std::to_string(rounds) +
         ", divergence: 1e300}\ntrace: {every: sync, points: true}\n";
}

// The largest |slow point| of the last tenth of the rounds against that of the tenth in the middle: the
// factor per round, whatever phase an oscillation is in.
double measured_rate(const std::string& problem) {
  Trial<double> trial(problem);
  trial.run();
  const auto& rows = trial.sink.records;
  const std::size_t window = rows.size() / 10;
  const auto largest = [&](std::size_t from) {
    double most = 0;
    for (std::size_t r = from; r < from + window; ++r) most = std::max(most, std::abs(rows[r].slow[0]));
    return most;
  };
  const std::size_t last = rows.size() - window - 1, middle = rows.size() / 2;
  return std::pow(largest(last) / largest(middle), 1 / static_cast<double>(last - middle));
}

}  // namespace

TEST_CASE("O15: momentum under Lookahead goes at the spectral radius of its round, for every state policy") {
  // The curvature is 1. Momentum in the form v' = beta v - gamma x, x' = x + v', v = -gamma times the buffer.
  for (const bool nesterov : {false, true}) {
    for (const double rate : {0.05, 0.4, 1.2}) {
      for (const double beta : {0.5, 0.9}) {
        for (const int k : {1, 3, 6}) {
          CAPTURE(nesterov);
          CAPTURE(rate);
          CAPTURE(beta);
          CAPTURE(k);
          const double alpha = 0.6;
          Eigen::Matrix2d step;
          if (nesterov) {
            step << 1 - rate * (1 + beta), beta * beta, -rate, beta;
          } else {
            step << 1 - rate, beta, -rate, beta;
          }
          const Eigen::MatrixXd inner = power(step, k);
          Eigen::Matrix2d keep = inner;
          keep.row(0) = alpha * inner.row(0);
          keep(0, 0) += 1 - alpha;
          const double expected[] = {
              spectral_radius(keep), std::abs(1 - alpha + alpha * inner(0, 0)),
              spectral_radius((1 - alpha) * Eigen::MatrixXd::Identity(2, 2) + alpha * inner)};
          const char* const policies[] = {"keep", "reset", "pullback"};
          for (int p = 0; p < 3; ++p) {
            // Not where the path underflows before the rate shows.
            if (expected[p] < 0.2) continue;
            CAPTURE(policies[p]);
            const int rounds = 300;
            const double rate_seen =
                measured_rate(quadratic(rate, beta, k, alpha, policies[p], rounds, nesterov));
            // A tenth of the rounds is looked at, between which an oscillation's largest value may be missed.
            CHECK(std::abs(std::log(rate_seen / expected[p])) <= 5.0 / (0.4 * rounds));
          }
        }
      }
    }
  }
}

TEST_CASE("O16: gradient descent under Lookahead is stable up to its edge, and not beyond") {
  for (const int k : {1, 2, 3, 4, 5, 8}) {
    for (const double alpha : {0.2, 0.5, 0.8}) {
      CAPTURE(k);
      CAPTURE(alpha);
      const double edge = k % 2 == 0 ? 2 : 1 + std::pow(2 / alpha - 1, 1.0 / k);
      const auto end = [&](double rate) {
        Trial<double> trial(quadratic(rate, 0, k, alpha, "keep", 4000, false));
        trial.run();
        return std::abs(trial.slow()[0]);
      };
      // Beside the edge the factor per round is off 1 by about 1e-2 alpha k: 4000 rounds tell.
      CHECK(end(edge - 0.01) < 1e-3);
      CHECK(end(edge + 0.01) > 1e3);
    }
  }
}

TEST_CASE("O2: one step per round of gradient descent is gradient descent at alpha times the rate") {
  const auto path = [](const std::string& rest) {
    Trial<double> trial(
        "objective: {function: quadratic, dim: 20, condition: 30, seed: 2}\nstart: {uniform: [-1, "
        "1]}\nstop: {steps: 300}\n" +
        rest);
    trial.run();
    return trial.slow();
  };
  const auto a = path("optimizer: {name: sgd, lr: 0.8}\nlookahead: {k: 1, alpha: 0.5}\n");
  const auto b = path("optimizer: {name: sgd, lr: 0.4}\nlookahead: false\n");
  // 8 u T M with coordinates and steps up to 2: rounding errors add up linearly on a convex function.
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) <= 8 * 0x1p-53 * 300 * 2);
}

TEST_CASE(
    "O12: the slow point's mean and variance on a noisy quadratic are the published ones, round by round") {
  // All 20,000 coordinates of a sphere are independent samples of one curvature a = 2.
  const double a = 2, rate = 0.2, alpha = 0.6, sd = 0.5;
  const int k = 4, samples = 20000, rounds = 12;
  Trial<double> trial(
      "objective: {function: sphere, dim: 20000, noise: {gaussian: 0.5}}\nstart: {uniform: [1, "
      "1]}\noptimizer: {name: sgd, lr: 0.2}\nlookahead: {k: 4, alpha: 0.6}\nstop: {rounds: 12}\n"
      "seed: 3\ntrace: {every: sync, points: true}\n");
  trial.run();
  const double lambda = 1 - rate * a, p = std::pow(lambda, k), mu = 1 - alpha + alpha * p;
  const double sum = (1 - std::pow(lambda, 2 * k)) / (1 - lambda * lambda);
  const double stationary = alpha * alpha * rate * rate * sd * sd * sum / (1 - mu * mu);
  for (int r = 1; r <= rounds; ++r) {
    const auto& slow = trial.sink.records[static_cast<std::size_t>(r)].slow;
    double mean = 0, square = 0;
    for (const double z : slow) mean += z;
    mean /= samples;
    for (const double z : slow) square += (z - mean) * (z - mean);
    const double variance = stationary * (1 - std::pow(mu, 2 * r));
    // Five standard errors of a mean and of a variance of Gaussian samples.
    CHECK(std::abs(mean - std::pow(mu, r)) <= 5 * std::sqrt(variance / samples));
    CHECK(std::abs(square / samples - variance) <= 5 * variance * std::sqrt(2.0 / samples));
  }
}
