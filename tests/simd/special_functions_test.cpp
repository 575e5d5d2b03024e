#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "numbers.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_trigonometry.hpp"
#include "special_function_values.hpp"

using namespace lookahead;

namespace {

// Errors beyond this many units in the last place are faults; half a unit is what rounding alone makes.
constexpr double two_units = 2;
// log Gamma near 1 and 2 is a polynomial times the distance, near 1 less a logarithm: some more roundings.
constexpr double log_gamma_units = 4;

double worst_of_values(const std::vector<ExactValue>& values, double (*function)(double), double absolute) {
  double worst = 0;
  for (const auto& [argument, value] : values) {
    const double found = function(argument);
    if (std::abs(static_cast<long double>(found) - value) <= static_cast<long double>(absolute)) continue;
    worst = std::max(worst, units(found, value));
  }
  return worst;
}

template <class Lanes, class T, class Function>
std::vector<T> in_packs(const std::vector<T>& points, Function function) {
  std::vector<T> values(points.size());
  for (std::size_t i = 0; i + sizeof(Lanes) / sizeof(T) <= points.size(); i += sizeof(Lanes) / sizeof(T)) {
    Lanes lanes;
    std::memcpy(&lanes, points.data() + i, sizeof lanes);
    lanes = function(lanes);
    std::memcpy(values.data() + i, &lanes, sizeof lanes);
  }
  return values;
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

TEST_CASE("binary logarithms are right to a unit in the last place, those of powers of two exact") {
  CHECK(worst(evenly(0.5, 2), math::log2, EXACT(log2)) <= 1);
  CHECK(worst(positive(of_all_sizes(-1074, 1024)), math::log2, EXACT(log2)) <= 1);
  for (int i = -1074; i < 1024; ++i) CHECK(math::log2(std::ldexp(1.0, i)) == i);
}

TEST_CASE("tangents and inverse functions of the circle are right to a unit in the last place") {
  CHECK(worst(evenly(-4, 4), math::tan, EXACT(tan)) <= 1);
  CHECK(worst(of_all_sizes(-1074, 1024), math::tan, EXACT(tan)) <= 1);
  CHECK(worst({0x1.6ac5b262ca1ffp+849}, math::tan, EXACT(tan)) <= 1);
  std::vector<double> near_poles;
  for (int i = 1; i < 2000000; i += 991) near_poles.push_back(1.5707963267948966 * i);
  CHECK(worst(near_poles, math::tan, EXACT(tan)) <= 1);
  std::vector<double> near_one = positive(of_all_sizes(-53, -1));
  for (double& x : near_one) x = 1 - x;
  for (const auto& points : {evenly(-1, 1), of_all_sizes(-1074, 0), near_one}) {
    CHECK(worst(points, math::asin, EXACT(asin)) <= 1);
    CHECK(worst(points, math::acos, EXACT(acos)) <= 1);
  }
  CHECK(worst(evenly(-4, 4), math::atan, EXACT(atan)) <= 1);
  CHECK(worst(of_all_sizes(-1074, 1024), math::atan, EXACT(atan)) <= 1);
}

TEST_CASE("hyperbolic sines and cosines are right to a unit in the last place") {
  for (const auto& points : {evenly(-2, 2), evenly(-24, 24), evenly(-712, 712), of_all_sizes(-1074, 9)}) {
    CHECK(worst(points, math::sinh, EXACT(sinh)) <= 1);
    CHECK(worst(points, math::cosh, EXACT(cosh)) <= 1);
  }
}

TEST_CASE("the error function is right to two units in the last place") {
  CHECK(worst(evenly(-1, 1), math::erf, EXACT(erf)) <= two_units);
  CHECK(worst(evenly(0.9, 1.1), math::erf, EXACT(erf)) <= two_units);
  CHECK(worst(evenly(-7, 7), math::erf, EXACT(erf)) <= two_units);
  CHECK(worst(of_all_sizes(-1074, 4), math::erf, EXACT(erf)) <= two_units);
}

TEST_CASE("gamma is right to two units in the last place and exact where it is an integer") {
  CHECK(worst_of_values(gamma_values, math::gamma, 0) <= two_units);
  double factorial = 1;
  for (int i = 1; i <= 23; ++i) {
    CHECK(math::gamma(i) == factorial);
    factorial *= i;
  }
}

TEST_CASE("log Gamma and digamma are right to four units in the last place, or to 2e-16 near their zeros") {
  CHECK(worst_of_values(lgamma_values, math::lgamma, 2e-16) <= log_gamma_units);
  CHECK(worst_of_values(digamma_values, math::digamma, 2e-16) <= log_gamma_units);
  CHECK(math::lgamma(1) == 0);
  CHECK(math::lgamma(2) == 0);
}

TEST_CASE("more functions of special numbers are those of the standard library") {
  for (const double x : specials) {
    CAPTURE(x);
    CHECK(alike(math::log2(x), std::log2(x)));
    CHECK(alike(math::tan(x), std::tan(x)));
    CHECK(alike(math::asin(x), std::asin(x)));
    CHECK(alike(math::acos(x), std::acos(x)));
    CHECK(alike(math::atan(x), std::atan(x)));
    CHECK(alike(math::sinh(x), std::sinh(x)));
    CHECK(alike(math::cosh(x), std::cosh(x)));
    CHECK(alike(math::erf(x), std::erf(x)));
    if (x < 10) CHECK(alike(math::gamma(x), std::tgamma(x)));
    CHECK(units(math::lgamma(x), static_cast<long double>(std::lgamma(x))) <= log_gamma_units);
  }
}

TEST_CASE("limits and poles of the functions of Gamma") {
  for (const double x : {-1.0, -2.0, -171.0, -1e300, -infinity}) {
    CAPTURE(x);
    CHECK(std::isnan(math::gamma(x)));
    CHECK(math::lgamma(x) == infinity);
    CHECK(std::isnan(math::digamma(x)));
  }
  CHECK(math::gamma(0.0) == infinity);
  CHECK(math::gamma(-0.0) == -infinity);
  CHECK(math::lgamma(0.0) == infinity);
  CHECK(math::lgamma(-0.0) == infinity);
  CHECK(math::digamma(0.0) == -infinity);
  CHECK(math::digamma(-0.0) == infinity);
  for (const auto function : {math::gamma, math::lgamma, math::digamma}) {
    CHECK(function(infinity) == infinity);
    CHECK(std::isnan(function(not_a_number)));
  }
  CHECK(math::gamma(171.62437695630271) < infinity);
  CHECK(math::gamma(171.62437695630274) == infinity);
  CHECK(math::gamma(-200.5) == 0);
  CHECK(std::signbit(math::gamma(-200.5)));
  CHECK_FALSE(std::signbit(math::gamma(-201.5)));
  CHECK(math::gamma(-177.5) > 0);
  CHECK(math::lgamma(2.55e305) < infinity);
  CHECK(math::lgamma(2.56e305) == infinity);
}

TEST_CASE("sines and cosines of a pack are those of its numbers, bit for bit") {
  std::vector<double> points = specials;
  points.resize(24);  // whole packs
  for (const double x : evenly(-40, 40)) points.push_back(x);
  for (const double x : of_all_sizes(-1074, 1024)) points.push_back(x);
  for (const double x : of_all_sizes(-30, 20)) points.push_back(x);
  const auto sine = in_packs<Lanes>(points, [](auto x) { return sin(x); });
  const auto cosine = in_packs<Lanes>(points, [](auto x) { return cos(x); });
  for (std::size_t i = 0; i < points.size(); ++i) {
    CAPTURE(points[i]);
    REQUIRE(same_bits(sine[i], math::sin(points[i])));
    REQUIRE(same_bits(cosine[i], math::cos(points[i])));
  }
  std::vector<float> floats;
  for (const double x : of_all_sizes(-150, 128)) floats.push_back(static_cast<float>(x));
  const auto sine_of_floats = in_packs<FloatLanes>(floats, [](auto x) { return sin(x); });
  const auto cosine_of_floats = in_packs<FloatLanes>(floats, [](auto x) { return cos(x); });
  for (std::size_t i = 0; i < floats.size(); ++i) {
    REQUIRE(sine_of_floats[i] == static_cast<float>(math::sin(static_cast<double>(floats[i]))));
    REQUIRE(cosine_of_floats[i] == static_cast<float>(math::cos(static_cast<double>(floats[i]))));
  }
}

TEST_CASE("more functions of a number have these bits on every machine") {
  // From builds by g++ 12 and clang 14 with and without fused multiply-adds.
  std::uint64_t all = 0;
  std::vector<double> points = of_all_sizes(-70, 40);
  for (const double x : evenly(-190, 190)) points.push_back(x);
  for (const double x : evenly(-2, 2)) points.push_back(x);
  for (const double x : points) {
    for (const double value :
         {math::log2(x), math::tan(x), math::asin(x), math::acos(x), math::atan(x), math::sinh(x),
          math::cosh(x), math::erf(x), math::gamma(x), math::lgamma(x), math::digamma(x)}) {
      all = all * 1000003 + (std::isnan(value) ? 1 : std::bit_cast<std::uint64_t>(value));
    }
  }
  CHECK(all == 6334740518568495875U);
}
