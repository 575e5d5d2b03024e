#include "theory/bounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "close.hpp"
#include "constants.hpp"

// The plain bound, the steps it admits and the best of them, at their edges.
using namespace lookahead;
using namespace lookahead::theory;
using namespace lookahead::test;

namespace {

// 2 Delta / (alpha T), and the terms of the cubic (G) that are to add up to it.
double cubic_right(const Constants& constants, double alpha, double steps) {
  return 2 * constants.gap / (alpha * steps);
}
double cubic_left(const Constants& constants, Index k, double alpha, double gamma) {
  const double away = constants.smoothness * (1 - alpha);
  return 2 * away * away * static_cast<double>(k - 1) * constants.variance * gamma * gamma * gamma +
         constants.smoothness * alpha * constants.variance * gamma * gamma;
}

}  // namespace

TEST_CASE("the terms of (B1) are those of its definition") {
  const BoundTerms terms = bound(noisy, {5, 0.5, 0.1}, 1000);
  CHECK(terms.start == doctest::Approx(2 * 3 / (0.05 * 1000)));
  CHECK(terms.noise == doctest::Approx(0.05 * 2 * 0.5));
  CHECK(terms.disagreement == doctest::Approx(0.25 * 0.01 * 4 * 4 * 0.5));
  CHECK(terms.workers == 0);
  CHECK(terms.total() == terms.start + terms.noise + terms.disagreement);
}

TEST_CASE("for k = 1 or alpha = 1 everything is SGD at the rate alpha gamma") {
  for (const double gamma : {0.01, 0.2, 0.4}) {
    const Rates sgd{1, 1, gamma};
    for (const Rates& rates : {Rates{1, 0.5, 2 * gamma}, Rates{7, 1, gamma}, Rates{1, 1.25, 0.8 * gamma}}) {
      CAPTURE(rates.k);
      CAPTURE(rates.alpha);
      const double step = gamma * noisy.smoothness,
                   right = 2 * noisy.gap / (gamma * 50) + step * noisy.variance;
      CHECK(close(bound(noisy, rates, 50).total(), right, 1e-14));
      CHECK(close(bound_theta(noisy, rates, 50), right, 1e-14));
      CHECK(close(bound_virtual(noisy, rates, 50), right / (2 - step), 1e-14));
      CHECK(close(bound_fast(noisy, rates, 50), right / (2 - step), 1e-14));
      CHECK(bound_disagreement(noisy, rates, 1) == 0);
      CHECK(close(rates.alpha * gamma_safe(2, rates.k, rates.alpha), 0.5, 1e-14));
      CHECK(close(rates.alpha * gamma_det(2, rates.k, rates.alpha), 0.5, 1e-14));
      CHECK(close(rates.alpha * gamma_best(noisy, rates.k, rates.alpha, 50), gamma_best(noisy, 1, 1, 50),
                  1e-14));
      CHECK(close(gamma_root(noisy, rates.k, rates.alpha, 50),
                  std::sqrt(2 * 3 / (2 * 0.5 * 50)) / rates.alpha, 1e-15));
    }
    // Two sides of a round cannot be told apart where it has one step.
    CHECK(bound_slow(noisy, sgd, 50) == bound_virtual(noisy, sgd, 50));
  }
}

TEST_CASE("O19: the best gamma solves the cubic or is the limit, and no neighbour is better") {
  int roots = 0, limits = 0;
  for (const double variance : {1e-6, 1.0, 1e4}) {
    for (const double gap : {1e-8, 1.0, 1e6}) {
      for (const Index k : {Index{1}, Index{2}, Index{10}, Index{1000000000}}) {
        for (const double alpha : {0.01, 0.5, 0.9, 1.0, 1.4}) {
          for (const double steps : {1.0, 1e3, 1e9, 1e200}) {
            const Constants constants{3, variance, 0, gap};
            const double limit = gamma_limit(constants, k, alpha),
                         root = gamma_root(constants, k, alpha, steps);
            const double best = gamma_best(constants, k, alpha, steps);
            CAPTURE(k);
            CAPTURE(alpha);
            CAPTURE(steps);
            CHECK(best == std::min(root, limit));
            const double right = cubic_right(constants, alpha, steps);
            CHECK(std::abs(cubic_left(constants, k, alpha, root) - right) <= 1e-12 * right);
            (best == limit ? limits : roots) += 1;
            const double least = bound(constants, {k, alpha, best}, steps).total();
            for (const double factor : {0.5, 0.99, 0.9999, 1.0001, 1.01, 2.0}) {
              if (best * factor > limit) continue;
              // 1e-15: the sum of three terms rounds.
              CHECK(least <= bound(constants, {k, alpha, best * factor}, steps).total() * (1 + 1e-15));
              // A percent away it is visibly worse.
              if (std::abs(factor - 1) > 0.009)
                CHECK(least * (1 + 1e-6) < bound(constants, {k, alpha, best * factor}, steps).total());
            }
          }
        }
      }
    }
  }
  CHECK(roots > 100);
  CHECK(limits > 100);
}

TEST_CASE("the best gamma at the edges: no noise, relative noise alone, nothing to descend") {
  const Constants quiet{2, 0, 0, 3}, relative{2, 0, 4, 3}, settled{2, 0.5, 0, 0};
  CHECK(gamma_root(quiet, 5, 0.5, 100) == infinity);
  CHECK(gamma_best(quiet, 5, 0.5, 100) == gamma_det(2, 5, 0.5));
  CHECK(gamma_best(relative, 5, 0.5, 100) == gamma_safe(2, 5, 0.5, 4));
  CHECK(gamma_safe(2, 5, 0.5, 4) < gamma_safe(2, 5, 0.5));
  CHECK(gamma_best(settled, 5, 0.5, 100) == 0);
  CHECK(bound(settled, {5, 0.5, 0}, 100).total() == 0);
  CHECK(bound(noisy, {5, 0.5, 0}, 100).total() == infinity);
  CHECK(bound_theta(quiet, {5, 0.5, gamma_det(2, 5, 0.5)}, 100) ==
        bound(quiet, {5, 0.5, gamma_det(2, 5, 0.5)}, 100).start);
}

TEST_CASE("the limit falls in k, in L and in relative noise, and the condition is used up at it") {
  for (const double alpha : {0.1, 0.5, 0.9, 1.2}) {
    for (const double rho : {0.0, 0.5, 3.0}) {
      double before = infinity;
      for (const Index k : {1, 2, 3, 10, 100, 100000}) {
        const double limit = gamma_safe(2, k, alpha, rho), step = 2 * limit, steps = static_cast<double>(k);
        CHECK(limit < before);
        CHECK(limit > gamma_safe(2.1, k, alpha, rho));
        CHECK(limit > gamma_safe(2, k, alpha, rho + 0.1));
        CHECK(limit <= gamma_det(2, k, alpha));
        CHECK((1 + rho) * alpha * step +
                  (1 - alpha) * (1 - alpha) * step * step * (steps - 1) * (steps + 2 * rho) ==
              doctest::Approx(1).epsilon(1e-13));
        const double free = 2 * gamma_det(2, k, alpha);
        CHECK(alpha * free + (1 - alpha) * (1 - alpha) * free * free * steps * (steps - 1) / 2 ==
              doctest::Approx(1).epsilon(1e-13));
        before = limit;
      }
    }
  }
}

TEST_CASE("the largest k is the inverse of the limit") {
  const Constants relative{2, 0.5, 3, 1}, quiet{2, 0, 0, 1};
  for (const Constants& constants : {noisy, relative, quiet}) {
    for (const double alpha : {0.1, 0.5, 0.99, 1.3}) {
      for (const Index k : {Index{1}, Index{2}, Index{7}, Index{1000}, Index{1000000}}) {
        CAPTURE(alpha);
        const double limit = gamma_limit(constants, k, alpha);
        CHECK(largest_k(constants, alpha, limit) == k);
        CHECK(largest_k(constants, alpha, limit * (1 - 1e-9)) == k);
        CHECK(largest_k(constants, alpha, limit * (1 + 1e-9)).value_or(0) == k - 1);
      }
      CHECK(largest_k(constants, alpha, 1e9) == std::nullopt);
    }
    CHECK(largest_k(constants, 1, gamma_limit(constants, 1, 1)) == std::numeric_limits<Index>::max());
  }
}

TEST_CASE("a condition printed for SlowMo admits what breaks its bound; (C) refuses it") {
  // tau R >= L^2 (1 + sqrt 3 max{3 tau (1 - alpha) / alpha, 1}) at alpha gamma = 1 / sqrt(tau R), from the
  // copy of arXiv 1910.00643 that was reviewed, Corollary 2.
  const double alpha = 1 / 250.0, smoothness = 3 * alpha * std::sqrt(5.0), tau = 5, rounds = 1;
  const double gamma = 1 / std::sqrt(tau * rounds) / alpha;
  CHECK(tau * rounds >=
        smoothness * smoothness * (1 + std::sqrt(3.0) * std::max(3 * tau * (1 - alpha) / alpha, 1.0)));
  // Gradient descent on L x^2 / 2 from 1: the mean of the squared gradients at the fast weights.
  double left = 0, x = 1;
  for (int j = 0; j < 5; ++j) {
    left += smoothness * smoothness * x * x / tau;
    x -= gamma * smoothness * x;
  }
  const double right = 2 * (smoothness / 2) / std::sqrt(tau * rounds);
  CHECK(left == doctest::Approx(0.0491).epsilon(1e-3));
  CHECK(right == doctest::Approx(0.0120).epsilon(1e-3));
  CHECK(left > right);
  const Constants constants{smoothness, 0, 0, smoothness / 2};
  CHECK_FALSE(admits(constants, {5, alpha, gamma}));
  CHECK(bound_fast(constants, {5, alpha, gamma}, 5) == infinity);
}
