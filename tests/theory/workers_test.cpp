#include <doctest/doctest.h>

#include <cmath>

#include "constants.hpp"

// Several fast agents under one slow point: the bound and its conditions, at the edges and written out.
using namespace lookahead;
using namespace lookahead::theory;
using namespace lookahead::test;

TEST_CASE("one worker is the theorem itself, and so are several without noise that see the same function") {
  for (const Constants& constants : {noisy, relative, quiet}) {
    for (const double gamma : {0.05, 0.1, 5.0}) {
      const Rates rates{5, 0.5, gamma};
      const BoundTerms plain = bound(constants, rates, 100);
      for (const double heterogeneity : {0.0, 7.0}) {
        const BoundTerms one = bound(constants, rates, {1, heterogeneity}, 100);
        CHECK(one.total() == plain.total());
        CHECK(one.workers == 0);
        CHECK(admits(constants, rates, {1, heterogeneity}) == (gamma <= gamma_limit(constants, 5, 0.5)));
      }
    }
    CHECK(gamma_limit(constants, 5, 0.5, {1, 2}) == gamma_limit(constants, 5, 0.5));
    CHECK(gamma_best(constants, 5, 0.5, {1, 2}, 50) == gamma_best(constants, 5, 0.5, 50));
  }
  CHECK(gamma_limit(quiet, 5, 0.5, {8, 0}) == gamma_limit(quiet, 5, 0.5));
  CHECK(bound(quiet, {5, 0.5, 0.1}, {8, 0}, 100).total() == bound(quiet, {5, 0.5, 0.1}, 100).total());
  CHECK(gamma_limit(quiet, 5, 0.5, {8, 1}) < gamma_limit(quiet, 5, 0.5));
}

TEST_CASE("bounded variance: the bounds of workers are those of their definition") {
  const double gamma = 0.07, alpha = 0.4, L = 2, variance = 0.5, zeta2 = 0.3, k = 5, m = 4, T = 200;
  const Rates rates{5, alpha, gamma};
  const double apart = L * L * gamma * gamma * (k - 1), kappa = apart * k;
  const BoundTerms alike = bound(noisy, rates, {4, 0}, T);
  CHECK(alike.start == doctest::Approx(2 * 3 / (alpha * gamma * T)).epsilon(1e-14));
  CHECK(alike.noise == doctest::Approx(alpha * gamma * L * variance / m).epsilon(1e-14));
  CHECK(alike.disagreement ==
        doctest::Approx((1 - alpha) * (1 - alpha) * apart * variance / m).epsilon(1e-14));
  CHECK(alike.workers == doctest::Approx(apart * (1 - 1 / m) * variance / (1 - kappa)).epsilon(1e-14));
  const BoundTerms differing = bound(noisy, rates, {4, zeta2}, T);
  CHECK(differing.noise == alike.noise);
  CHECK(differing.workers ==
        doctest::Approx(apart * ((1 - 1 / m) * variance + 2 * k * zeta2) / (1 - 2 * kappa)).epsilon(1e-14));
}

TEST_CASE("relative noise, or none: bound and condition of workers are those of their definition") {
  const double L = 2, alpha = 0.4, gamma = 0.03, k = 5, m = 4, rho = 3, zeta2 = 0.3, share = 1 - 1 / m;
  const double apart = L * L * gamma * gamma * (k - 1), step = L * alpha * gamma;
  const double away = (1 - alpha) * (1 - alpha);
  const double through = rho / m * (step + 2 * away * apart);
  for (const double weight : {1.0, 2.0}) {
    const Workers workers{4, weight == 1 ? 0 : zeta2};
    const double kappa = weight * apart * (k + 2 * share * rho), differing = 2 * workers.heterogeneity;
    CHECK(bound(relative, {5, alpha, gamma}, workers, 200).workers ==
          doctest::Approx(through * differing + (1 + weight * through) * apart *
                                                    (share * 0.5 + (k + 2 * share * rho) * differing) /
                                                    (1 - kappa))
              .epsilon(1e-14));
  }
  // Where the slack sets the limit, the condition holds there with equality; here k = 2 and alpha = 0.9.
  const double limit = gamma_limit(relative, 2, 0.9, {4, 0}), at = L * L * limit * limit;
  const double at_through = rho / m * (L * 0.9 * limit + 2 * 0.01 * at);
  const double at_kappa = at * (2 + 2 * share * rho);
  CHECK(at_kappa < 0.5);
  CHECK((1 + rho / m) * L * 0.9 * limit + 0.01 * at * (2 + 2 * rho / m) +
            (1 + at_through) * 2 * share * rho * at / (1 - at_kappa) ==
        doctest::Approx(1).epsilon(1e-13));
  // Without noise gradients and noise need not be separated, which halves the span.
  const Workers differing{4, zeta2};
  CHECK(bound(quiet, {5, alpha, gamma}, differing, 200).workers ==
        doctest::Approx(apart * (k / 2) * 2 * zeta2 / (1 - 2 * apart * k / 2)).epsilon(1e-14));
}

TEST_CASE("relative noise of workers that never drift is that of their mean") {
  // k = 1: nothing drifts, and m workers are a batch of m.
  for (const double rho : {0.0, 3.0}) {
    const Constants constants{2, 0.5, rho, 3}, mean{2, 0.5 / 4, rho / 4, 3};
    CHECK(gamma_limit(constants, 1, 0.5, {4, 0}) == gamma_limit(mean, 1, 0.5));
    CHECK(bound(constants, {1, 0.5, 0.1}, {4, 0}, 60).total() == bound(mean, {1, 0.5, 0.1}, 60).total());
  }
  // With drift it costs something.
  CHECK(gamma_limit(relative, 5, 0.9, {4, 0}) < gamma_limit({2, 0.5, 0.75, 3}, 5, 0.9));
}

TEST_CASE("the limit of workers is admitted, more is not, and the drift has its own condition") {
  for (const double rho : {0.0, 0.5, 3.0}) {
    for (const double heterogeneity : {0.0, 1.0}) {
      for (const Index count : {2, 16}) {
        for (const Index k : {2, 5, 100}) {
          for (const double alpha : {0.1, 0.5, 1.0}) {
            const Constants constants{2, 0.5, rho, 3};
            const Workers workers{count, heterogeneity};
            const double limit = gamma_limit(constants, k, alpha, workers);
            CAPTURE(rho);
            CAPTURE(k);
            CAPTURE(alpha);
            CHECK(admits(constants, {k, alpha, limit}, workers));
            CHECK(std::isfinite(bound(constants, {k, alpha, limit}, workers, 10).total()));
            CHECK_FALSE(admits(constants, {k, alpha, (1 + 1e-12) * limit}, workers));
          }
        }
      }
    }
  }
  // alpha = 1 alone is no obstacle for any k, the drift is.
  CHECK(gamma_limit(noisy, 1000, 1) == 0.5);
  CHECK(gamma_limit(noisy, 1000, 1, {2, 0}) ==
        doctest::Approx(std::sqrt(1 / (4 * 1000.0 * 999))).epsilon(1e-14));
  CHECK(gamma_limit(noisy, 1000, 1, {2, 1}) ==
        doctest::Approx(std::sqrt(0.5 / (4 * 1000.0 * 999))).epsilon(1e-14));
  CHECK(gamma_limit(noisy, 1000, 1, {2, 0}, 0.5) ==
        doctest::Approx(std::sqrt(0.5 / (4 * 1000.0 * 999))).epsilon(1e-14));
  // Also where the square of L is no number.
  for (const double L : {1e-160, 1e160}) {
    const double limit = gamma_limit({L, 0.5, 0, 3}, 1000, 1, {2, 0});
    CHECK(limit == doctest::Approx(1 / (L * std::sqrt(1000.0 * 999))).epsilon(1e-14));
  }
  // Towards kappa = 1 the bound grows without limit, beyond there is none.
  const double edge = std::sqrt(1 / (4 * 1000.0 * 999));
  CHECK(bound(noisy, {1000, 1, 0.999999 * edge}, {2, 0}, 1e9).total() > 1e2);
  CHECK(bound(noisy, {1000, 1, 1.000001 * edge}, {2, 0}, 1e9).total() == infinity);
  CHECK(admits(noisy, {1000, 1, 0.999999 * edge}, {2, 0}));
  CHECK_FALSE(admits(noisy, {1000, 1, 1.000001 * edge}, {2, 0}));
  CHECK_FALSE(admits(noisy, {5, 0.5, 0}, {2, 0}));
  CHECK_FALSE(admits(noisy, {5, 0.5, -0.1}));
}

TEST_CASE(
    "the best gamma of workers: no neighbour is better, and without drift it is the root of the cubic") {
  int inside = 0;
  for (const double rho : {0.0, 3.0}) {
    for (const double heterogeneity : {0.0, 1.0}) {
      for (const Index k : {1, 5, 100}) {
        for (const double steps : {1.0, 1e4, 1e12, 1e280}) {
          const Constants constants{2, 0.5, rho, 3};
          const Workers workers{4, heterogeneity};
          const double limit = gamma_limit(constants, k, 0.5, workers);
          const double best = gamma_best(constants, k, 0.5, workers, steps);
          const auto total = [&](double gamma) {
            return bound(constants, {k, 0.5, gamma}, workers, steps).total();
          };
          CHECK(best > 0);
          CHECK(best <= limit);
          inside += best < limit;
          for (const double factor : {0.5, 0.99, 1.01, 2.0}) {
            if (best * factor <= limit) CHECK(total(best) * (1 + 1e-6) < total(best * factor));
          }
        }
      }
    }
  }
  CHECK(inside >= 20);
  // The flat least is found to half the digits.
  CHECK(gamma_best(noisy, 1, 0.5, {4, 0}, 1e4) ==
        doctest::Approx(gamma_best({2, 0.5 / 4, 0, 3}, 1, 0.5, 1e4)).epsilon(1e-7));
  // Few steps do not lead it to the limit, where the drift has no bound.
  CHECK(gamma_best(noisy, 5, 0.5, {4, 0}, 1) < gamma_limit(noisy, 5, 0.5, {4, 0}));
  CHECK(gamma_best(noisy, 5, 0.5, {4, 0}, 1) > 0.9 * gamma_limit(noisy, 5, 0.5, {4, 0}));
  const Constants settled{2, 0.5, 0, 0};
  CHECK(gamma_best(settled, 5, 0.5, {4, 0}, 100) == 0);
}

TEST_CASE("many workers speed up linearly once the drift is small") {
  const auto least = [](Index count) {
    const Workers workers{count, 0};
    return bound(noisy, {5, 0.5, gamma_best(noisy, 5, 0.5, workers, 1e12)}, workers, 1e12).total();
  };
  CHECK(least(1) / least(16) == doctest::Approx(4).epsilon(0.01));
}
