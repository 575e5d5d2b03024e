#include "theory/games.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

// Which slow steps solve games that plain steps do not, against walks of one mode.
using namespace lookahead;
using namespace lookahead::theory;

namespace {

// Mean log of the factor by which a round changes the length of (x, y) on min_x max_y h x y, over the second
// half of `rounds`; brought back to length 1 after each.
double walked_log_factor(double h, Index k, double alpha, bool alternating, Index rounds) {
  double x = 0.8, y = 0.6, sum = 0;
  for (Index r = 0; r < rounds; ++r) {
    double fast_x = x, fast_y = y;
    for (Index j = 0; j < k; ++j) {
      const double before = fast_x;
      fast_x -= h * fast_y;
      fast_y += h * (alternating ? fast_x : before);
    }
    x = alpha * fast_x + (1 - alpha) * x;
    y = alpha * fast_y + (1 - alpha) * y;
    const double size = std::hypot(x, y);
    if (2 * r >= rounds) sum += std::log(size);
    x /= size;
    y /= size;
  }
  return sum / static_cast<double>(rounds - (rounds + 1) / 2);
}

}  // namespace

TEST_CASE("O17: the largest alpha has its closed forms and its limit for small steps") {
  for (const double h : {1e-6, 0.01, 0.3, 0.9, 2.0, 5.0}) {
    CAPTURE(h);
    CHECK(bilinear_alpha_limit(h, 1) == 0);
    CHECK(bilinear_alpha_limit(h, 2) == doctest::Approx(2 / (4 + h * h)).epsilon(1e-13));
    CHECK(bilinear_alpha_limit(h, 3) == doctest::Approx(6 / (9 + 3 * h * h + h * h * h * h)).epsilon(1e-13));
    for (const Index k : {4, 7, 20}) {
      const double angle = static_cast<double>(k) * std::atan(h);
      const double length = std::pow(1 + h * h, 0.5 * static_cast<double>(k));
      const double closed =
          2 * (1 - length * std::cos(angle)) / (1 - 2 * length * std::cos(angle) + length * length);
      if (h > 0.005) CHECK(bilinear_alpha_limit(h, k) == doctest::Approx(closed).epsilon(1e-9));
    }
  }
  for (const Index k : {2, 3, 5, 8, 100}) {
    const double steps = static_cast<double>(k);
    CHECK(bilinear_alpha_limit(1e-8, k) == doctest::Approx((steps - 1) / steps).epsilon(1e-12));
  }
  CHECK(std::isinf(bilinear_alpha_limit(0.0, 5)));
  // One half is too much for two steps, and small enough for three at small rates.
  CHECK(bilinear_alpha_limit(0.01, 2) < 0.5);
  CHECK(bilinear_alpha_limit(0.01, 3) > 0.5);
}

TEST_CASE("O17: walks converge below the largest alpha and not above; one step per round never does") {
  for (const Index k : {1, 2, 3, 5, 8, 13}) {
    for (const double h : {0.05, 0.2, 0.5, 0.8, 1.3}) {
      const double limit = bilinear_alpha_limit(h, k);
      for (const double factor : {0.5, 0.97, 1.03, 1.5}) {
        CAPTURE(k);
        CAPTURE(h);
        CAPTURE(factor);
        const bool some = k > 1 && limit > 0;
        const double alpha = some ? factor * limit : 0.5 * factor;
        const double walked = walked_log_factor(h, k, alpha, false, 40);
        // Simultaneous steps turn and stretch: every round has the same factor.
        const double factor_of_round = std::abs(round_multiplier(Complex(1, h), k, alpha));
        CHECK(walked == doctest::Approx(std::log(factor_of_round)).epsilon(1e-9));
        CHECK((walked < 0) == (some && factor < 1));
      }
    }
  }
}

TEST_CASE("the best alpha of a mode is half the largest, and no other alpha does better") {
  for (const Index k : {2, 3, 6, 15}) {
    for (const double h : {0.05, 0.3, 0.7}) {
      const Complex lambda(1, h);
      const auto best = best_alpha(lambda, k);
      CHECK(best.has_value() == (bilinear_alpha_limit(h, k) > 0));
      if (!best) continue;
      CHECK(best->alpha == bilinear_alpha_limit(h, k) / 2);
      CHECK(std::abs(round_multiplier(lambda, k, best->alpha)) ==
            doctest::Approx(best->factor).epsilon(1e-12));
      for (const double other : {0.1, 0.9, 0.99, 1.01, 1.1, 1.9})
        CHECK(std::abs(round_multiplier(lambda, k, other * best->alpha)) > best->factor);
    }
  }
  CHECK_FALSE(best_alpha(1, 5).has_value());
  CHECK_FALSE(best_alpha(Complex(1.2, 0), 5).has_value());
}

TEST_CASE("a game is as demanding as its most demanding mode") {
  const std::vector<double> singular = {0.0, 0.2, 0.5, 1.0};
  std::vector<Complex> eigenvalues;
  for (const double sigma : singular) {
    eigenvalues.emplace_back(0, sigma);
    eigenvalues.emplace_back(0, -sigma);
  }
  for (const double eta : {0.1, 0.6}) {
    for (const Index k : {2, 5, 8}) {
      double least = 10;
      for (const double sigma : {0.2, 0.5, 1.0})
        least = std::min(least, bilinear_alpha_limit(eta * sigma, k));
      CHECK(bilinear_alpha_limit(singular, eta, k) == least);
      CHECK(game_alpha_limit(eigenvalues, eta, k) == doctest::Approx(least).epsilon(1e-14));
    }
  }
  CHECK(std::isinf(game_alpha_limit({}, 0.1, 5)));
  // A field that pulls inward admits alpha above 1, one that pushes outward none.
  const std::array inward = {Complex(1, 0.5)}, outward = {Complex(-0.1, 0.5)};
  CHECK(game_alpha_limit(inward, 0.1, 5) > 1);
  CHECK(game_alpha_limit(outward, 0.02, 2) < 0);
}

TEST_CASE("O17: alternating steps keep their ellipse, and any alpha below 1 contracts it") {
  for (const double h : {0.1, 0.5, 1.2, 1.9}) {
    for (const Index k : {1, 2, 3, 5, 8}) {
      CAPTURE(h);
      CAPTURE(k);
      CHECK(spectral_radius(alternating_step(h)) == doctest::Approx(1).epsilon(1e-14));
      CHECK(std::abs(alternating_eigenvalue(h)) == doctest::Approx(1).epsilon(1e-14));
      CHECK(alternating_alpha_limit(h, k) == 1);
      for (const double alpha : {0.3, 0.8}) {
        const Index rounds = 400;
        const double rate = std::log(std::abs(round_multiplier(alternating_eigenvalue(h), k, alpha)));
        CHECK(rate < 0);
        // The ellipse's axes show in the two ends of the measurement.
        CHECK(std::abs(walked_log_factor(h, k, alpha, true, rounds) - rate) <=
              2 * std::log((2 + h) / (2 - h)) / static_cast<double>(rounds));
      }
    }
  }
  // A third of a turn per step: three steps are none.
  CHECK(alternating_alpha_limit(std::sqrt(3), 3) == 0);
  CHECK(std::abs(walked_log_factor(std::sqrt(3), 3, 0.5, true, 100)) < 1e-13);
  CHECK(std::isinf(alternating_alpha_limit(0, 3)));
}

TEST_CASE("beyond h = 2 alternating steps diverge alone, and only odd rounds with small alpha converge") {
  for (const double h : {2.1, 2.5, 3.0}) {
    CAPTURE(h);
    const Complex lambda = alternating_eigenvalue(h);
    CHECK(lambda.real() == doctest::Approx(-spectral_radius(alternating_step(h))).epsilon(1e-13));
    CHECK(alternating_alpha_limit(h, 2) == 0);
    CHECK(walked_log_factor(h, 2, 0.1, true, 60) > 0);
    for (const Index k : {1, 3}) {
      const double limit = alternating_alpha_limit(h, k);
      CHECK(limit == doctest::Approx(2 / (1 + std::pow(std::abs(lambda), k))).epsilon(1e-12));
      CHECK(walked_log_factor(h, k, 0.98 * limit, true, 800) < 0);
      CHECK(walked_log_factor(h, k, 1.02 * limit, true, 800) > 0);
    }
  }
}
