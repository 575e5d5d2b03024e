#include "theory/spectral.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

// Rates and edges of linear theory against walks of two numbers, written out.
using namespace lookahead;
using namespace lookahead::theory;

namespace {

const std::array policies = {MomentumAtSync::keep, MomentumAtSync::reset, MomentumAtSync::pullback};

// log of the mean factor per round of momentum on x^2 a / 2 under Lookahead, over the second half of
// `rounds`; in PyTorch's form, with its buffer, brought back to length 1 after every round.
double walked_log_factor(double a, const Rates& rates, const Momentum& momentum, MomentumAtSync at_sync,
                         Index rounds) {
  double z = 0.8, buffer = 0.6, cache = at_sync == MomentumAtSync::pullback ? buffer : 0, sum = 0;
  for (Index r = 0; r < rounds; ++r) {
    double x = z;
    if (at_sync == MomentumAtSync::reset) buffer = 0;
    for (Index j = 0; j < rates.k; ++j) {
      const double gradient = a * x;
      buffer = momentum.beta * buffer + gradient;
      x -= rates.gamma * (momentum.nesterov ? gradient + momentum.beta * buffer : buffer);
    }
    z = rates.alpha * x + (1 - rates.alpha) * z;
    if (at_sync == MomentumAtSync::pullback) buffer = rates.alpha * buffer + (1 - rates.alpha) * cache;
    const double size = at_sync == MomentumAtSync::reset ? std::abs(z) : std::hypot(z, rates.gamma * buffer);
    if (2 * r >= rounds) sum += std::log(size);
    z /= size;
    buffer /= size;
    cache = buffer;
  }
  return sum / static_cast<double>(rounds - (rounds + 1) / 2);
}

// log of the mean factor per step of momentum alone, over the second half.
double walked_alone(double a, double gamma, const Momentum& momentum, Index steps) {
  return walked_log_factor(a, {1, 1, gamma}, momentum, MomentumAtSync::keep, steps);
}

}  // namespace

TEST_CASE("the spectral radius of two by two matrices, real and complex pairs") {
  CHECK(spectral_radius({3, 0, 0, -4}) == 4);
  CHECK(spectral_radius({0, -4, 1, 0}) == 2);
  CHECK(spectral_radius({1, 1, 0, 1}) == 1);
  CHECK(spectral_radius({0.6, -0.8, 0.8, 0.6}) == doctest::Approx(1).epsilon(1e-15));
  CHECK(spectral_radius({2, 1, 1, 2}) == 3);
  CHECK(std::isinf(spectral_radius({std::nan(""), 0, 0, 0})));
  const Matrix2 cube = power(Matrix2{1, 2, 3, 4}, 3);
  CHECK(cube.a == 37);
  CHECK(cube.b == 54);
  CHECK(cube.c == 81);
  CHECK(cube.d == 118);
  CHECK(power(Matrix2{5, 6, 7, 8}, 0).a == 1);
}

TEST_CASE("O15: momentum radii are the rates of walks, with every treatment at a sync") {
  // 27 settings of momentum, each with both forms and all treatments.
  int compared = 0;
  for (const double step : {0.05, 0.5, 1.4}) {
    for (const double beta : {0.0, 0.5, 0.9}) {
      for (const Index k : {1, 5, 20}) {
        for (const bool nesterov : {false, true}) {
          for (const MomentumAtSync at_sync : policies) {
            CAPTURE(step);
            CAPTURE(beta);
            CAPTURE(k);
            CAPTURE(nesterov);
            CAPTURE(static_cast<int>(at_sync));
            const Momentum momentum{beta, nesterov};
            const Rates rates{k, 0.6, step / 2};
            const double radius = spectral_radius(momentum_round(2, rates, momentum, at_sync));
            if (radius < 1e-12) continue;  // all is gone after a round
            const Index rounds = 400;
            const double walked = walked_log_factor(2, rates, momentum, at_sync, rounds);
            // Complex pairs turn within their ellipse, Jordan blocks add log(rounds) / rounds.
            CHECK(std::abs(walked - std::log(radius)) <= 5.0 / static_cast<double>(rounds));
            const std::array curvatures = {2.0};
            const Slowest slowest = slowest_under_lookahead(curvatures, rates, momentum, at_sync);
            CHECK(slowest.rate == doctest::Approx(per_step(radius, k)).epsilon(1e-15));
            CHECK(slowest.curvature == 2);
            ++compared;
          }
          const std::array curvatures = {2.0};
          const double alone = slowest_alone(curvatures, step / 2, {beta, nesterov}).rate;
          if (k != 1 || alone < 1e-12) continue;
          CHECK(std::abs(walked_alone(2, step / 2, {beta, nesterov}, 400) - std::log(alone)) <= 5.0 / 400);
        }
      }
    }
  }
  CHECK(compared > 150);
}

TEST_CASE("a pullback's radius is that of 1 - alpha + alpha lambda^k over the eigenvalues of a step") {
  for (const double step : {0.01, 0.3, 1.0, 2.5}) {
    const Matrix2 m = momentum_step(1, step, {0.9});
    // Trace and determinant of one step.
    const Complex middle = (m.a + m.d) / 2;
    const Complex root = std::sqrt(middle * middle - Complex(m.a * m.d - m.b * m.c));
    for (const Index k : {1, 4, 15}) {
      const double expected = std::max(std::abs(round_multiplier(middle + root, k, 0.5)),
                                       std::abs(round_multiplier(middle - root, k, 0.5)));
      const double radius =
          spectral_radius(momentum_round(1, {k, 0.5, step}, {0.9}, MomentumAtSync::pullback));
      // Nearly equal eigenvalues are known to the root of rounding.
      CHECK(radius == doctest::Approx(expected).epsilon(1e-8));
    }
  }
}

TEST_CASE("gradient descent and Lookahead over it have the moduli of their multipliers as rates") {
  for (const double step : {0.1, 0.9, 1.7}) {
    const std::array curvatures = {1.0};
    CHECK(slowest_alone(curvatures, step).rate == doctest::Approx(std::abs(1 - step)).epsilon(1e-14));
    const double round = std::abs(round_multiplier(1 - step, 7, 0.4));
    CHECK(slowest_under_lookahead(curvatures, {7, 0.4, step}).rate ==
          doctest::Approx(std::pow(round, 1.0 / 7)).epsilon(1e-14));
  }
}

TEST_CASE("forgetting momentum at syncs can diverge where momentum alone converges") {
  const auto curvatures = curvatures_between(1e-5, 1, 20000);
  CHECK(curvatures.front() == 1e-5);
  CHECK(curvatures.back() == 1);
  CHECK(curvatures.size() == 20000);
  const Momentum momentum{0.99};
  const Rates rates{20, 0.5, 1};
  CHECK(slowest_alone(curvatures, 1, momentum).rate < 1);
  const Slowest reset = slowest_under_lookahead(curvatures, rates, momentum, MomentumAtSync::reset);
  // Per round, over all curvatures up to L; coarser grids see less.
  CHECK(std::pow(reset.rate, 20) == doctest::Approx(1.0034).epsilon(1e-4));
  CHECK(slowest_under_lookahead(curvatures, rates, momentum, MomentumAtSync::pullback).rate < 1);
  // A walk at that curvature agrees.
  const double walked = walked_log_factor(reset.curvature, rates, momentum, MomentumAtSync::reset, 200);
  CHECK(walked == doctest::Approx(20 * std::log(reset.rate)).epsilon(1e-6));
  CHECK(walked > 0);
}

TEST_CASE("O16: every curvature converges just below the edge, and one diverges just above it") {
  for (const Index k : {1, 2, 3, 4, 5, 8, 13}) {
    for (const double alpha : {0.1, 0.5, 0.8, 1.0, 1.5, 2.5, 4.0}) {
      CAPTURE(k);
      CAPTURE(alpha);
      const double edge = stability_edge(k, alpha);
      const auto curvatures = curvatures_between(1e-3, 1, 3000);
      const auto slowest = [&](double step) {
        return slowest_under_lookahead(curvatures, {k, alpha, step}).rate;
      };
      CHECK(slowest(edge * (1 - 1e-6)) < 1);
      CHECK(slowest(edge * (1 + 1e-6)) > 1);
    }
  }
  CHECK(stability_edge(4, 0.3) == 2);
  CHECK(stability_edge(1, 0.5) == 4);
  CHECK(stability_edge(3, 0.5) == doctest::Approx(1 + std::cbrt(3)).epsilon(1e-15));
  CHECK(stability_edge(7, 1) == 2);
  // Where a step that lands on the minimum is thrown back to where it came from.
  CHECK(stability_edge(4, 2) == 1);
  CHECK(stability_edge(5, 2) == 1);
}

TEST_CASE("the largest alpha of a mode separates convergence from divergence, wherever the eigenvalue lies") {
  int bounded = 0, never = 0;
  for (double modulus = 0.1; modulus < 1.5; modulus += 0.1) {
    for (double angle = 0.05; angle < 3.2; angle += 0.1) {
      for (const Index k : {1, 2, 3, 7, 20}) {
        const Complex lambda = std::polar(modulus, angle);
        const double limit = alpha_limit(lambda, k);
        if (limit > 0) {
          ++bounded;
          CHECK(std::abs(round_multiplier(lambda, k, limit * (1 - 1e-9))) < 1);
          CHECK(std::abs(round_multiplier(lambda, k, limit * (1 + 1e-9))) > 1);
        } else {
          ++never;
          for (const double alpha : {1e-3, 0.1, 0.5, 1.0})
            CHECK(std::abs(round_multiplier(lambda, k, alpha)) > 1);
        }
        // Conjugates do alike.
        CHECK(alpha_limit(std::conj(lambda), k) == limit);
      }
    }
  }
  CHECK(bounded > 1000);
  CHECK(never > 200);
  CHECK(std::isinf(alpha_limit(1, 5)));
  // Roots of unity other than 1 stay where they are for every alpha.
  for (const Index k : {2, 3, 7, 50}) {
    for (Index m = 1; m < k; ++m) {
      const double angle = 2 * std::acos(-1.0) * static_cast<double>(m) / static_cast<double>(k);
      CHECK(alpha_limit(std::polar(1.0, angle), k) == 0);
    }
  }
  CHECK(alpha_limit(1e200, 3) == 0);
}
