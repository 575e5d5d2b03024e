#include <cmath>

#include "base/text.hpp"
#include "support/problem.hpp"
#include "theory/outer.hpp"
#include "theory/quadratic.hpp"
#include "theory/spectral.hpp"

// Lookahead on quadratics goes as linear theory says: rates, stability, means and variances.
using namespace lookahead;
using namespace lookahead::test;

namespace {

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
  using theory::MomentumAtSync;
  const std::pair<const char*, MomentumAtSync> policies[] = {{"keep", MomentumAtSync::keep},
                                                             {"reset", MomentumAtSync::reset},
                                                             {"pullback", MomentumAtSync::pullback}};
  for (const bool nesterov : {false, true}) {
    for (const double rate : {0.05, 0.4, 1.2}) {
      for (const double beta : {0.5, 0.9}) {
        for (const int k : {1, 3, 6}) {
          CAPTURE(nesterov);
          CAPTURE(rate);
          CAPTURE(beta);
          CAPTURE(k);
          const double alpha = 0.6;
          for (const auto& [policy, at_sync] : policies) {
            const double expected = theory::spectral_radius(
                theory::momentum_round(1, {k, alpha, rate}, {beta, nesterov}, at_sync));
            // Not where the path underflows before the rate shows.
            if (expected < 0.2) continue;
            const auto& the_policy = policy;
            CAPTURE(the_policy);
            const int rounds = 300;
            const double rate_seen = measured_rate(quadratic(rate, beta, k, alpha, policy, rounds, nesterov));
            // A tenth of the rounds is looked at, between which an oscillation's largest value may be missed.
            CHECK(std::abs(std::log(rate_seen / expected)) <= 5.0 / (0.4 * rounds));
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
      const double edge = theory::stability_edge(k, alpha);
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

TEST_CASE("slow momentum is stable up to the edge of its pull, and not beyond") {
  const auto end = [](const std::string& outer, double pull) {
    // One step per round with inner factor -1/2.
    Trial<double> trial(
        "objective: {function: quadratic, dim: 1}\noptimizer: {name: sgd, lr: 1.5}\nlookahead: {k: 1, "
        "extrapolate: true, alpha: " +
        to_text(pull / theory::outer_pull(1, -0.5)) + ", outer: " + outer +
        "}\nstop: {rounds: 4000, divergence: 1e300}\n");
    trial.run();
    return std::abs(trial.slow()[0]);
  };
  for (const double momentum : {0.0, 0.5, 0.9}) {
    CAPTURE(momentum);
    const std::string slowmo = "{name: slowmo, beta: " + to_text(momentum) + "}";
    const std::string nesterov = "{name: nesterov, momentum: " + to_text(momentum) + "}";
    // The factor per round is off 1 by a hundredth at least: 4000 rounds tell.
    CHECK(end(slowmo, theory::heavy_ball_limit(momentum) - 0.02) < 1e-3);
    CHECK(end(slowmo, theory::heavy_ball_limit(momentum) + 0.02) > 1e3);
    CHECK(end(nesterov, theory::nesterov_limit(momentum) - 0.01) < 1e-3);
    CHECK(end(nesterov, theory::nesterov_limit(momentum) + 0.01) > 1e3);
  }
}

TEST_CASE(
    "O12: the slow point's mean and variance on a noisy quadratic are the published ones, round by round") {
  // All 20,000 coordinates of a sphere are independent samples of one curvature a = 2.
  const int samples = 20000, rounds = 12;
  Trial<double> trial(
      "objective: {function: sphere, dim: 20000, noise: {gaussian: 0.5}}\nstart: {uniform: [1, "
      "1]}\noptimizer: {name: sgd, lr: 0.2}\nlookahead: {k: 4, alpha: 0.6}\nstop: {rounds: 12}\n"
      "seed: 3\ntrace: {every: sync, points: true}\n");
  trial.run();
  const theory::Coordinate coordinate{2, 0.5 * 0.5};
  for (int r = 1; r <= rounds; ++r) {
    const auto& slow = trial.sink.records[static_cast<std::size_t>(r)].slow;
    double mean = 0, square = 0;
    for (const double z : slow) mean += z;
    mean /= samples;
    for (const double z : slow) square += (z - mean) * (z - mean);
    const auto [expected, variance] = theory::slow_moments(coordinate, {4, 0.6, 0.2}, {1, 0}, r);
    // Five standard errors of a mean and of a variance of Gaussian samples.
    CHECK(std::abs(mean - expected) <= 5 * std::sqrt(variance / samples));
    CHECK(std::abs(square / samples - variance) <= 5 * variance * std::sqrt(2.0 / samples));
  }
}
