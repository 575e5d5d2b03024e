#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "constants.hpp"

// How many steps the theorem asks for; levels, schedules and the linear rate against the plain bound.
using namespace lookahead;
using namespace lookahead::theory;
using namespace lookahead::test;

TEST_CASE("the steps for an accuracy are the fewest whose bound is at or below it") {
  for (const Workers& workers : {Workers{}, Workers{4, 0.1}}) {
    for (const double gamma : {0.01, 0.05}) {
      const Rates rates{5, 0.5, gamma};
      const BoundTerms terms = bound(noisy, rates, workers, 1);
      const double floor = terms.total() - terms.start;
      for (const double above : {1e-6, 1e-3, 1.0, 1e4}) {
        const auto steps = steps_for(noisy, rates, workers, floor + above);
        REQUIRE(steps);
        CHECK(*steps == std::floor(*steps));
        CHECK(bound(noisy, rates, workers, *steps).total() <= floor + above);
        if (*steps > 1) CHECK(bound(noisy, rates, workers, *steps - 1).total() > floor + above);
      }
      CHECK(steps_for(noisy, rates, workers, floor * 0.999) == std::nullopt);
      CHECK(steps_for(noisy, rates, workers, 1e9) == 1);
    }
  }
  // 2 Delta / (alpha gamma T) alone: 240 / T at these rates.
  CHECK(steps_for(quiet, {5, 0.5, 0.05}, {}, 0.1) == 2400);
  CHECK(steps_for(quiet, {5, 0.5, 0.05}, {}, 0.0999) == 2403);
  CHECK(steps_for(quiet, {5, 0.5, 10}, {}, 0.1) == std::nullopt);
}

TEST_CASE("the steps at the best gamma are fewer than at any fixed one, also for accuracies out of reach") {
  for (const Workers& workers : {Workers{}, Workers{4, 0.1}}) {
    for (const double epsilon : {1e-60, 1e-3, 0.1, 1e3}) {
      const auto steps = steps_for_best(noisy, 5, 0.5, workers, epsilon);
      REQUIRE(steps);
      const auto least = [&](double T) {
        return bound(noisy, {5, 0.5, gamma_best(noisy, 5, 0.5, workers, T)}, workers, T).total();
      };
      CHECK(least(*steps) <= epsilon);
      if (*steps > 1 && *steps < 1e15) CHECK(least(*steps - 1) > epsilon);
      if (*steps >= 1e15) CHECK(least(*steps * (1 - 1e-9)) > epsilon);
      for (const double part : {0.01, 0.3, 1.0}) {
        const Rates rates{5, 0.5, part * gamma_limit(noisy, 5, 0.5, workers)};
        const auto fixed = steps_for(noisy, rates, workers, epsilon);
        if (fixed) CHECK(*fixed >= *steps);
      }
    }
  }
  // As 1 / epsilon^2 with noise, as 1 / epsilon without.
  CHECK(*steps_for_best(noisy, 5, 0.5, {}, 1e-5) / *steps_for_best(noisy, 5, 0.5, {}, 1e-4) ==
        doctest::Approx(100).epsilon(0.01));
  CHECK(*steps_for_best(quiet, 5, 0.5, {}, 1e-5) / *steps_for_best(quiet, 5, 0.5, {}, 1e-4) ==
        doctest::Approx(10).epsilon(0.01));
  CHECK(steps_for_best({2, 0.5, 0, 0}, 5, 0.5, {}, 1e-300) == 1);
  CHECK(steps_for_best(noisy, 5, 0.5, {}, 1e-200) == std::nullopt);
  CHECK(steps_for_best({1, 1, 0, 1}, 1000000000, 0.5, {}, 1e-3).value() > 1e9);
}

TEST_CASE("nested levels combine by products") {
  const std::vector<Level> levels{{5, 0.5}, {4, 0.8}, {3, 1}};
  const Level all = combined(levels);
  CHECK(all.k == 60);
  CHECK(all.alpha == 0.4);
  CHECK(combined({}).k == 1);
  CHECK(combined({}).alpha == 1);
  const std::vector<Level> huge(3, Level{Index{1} << 40, 0.5});
  CHECK(combined(huge).k == std::numeric_limits<Index>::max());
}

TEST_CASE("equal rounds have the bound of constant rates, and unequal ones the mean by their steps") {
  const Rates rates{5, 0.5, 0.05}, other{3, 0.8, 0.02};
  const std::vector<Rates> rounds(20, rates);
  const BoundTerms scheduled = bound_of_rounds(noisy, rounds), plain = bound(noisy, rates, 100);
  // Twenty summands round differently.
  CHECK(scheduled.start == doctest::Approx(plain.start).epsilon(1e-14));
  CHECK(scheduled.noise == doctest::Approx(plain.noise).epsilon(1e-14));
  CHECK(scheduled.disagreement == doctest::Approx(plain.disagreement).epsilon(1e-14));
  const double weight = 5 * 0.5 * 0.05, other_weight = 3 * 0.8 * 0.02, both = weight + other_weight;
  const BoundTerms mixed = bound_of_rounds(noisy, std::vector{rates, other});
  CHECK(mixed.start == doctest::Approx(2 * 3 / both).epsilon(1e-14));
  CHECK(mixed.noise ==
        doctest::Approx((weight * plain.noise + other_weight * 0.016 * 2 * 0.5) / both).epsilon(1e-14));
  CHECK(mixed.disagreement ==
        doctest::Approx((weight * plain.disagreement + other_weight * 0.04 * 4e-4 * 4 * 2 * 0.5) / both)
            .epsilon(1e-14));
  CHECK(bound_of_rounds(noisy, {}).total() == infinity);
}

TEST_CASE("the linear rate: (1 - mu alpha gamma)^(k R) of the gap, then the noise's floor") {
  const double mu = 0.1, alpha = 0.5, gamma = 0.05, eta = alpha * gamma;
  const Rates rates{5, alpha, gamma};
  const double floor = (2 * eta * 0.5 + 2 * 4 * 0.25 * gamma * gamma * 4 * 0.5) / (2 * mu);
  CHECK(bound_gap(noisy, rates, mu, 0) == doctest::Approx(3 + floor).epsilon(1e-14));
  CHECK(bound_gap(noisy, rates, mu, 7) ==
        doctest::Approx(std::pow(1 - mu * eta, 35) * 3 + floor).epsilon(1e-13));
  CHECK(bound_gap(noisy, rates, mu, 1e9) == doctest::Approx(floor).epsilon(1e-14));
  CHECK(bound_gap(quiet, rates, mu, 1e9) == 0);
  CHECK(bound_gap(noisy, {5, alpha, 1.1 * gamma_safe(2, 5, alpha)}, mu, 7) == infinity);
  // The condition is stronger than (C) by the factor (1 - mu eta)^-(k - 1).
  CHECK(bound_gap(noisy, {5, alpha, gamma_safe(2, 5, alpha)}, mu, 7) == infinity);
  // One step of gradient descent at 1 / L with mu = L leaves nothing.
  CHECK(bound_gap(quiet, {1, 1, 0.5}, 2, 1) == 0);
  CHECK(bound_gap(quiet, {3, 1, 0.5}, 2, 0) == 3);
  CHECK(bound_gap(quiet, {1, 1, 0.5}, 2.1, 1) == infinity);
}
