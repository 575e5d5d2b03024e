#include "theory/quadratic.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <array>
#include <cmath>

#include "base/lanes.hpp"
#include "theory/covariance.hpp"
#include "theory/optimal_alpha.hpp"

// Moments, stationary variances and the best slow step of quadratics, against recursions step by step.
using namespace lookahead;
using namespace lookahead::theory;

namespace {

struct Pair {
  Moments fast, slow, mean_point;
};

// Mean and covariance of (x, z), moved one step or sync at a time; after `rounds` rounds and `steps` steps.
Pair walk(const Coordinate& c, const Rates& rates, const Moments& start, Index rounds, Index steps) {
  double mx = start.mean, mz = mx, xx = start.variance, xz = xx, zz = xx;
  const double lambda = 1 - rates.gamma * c.curvature, alpha = rates.alpha, rest = 1 - alpha;
  for (Index t = 1; t <= rounds * rates.k + steps; ++t) {
    mx *= lambda;
    xx = lambda * lambda * xx + rates.gamma * rates.gamma * c.variance;
    xz *= lambda;
    if (t % rates.k != 0 || t > rounds * rates.k) continue;
    mx = mz = alpha * mx + rest * mz;
    xx = xz = zz = alpha * alpha * xx + 2 * alpha * rest * xz + rest * rest * zz;
  }
  return {{mx, xx},
          {mz, zz},
          {alpha * mx + rest * mz, alpha * alpha * xx + 2 * alpha * rest * xz + rest * rest * zz}};
}

// Relative, with a floor where the numbers cancel to nothing.
void same(const Moments& formula, const Moments& walked) {
  CHECK(formula.mean == doctest::Approx(walked.mean).epsilon(1e-11));
  CHECK(formula.variance == doctest::Approx(walked.variance).epsilon(1e-11));
}

}  // namespace

TEST_CASE("closed forms of mean and variance are those of the recursion, in the middle of rounds too") {
  const Moments start{1.5, 0.3};
  for (const double curvature : {-0.4, 0.0, 1e-9, 0.5, 1.0, 1.9}) {
    for (const double gamma : {0.05, 1.0, 1.2}) {
      const Coordinate c{curvature, 0.7};
      for (const Index k : {1, 2, 5, 12}) {
        for (const double alpha : {0.2, 0.5, 1.0, 1.3}) {
          CAPTURE(curvature);
          CAPTURE(gamma);
          CAPTURE(k);
          CAPTURE(alpha);
          const Rates rates{k, alpha, gamma};
          for (const Index rounds : {0, 1, 7}) {
            const Moments slow = slow_moments(c, rates, start, rounds);
            for (Index steps = 0; steps < k; steps += 2) {
              const Pair pair = walk(c, rates, start, rounds, steps);
              same(slow, pair.slow);
              same(sgd_moments(c, gamma, slow, steps), pair.fast);
              same(virtual_moments(c, rates, slow, steps), pair.mean_point);
            }
          }
          same(virtual_moments(c, rates, start, k), slow_moments(c, rates, start, 1));
          CHECK(step_factor(c, rates) ==
                doctest::Approx(std::pow(1 - gamma * curvature, static_cast<double>(k))).epsilon(1e-13));
          CHECK(round_factor(c, rates) ==
                doctest::Approx(1 - alpha + alpha * step_factor(c, rates)).epsilon(1e-13));
        }
      }
    }
  }
  same(sgd_moments({0.5, 0.7}, 0.3, start, 40), slow_moments({0.5, 0.7}, {1, 1, 0.3}, start, 40));
}

TEST_CASE("stationary variances are what the rounds tend to, also beyond the edge of a single step") {
  int unstable_steps = 0, compared = 0;
  for (const double step : {0.1, 0.7, 1.0, 1.5, 1.95, 2.02, 2.2}) {
    for (const Index k : {1, 2, 3, 5, 8}) {
      for (const double alpha : {0.1, 0.5, 0.9, 1.0}) {
        const double curvature = 0.8;
        const Coordinate c{curvature, 0.6};
        const Rates rates{k, alpha, step / curvature};
        CAPTURE(step);
        CAPTURE(k);
        CAPTURE(alpha);
        const double variance = stationary_variance(c, rates);
        const double mu = round_factor(c, rates);
        if (std::abs(mu) >= 1) {
          CHECK(std::isinf(variance));
          continue;
        }
        ++compared;
        unstable_steps += step > 2;
        // The variance forgets its start like mu^(2r), here down to e^-36.
        const auto rounds = static_cast<Index>(18 / -std::log(std::abs(mu) + 1e-9)) + 1;
        CHECK(slow_moments(c, rates, {0, 0}, rounds).variance == doctest::Approx(variance).epsilon(1e-12));
        CHECK(slow_moments(c, rates, {0, 5 * variance}, 2 * rounds).variance ==
              doctest::Approx(variance).epsilon(1e-12));
        const double alone = stationary_variance_of_sgd(c, rates.gamma);
        if (step > 2) {
          CHECK(std::isinf(alone));
          continue;
        }
        CHECK(alone == doctest::Approx(stationary_variance(c, {1, 1, rates.gamma})).epsilon(1e-13));
        const double ratio = variance_ratio(c, rates);
        CHECK(variance / alone == doctest::Approx(ratio).epsilon(1e-12));
        // The other form of the quotient.
        const double p = step_factor(c, rates);
        const double shared = alpha * alpha * (1 - p * p);
        CHECK(ratio == doctest::Approx(shared / (shared + 2 * alpha * (1 - alpha) * (1 - p))).epsilon(1e-12));
        CHECK((ratio < 1) == (alpha < 1));
      }
    }
  }
  CHECK(compared > 100);
  CHECK(unstable_steps > 5);
  // Small steps: alpha times 2 / (2 - 0) without the noise of 1 - (1 - 0); flat and concave coordinates have
  // none.
  CHECK(variance_ratio({1e-13, 1}, {5, 0.5, 1e-3}) == doctest::Approx(0.5).epsilon(1e-14));
  CHECK(stationary_variance({1e-10, 1}, {5, 0.5, 1e-3}) ==
        doctest::Approx(0.5 * stationary_variance_of_sgd({1e-10, 1}, 1e-3)).epsilon(1e-12));
  CHECK(std::isinf(stationary_variance({0, 1}, {5, 0.5, 0.1})));
  CHECK(std::isinf(stationary_variance_of_sgd({-1, 1}, 0.1)));
}

TEST_CASE("averaged workers divide the noise, and the loss sums mean squares and variances") {
  const Coordinate c{0.8, 0.6};
  const Rates rates{4, 0.5, 0.3};
  CHECK(stationary_variance(averaged(c, 4), rates) ==
        doctest::Approx(stationary_variance(c, rates) / 4).epsilon(1e-15));
  const std::array<Coordinate, 2> coordinates = {{{2, 1}, {0.5, 1}}};
  const std::array<Moments, 2> moments = {{{3, 1}, {-1, 0.5}}};
  CHECK(expected_loss(coordinates, moments) == 0.5 * (2 * (9 + 1) + 0.5 * (1 + 0.5)));
}

TEST_CASE("the stationary covariance of full matrices is the fixed point of a round") {
  // Symmetric matrices that do not commute; curvatures between about 0.4 and 2.2.
  const Index d = 4;
  Eigen::MatrixXd curvature(d, d), root(d, d);
  for (Index i = 0; i < d; ++i) {
    for (Index j = 0; j < d; ++j) {
      curvature(i, j) = 0.3 / static_cast<double>(1 + std::abs(i - j)) +
                        (i == j ? 0.4 * (1.0 + 0.8 * static_cast<double>(i)) : 0);
      root(i, j) = std::sin(static_cast<double>(1 + 3 * i + 7 * j * j));
    }
  }
  const Eigen::MatrixXd noise = root * root.transpose(), one = Eigen::MatrixXd::Identity(d, d);
  for (const Rates rates : {Rates{1, 1, 0.4}, Rates{5, 0.5, 0.4}, Rates{2, 0.9, 0.7}, Rates{3, 0.2, 1.1}}) {
    CAPTURE(rates.k);
    const auto covariance = stationary_covariance(curvature, noise, rates);
    REQUIRE(covariance.has_value());
    // A round: the fast agent's covariance with itself and with z, starting from V.
    const Eigen::MatrixXd step = one - rates.gamma * curvature;
    Eigen::MatrixXd both = *covariance, cross = *covariance;
    for (Index j = 0; j < rates.k; ++j) {
      both = step * both * step + rates.gamma * rates.gamma * noise;
      cross = step * cross;
    }
    const double alpha = rates.alpha, rest = 1 - alpha;
    const Eigen::MatrixXd next =
        alpha * alpha * both + alpha * rest * (cross + cross.transpose()) + rest * rest * *covariance;
    CHECK((next - *covariance).norm() <= 1e-13 * covariance->norm());
  }
  CHECK_FALSE(stationary_covariance(curvature, noise, {2, 0.5, 2}).has_value());
  // One coordinate.
  const auto single = stationary_covariance(Eigen::MatrixXd::Constant(1, 1, 0.8),
                                            Eigen::MatrixXd::Constant(1, 1, 0.6), {3, 0.5, 0.7});
  REQUIRE(single.has_value());
  CHECK((*single)(0, 0) == doctest::Approx(stationary_variance({0.8, 0.6}, {3, 0.5, 0.7})).epsilon(1e-14));
}

TEST_CASE("O18: the best alpha is the line's minimizer, from the minimum and from gradients alone") {
  const std::size_t d = 6;
  for (const int seed : {1, 2, 3, 4, 5}) {
    CAPTURE(seed);
    std::vector<double> curvature(d), minimum(d), z(d), x, from_minimum(d), curved(d), difference(d);
    std::vector<double> at_slow(d), at_fast(d), point(d);
    for (std::size_t i = 0; i < d; ++i) {
      const double n = static_cast<double>(i) + 10.0 * seed;
      curvature[i] = 1.05 + std::sin(n);
      minimum[i] = std::cos(2 * n);
      z[i] = 2 * std::sin(3 * n);
    }
    x = z;
    for (int j = 0; j < 5; ++j)
      for (std::size_t i = 0; i < d; ++i) x[i] -= 0.4 * curvature[i] * (x[i] - minimum[i]);
    for (std::size_t i = 0; i < d; ++i) {
      from_minimum[i] = z[i] - minimum[i];
      difference[i] = z[i] - x[i];
      curved[i] = curvature[i] * difference[i];
      at_slow[i] = curvature[i] * (z[i] - minimum[i]);
      at_fast[i] = curvature[i] * (x[i] - minimum[i]);
    }
    const double best = alpha_from_minimum(from_minimum, curved, difference).value();
    // The forms differ by rounding in sums of six numbers of like size.
    CHECK(alpha_from_gradients(at_slow, at_fast, difference).value() == doctest::Approx(best).epsilon(1e-13));
    CHECK(alpha_from_diagonal(curvature, at_fast, difference).value() ==
          doctest::Approx(best).epsilon(1e-13));
    // Bisection on the slope along the line, which knows its zero to rounding where values would not.
    const auto slope = [&](double alpha) {
      double sum = 0;
      for (std::size_t i = 0; i < d; ++i)
        sum += curvature[i] * (z[i] - alpha * difference[i] - minimum[i]) * difference[i];
      return sum;
    };
    double low = 0, high = 1000;
    for (int step = 0; step < 80; ++step) {
      const double middle = (low + high) / 2;
      (slope(middle) > 0 ? low : high) = middle;
    }
    CHECK(low == doctest::Approx(best).epsilon(1e-10));
  }
}

TEST_CASE("the best alpha is clipped, and is the upper limit where the curvature is not positive") {
  CHECK(AlphaQuotient{1, 2}.within(0.2, 1) == 0.5);
  CHECK(AlphaQuotient{3, 2}.within(0.2, 1) == 1);
  CHECK(AlphaQuotient{-3, 2}.within(0.2, 1) == 0.2);
  CHECK(AlphaQuotient{1, 0}.within(0.2, 1) == 1);
  CHECK(AlphaQuotient{1, -2}.within(0.2, 1) == 1);
  CHECK(AlphaQuotient{1, std::nan("")}.within(0.2, 1) == 1);
  CHECK(AlphaQuotient{std::nan(""), 1}.within(0.2, 1) == 1);
}
