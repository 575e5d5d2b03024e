#include "simd/scalar_math.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "numbers.hpp"

using namespace lookahead;

TEST_CASE("exponential functions of a number are right to a unit in the last place") {
  CHECK(worst(evenly(-1, 1), math::exp, EXACT(exp)) <= 1);
  CHECK(worst(evenly(-750, 712), math::exp, EXACT(exp)) <= 1);
  CHECK(worst(of_all_sizes(-60, 6), math::exp, EXACT(exp)) <= 1);
  CHECK(worst(evenly(-1, 1), math::expm1, EXACT(expm1)) <= 1);
  CHECK(worst(evenly(-50, 712), math::expm1, EXACT(expm1)) <= 1);
  CHECK(worst(of_all_sizes(-1074, 6), math::expm1, EXACT(expm1)) <= 1);
  CHECK(worst(evenly(-2, 2), math::tanh, EXACT(tanh)) <= 1);
  CHECK(worst(of_all_sizes(-1074, 10), math::tanh, EXACT(tanh)) <= 1);
}

TEST_CASE("logarithms of a number are right to a unit in the last place") {
  CHECK(worst(evenly(0.5, 2), math::log, EXACT(log)) <= 1);
  CHECK(worst(positive(of_all_sizes(-1074, 1024)), math::log, EXACT(log)) <= 1);
  CHECK(worst(evenly(-1, 1), math::log1p, EXACT(log1p)) <= 1);
  CHECK(worst(of_all_sizes(-1074, -1), math::log1p, EXACT(log1p)) <= 1);
  CHECK(worst(positive(of_all_sizes(-1, 1024)), math::log1p, EXACT(log1p)) <= 1);
  CHECK(worst(evenly(0.5, 2), math::log10, EXACT(log10)) <= 1);
  CHECK(worst(positive(of_all_sizes(-1074, 1024)), math::log10, EXACT(log10)) <= 1);
}

TEST_CASE("powers and roots of a number are right to a unit in the last place") {
  for (const double exponent : {0.5, 1.37, -2.0, 3.0, -77.7, 1000.3, 1e-3, 1e5}) {
    CAPTURE(exponent);
    const auto power = [=](double x) { return math::pow(x, exponent); };
    const auto exact = [=](long double x) { return std::pow(x, static_cast<long double>(exponent)); };
    const double reach = std::min(1000 / std::abs(exponent), 1074.0);
    CHECK(worst(positive(of_all_sizes(-reach, reach)), power, exact) <= 1);
    CHECK(worst(evenly(0.9, 1.1), power, exact) <= 1);
  }
  CHECK(worst(of_all_sizes(-1074, 1024), math::cbrt, EXACT(cbrt)) <= 1);
  for (const double other : {1.0, -3e-3, 1e300, 1e-310}) {
    CAPTURE(other);
    const auto exact = [=](long double x) { return std::hypot(x, static_cast<long double>(other)); };
    CHECK(worst(
              of_all_sizes(-1074, 1023), [=](double x) { return math::hypot(x, other); }, exact) <= 1);
    CHECK(worst(
              evenly(-3 * other, 3 * other), [=](double x) { return math::hypot(x, other); }, exact) <= 1);
  }
}

TEST_CASE("trigonometric functions are right to a unit in the last place, of huge angles also") {
  CHECK(worst(evenly(-4, 4), math::sin, EXACT(sin)) <= 1);
  CHECK(worst(evenly(-4, 4), math::cos, EXACT(cos)) <= 1);
  CHECK(worst(of_all_sizes(-1074, 1024), math::sin, EXACT(sin)) <= 1);
  CHECK(worst(of_all_sizes(-1074, 1024), math::cos, EXACT(cos)) <= 1);
  // The number nearest to a multiple of pi/2, and multiples of pi.
  CHECK(worst({0x1.6ac5b262ca1ffp+849}, math::cos, EXACT(cos)) <= 1);
  std::vector<double> near_zeros;
  for (int i = 1; i < 2000000; i += 991) near_zeros.push_back(3.141592653589793 * i);
  CHECK(worst(near_zeros, math::sin, EXACT(sin)) <= 1);
  for (const double y : {1.0, -3e-3, 1e300, 1e-310, 7.0}) {
    CAPTURE(y);
    const auto exact = [=](long double x) { return std::atan2(static_cast<long double>(y), x); };
    CHECK(worst(
              of_all_sizes(-1074, 1023), [=](double x) { return math::atan2(y, x); }, exact) <= 1);
    CHECK(worst(
              evenly(-3 * y, 3 * y), [=](double x) { return math::atan2(y, x); }, exact) <= 1);
  }
}

TEST_CASE("sine and cosine at once are those of one alone, bit for bit") {
  for (const double x : of_all_sizes(-1074, 1024)) {
    const auto [sine, cosine] = math::sine_and_cosine(x);
    CHECK(sine == math::sin(x));
    CHECK(cosine == math::cos(x));
  }
}

TEST_CASE("powers of ten and their logarithms are exact") {
  for (int i = 0; i <= 22; ++i) {
    const double power = std::pow(10.0, i);  // a number of the format
    CHECK(math::pow(10, i) == power);
    CHECK(math::log10(power) == i);
  }
}

TEST_CASE("functions of special numbers are those of the standard library") {
  for (const double x : specials) {
    CAPTURE(x);
    CHECK(alike(math::exp(x), std::exp(x)));
    CHECK(alike(math::expm1(x), std::expm1(x)));
    CHECK(alike(math::log(x), std::log(x)));
    CHECK(alike(math::log1p(x), std::log1p(x)));
    CHECK(alike(math::log10(x), std::log10(x)));
    CHECK(alike(math::cbrt(x), std::cbrt(x)));
    CHECK(alike(math::tanh(x), std::tanh(x)));
    CHECK(alike(math::sin(x), std::sin(x)));
    CHECK(alike(math::cos(x), std::cos(x)));
    for (const double y : specials) {
      CAPTURE(y);
      CHECK(alike(math::pow(x, y), std::pow(x, y)));
      CHECK(alike(math::hypot(x, y), std::hypot(x, y)));
      CHECK(alike(math::atan2(x, y), std::atan2(x, y)));
    }
  }
}

TEST_CASE("functions of a number have these bits on every machine") {
  // From builds by g++ 12 with and without fused multiply-adds.
  std::uint64_t all = 0;
  const auto add = [&](double x) {
    all = all * 1000003 + (std::isnan(x) ? 1 : std::bit_cast<std::uint64_t>(x));
  };
  std::vector<double> points = of_all_sizes(-40, 40);
  for (const double x : evenly(-30, 30)) points.push_back(x);
  double before = 1;
  for (const double x : points) {
    for (const double value : {math::exp(x), math::expm1(x), math::log(x), math::log1p(x), math::log10(x),
                               math::pow(x, before), math::cbrt(x), math::hypot(x, before), math::tanh(x),
                               math::sin(x), math::cos(x), math::atan2(x, before)}) {
      add(value);
    }
    before = std::abs(x);
  }
  CHECK(all == 13128701340762251176U);
}
