#include "moments.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

// The theorem against exact second moments on quadratics: nothing is sampled, so nothing may exceed a bound.
using namespace lookahead;
using namespace lookahead::theory;
using lookahead::test::ExactMoments;
using lookahead::test::Quadratic;
using lookahead::test::Ratio;

namespace {

// What the recursion rounds away over a few hundred steps is far below.
constexpr double tolerance = 1 + 1e-9;

struct Ratios {
  Ratio plain, theta, at_virtual, at_fast, at_slow, disagreement;
};

// Measured means after `steps` against every bound, with Delta = f(start) - f_end.
void compare(Ratios& ratios, const ExactMoments& moments, const Constants& constants, const Rates& rates,
             Index steps) {
  const double T = static_cast<double>(steps);
  if (admits(constants, rates))
    ratios.plain.see(moments.mean_at_virtual(), bound(constants, rates, T).total());
  ratios.theta.see(moments.mean_at_virtual(), bound_theta(constants, rates, T));
  ratios.at_virtual.see(moments.mean_at_virtual(), bound_virtual(constants, rates, T));
  ratios.at_fast.see(moments.mean_at_fast(), bound_fast(constants, rates, T));
  if (steps % rates.k == 0) ratios.at_slow.see(moments.mean_at_slow(), bound_slow(constants, rates, T));
  ratios.disagreement.see(moments.mean_disagreement(),
                          bound_disagreement(constants, rates, moments.mean_at_fast()));
}

}  // namespace

TEST_CASE("O10, O11: no bound is exceeded by the exact moments of quadratics") {
  const double smoothness = 2.5;
  Ratios before, after;
  for (const Index k : {1, 2, 3, 5, 10, 20}) {
    for (const double alpha : {0.1, 0.2, 0.5, 0.8, 1.0, 1.2, 1.5}) {
      for (const double rho : {0.0, 0.5, 3.0}) {
        for (const double variance : {0.0, 0.01, 1.0}) {
          for (const double curvature : {1.0, 0.3, 0.03, -0.3, -1.0}) {
            // Beyond the limit the sharper forms still speak for a while.
            for (const double part : {0.1, 0.5, 1.0, 1.2}) {
              const Quadratic f{smoothness * curvature, variance, rho, 1};
              Constants constants{smoothness, variance, rho, f.value(1)};
              const Rates rates{k, alpha, part * gamma_limit(constants, k, alpha)};
              ExactMoments moments(f);
              Index done = 0;
              for (const Index steps : {Index{1}, 2 * k, 2 * k + (k + 1) / 2, 6 * k}) {
                moments.advance(rates, steps - done);
                done = steps;
                constants.gap = f.value(1);
                if (curvature > 0) compare(before, moments, constants, rates, steps);
                // Afterwards E f(y_T) takes the place of f_inf, which a negative curvature does not have.
                constants.gap = f.value(1) - f.value(moments.at_virtual(alpha));
                compare(after, moments, constants, rates, steps);
              }
            }
          }
        }
      }
    }
  }
  INFO("cases: " << before.plain.cases + after.plain.cases << " of (B1), " << after.disagreement.cases
                 << " of (i)");
  INFO("largest ratios with f_inf: (B1) " << before.plain.largest << ", (T) " << before.theta.largest
                                          << ", (Y) " << before.at_virtual.largest << ", (X) "
                                          << before.at_fast.largest << ", (S) " << before.at_slow.largest);
  INFO("with f(y_T): (B1) " << after.plain.largest << ", (T) " << after.theta.largest << ", (Y) "
                            << after.at_virtual.largest << ", (X) " << after.at_fast.largest << ", (S) "
                            << after.at_slow.largest << ", (i) " << after.disagreement.largest);
  CHECK(before.plain.cases + after.plain.cases >= 20000);
  for (const Ratios& ratios : {before, after}) {
    CHECK(ratios.at_virtual.cases >= 10000);
    CHECK(ratios.at_fast.cases >= 10000);
    CHECK(ratios.at_slow.cases >= 5000);
    for (const Ratio& form :
         {ratios.plain, ratios.theta, ratios.at_virtual, ratios.at_fast, ratios.at_slow}) {
      CHECK(form.largest <= tolerance);
      // Equality is attained, so nothing smaller would hold.
      CHECK(form.largest >= 1 - 1e-9);
    }
    CHECK(ratios.disagreement.largest <= tolerance);
    CHECK(ratios.disagreement.largest >= 0.5);
  }
}

TEST_CASE("gradient descent at the rate 1 / L attains (B1), and beyond the condition it exceeds it") {
  for (const Rates& rates : {Rates{1, 1, 0.4}, Rates{1, 0.5, 0.8}, Rates{6, 1, 0.4}}) {
    const Constants constants{2.5, 0, 0, 1.25};
    ExactMoments moments({2.5, 0, 0, 1});
    moments.advance(rates, 100);
    CHECK(moments.mean_at_virtual() == doctest::Approx(bound(constants, rates, 100).total()).epsilon(1e-13));
    // Lη = 1.05: the ratio goes to 1 / (2 - Lη).
    const Rates beyond{rates.k, rates.alpha, rates.gamma * 1.05};
    CHECK_FALSE(admits(constants, beyond));
    ExactMoments exceeding({2.5, 0, 0, 1});
    exceeding.advance(beyond, 100);
    CHECK(exceeding.mean_at_virtual() / bound(constants, beyond, 100).total() ==
          doctest::Approx(1 / 0.95).epsilon(1e-6));
    CHECK(exceeding.mean_at_virtual() <= bound_virtual(constants, beyond, 100) * tolerance);
  }
}

TEST_CASE("the condition is sufficient: (B1) fails on a quadratic between 1.5 and 1.8 times gamma_safe") {
  const Constants constants{1, 0, 0, 0.5};
  for (const double part : {1.5, 1.8}) {
    const Rates rates{5, 0.5, part * gamma_safe(1, 5, 0.5)};
    ExactMoments moments({1, 0, 0, 1});
    moments.advance(rates, 200);
    CHECK((moments.mean_at_virtual() <= bound(constants, rates, 200).total()) == (part < 1.6));
    CHECK_FALSE(admits({1, 1, 0, 0.5}, rates));
  }
}

TEST_CASE(
    "workers: no bound is exceeded by the exact moments, alike or not, with relative noise or without") {
  Ratio alike, differing, relative;
  for (const Index count : {2, 4, 16}) {
    for (const Index k : {1, 2, 5, 20}) {
      for (const double alpha : {0.2, 0.5, 1.0, 1.3}) {
        for (const double rho : {0.0, 0.5, 3.0}) {
          for (const double variance : {0.0, 1.0}) {
            for (const double scatter : {0.0, 0.5}) {
              for (const double curvature : {1.0, 0.2}) {
                for (const double part : {0.3, 1.0}) {
                  const Quadratic f{curvature, variance, rho, 1, count, scatter};
                  const Constants constants{1, variance, rho, f.value(1)};
                  const Workers workers{count, f.squared_gradient(scatter)};
                  const Rates rates{k, alpha, part * gamma_limit(constants, k, alpha, workers)};
                  if (!admits(constants, rates, workers)) FAIL("the limit is not admitted");
                  ExactMoments moments(f);
                  moments.advance(rates, 5 * k + k / 2);
                  const double right =
                      bound(constants, rates, workers, static_cast<double>(5 * k + k / 2)).total();
                  (rho > 0       ? relative
                   : scatter > 0 ? differing
                                 : alike)
                      .see(moments.mean_at_virtual(), right);
                }
              }
            }
          }
        }
      }
    }
  }
  INFO("largest ratios: alike " << alike.largest << ", differing " << differing.largest << ", relative noise "
                                << relative.largest << "; cases "
                                << alike.cases + differing.cases + relative.cases);
  for (const Ratio& ratio : {alike, differing, relative}) {
    CHECK(ratio.cases >= 300);
    CHECK(ratio.largest <= tolerance);
    CHECK(ratio.largest >= 0.3);
  }
}

TEST_CASE("schedules: rounds of different rates stay below the bound of their weighted mean") {
  Ratio ratio;
  for (const double variance : {0.0, 0.3}) {
    for (const double curvature : {1.0, 0.3, -0.5}) {
      for (const double falling : {1.0, 0.9, 0.6}) {
        for (const double alpha : {0.3, 0.8, 1.0}) {
          const Quadratic f{curvature, variance, 0, 1};
          Constants constants{1, variance, 0, 0};
          ExactMoments moments(f);
          std::vector<Rates> rounds;
          double last = 0;
          for (int r = 0; r < 12; ++r) {
            Rates rates{1 + r % 5, std::min(1.0, alpha + 0.02 * r), 0};
            rates.gamma = std::pow(falling, r) * gamma_limit(constants, rates.k, rates.alpha);
            rounds.push_back(rates);
            moments.advance(rates, rates.k);
            last = f.value(moments.slow());
            constants.gap = f.value(1) - (curvature > 0 ? 0 : last);
            ratio.see(moments.weighted_mean(), bound_of_rounds(constants, rounds).total());
          }
        }
      }
    }
  }
  CHECK(ratio.cases == 2 * 3 * 3 * 3 * 12);
  CHECK(ratio.largest <= tolerance);
  CHECK(ratio.largest >= 0.5);
}

TEST_CASE("nested levels: the bound with the products of k and alpha holds for the exact moments") {
  // E s_i s_j of the fast point and two slow ones, inner and outer.
  using Square = std::array<std::array<double, 3>, 3>;
  const auto apply = [](Square& m, const Square& by) {
    Square result{};
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        for (std::size_t p = 0; p < 3; ++p)
          for (std::size_t q = 0; q < 3; ++q) result[i][j] += by[i][p] * m[p][q] * by[j][q];
    m = result;
  };
  Ratio ratio;
  for (const double inner : {0.3, 0.7, 1.0}) {
    for (const double outer : {0.4, 0.9, 1.0}) {
      for (const double variance : {0.0, 0.5}) {
        for (const Index k : {1, 3}) {
          const std::array<Level, 2> levels{Level{k, inner}, Level{4, outer}};
          const Level both = combined(levels);
          const Constants constants{1, variance, 0, 0.5};
          const Rates rates{both.k, both.alpha, gamma_limit(constants, both.k, both.alpha)};
          Square m{};
          for (auto& row : m) row.fill(1);
          const std::array<double, 3> weights{inner * outer, (1 - inner) * outer, 1 - outer};
          double sum = 0;
          const Index steps = 5 * both.k + k + 1;
          for (Index t = 1; t <= steps; ++t) {
            for (std::size_t i = 0; i < 3; ++i)
              for (std::size_t j = 0; j < 3; ++j) sum += weights[i] * weights[j] * m[i][j];
            apply(m, {{{1 - rates.gamma, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
            m[0][0] += rates.gamma * rates.gamma * variance;
            if (t % k == 0) apply(m, {{{inner, 1 - inner, 0}, {inner, 1 - inner, 0}, {0, 0, 1}}});
            if (t % both.k == 0)
              apply(m, {{{0, outer, 1 - outer}, {0, outer, 1 - outer}, {0, outer, 1 - outer}}});
          }
          const double T = static_cast<double>(steps);
          ratio.see(sum / T, bound(constants, rates, T).total());
        }
      }
    }
  }
  CHECK(ratio.cases == 36);
  CHECK(ratio.largest <= tolerance);
  CHECK(ratio.largest >= 1 - 1e-9);
}

TEST_CASE("the linear rate holds for the exact moments, and is attained") {
  Ratio ratio;
  for (const Index k : {1, 2, 5, 20}) {
    for (const double alpha : {0.2, 0.5, 1.0, 1.3}) {
      for (const double rho : {0.0, 2.0}) {
        for (const double variance : {0.0, 0.1}) {
          for (const double mu : {0.01, 0.3, 1.0}) {
            for (const double part : {0.2, 0.7, 1.0}) {
              const Quadratic f{mu, variance, rho, 1};
              const Constants constants{1, variance, rho, f.value(1)};
              const Rates rates{k, alpha, part * gamma_limit(constants, k, alpha)};
              ExactMoments moments(f);
              for (int rounds = 0; rounds < 20; ++rounds) {
                ratio.see(f.value(moments.slow()), bound_gap(constants, rates, mu, rounds));
                moments.advance(rates, k);
              }
            }
          }
        }
      }
    }
  }
  INFO("linear rate: " << ratio.cases << " cases, largest ratio " << ratio.largest);
  CHECK(ratio.cases >= 3000);
  CHECK(ratio.largest <= tolerance);
  // At the start; later only where alpha gamma = 1 / L leaves nothing.
  CHECK(ratio.largest >= 1 - 1e-9);
}
