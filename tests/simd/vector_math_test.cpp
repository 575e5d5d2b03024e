#include "simd/vector_math.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "random/stream.hpp"

using namespace lookahead;

namespace {

template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, FloatLanes, Lanes>;
template <class T>
constexpr std::size_t width = sizeof(Wide<T>) / sizeof(T);

// `function` at all points, whose number is a multiple of the lanes'.
template <class T, class Function>
std::vector<T> at_all(const std::vector<T>& points, Function function) {
  std::vector<T> values(points.size());
  for (std::size_t i = 0; i < points.size(); i += width<T>) {
    Wide<T> lanes;
    std::memcpy(&lanes, points.data() + i, sizeof lanes);
    lanes = function(lanes);
    std::memcpy(values.data() + i, &lanes, sizeof lanes);
  }
  return values;
}

template <class T, class Function>
T at(T x, Function function) {
  return at_all(std::vector<T>(width<T>, x), function).front();
}

// Points between low and high: evenly drawn, or their binary logarithms with both signs.
template <class T>
std::vector<T> points_between(double low, double high, bool logarithmic) {
  std::vector<double> draws(8192);
  Stream(11, Purpose::probe).uniforms(logarithmic ? 1 : 0, draws);
  std::vector<T> points;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double x = low + (high - low) * draws[i];
    points.push_back(static_cast<T>(logarithmic ? (i % 2 == 0 ? 1 : -1) * std::exp2(x) : x));
  }
  return points;
}

// Distance from the exact value in units in the last place of the nearest number.
template <class T>
double units(T value, long double exact) {
  const T nearest = static_cast<T>(exact);
  if (value == nearest || (std::isnan(value) && std::isnan(nearest))) return 0;
  if (!std::isfinite(value) || !std::isfinite(nearest)) return std::numeric_limits<double>::infinity();
  const T size = std::abs(nearest);
  const T unit = std::nextafter(size, std::numeric_limits<T>::infinity()) - size;
  return static_cast<double>(std::abs(static_cast<long double>(value) - exact) /
                             static_cast<long double>(unit));
}

template <class T, class Function, class Exact>
double worst_units(const std::vector<T>& points, Function function, Exact exact) {
  const std::vector<T> values = at_all(points, function);
  double worst = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    worst = std::max(worst, units(values[i], exact(static_cast<long double>(points[i]))));
  }
  return worst;
}

const auto exp_lanes = [](auto x) { return exp(x); };
const auto expm1_lanes = [](auto x) { return expm1(x); };
const auto log_lanes = [](auto x) { return log(x); };
const auto log1p_lanes = [](auto x) { return log1p(x); };
const auto tanh_lanes = [](auto x) { return tanh(x); };

}  // namespace

TEST_CASE_TEMPLATE("exp is right to two units in the last place, also where it is subnormal", T, float,
                   double) {
  const auto exact = [](long double x) { return std::exp(x); };
  const bool single = sizeof(T) == 4;
  CHECK(worst_units(points_between<T>(-1, 1, false), exp_lanes, exact) <= 2);
  CHECK(worst_units(points_between<T>(-40, 40, false), exp_lanes, exact) <= 2);
  CHECK(worst_units(points_between<T>(single ? -106 : -750, single ? 90 : 712, false), exp_lanes, exact) <=
        2);
  CHECK(worst_units(points_between<T>(-60, 6, true), exp_lanes, exact) <= 2);
}

TEST_CASE_TEMPLATE("expm1 is right to 2.6 units in the last place, also of tiny arguments", T, float,
                   double) {
  const auto exact = [](long double x) { return std::expm1(x); };
  CHECK(worst_units(points_between<T>(-2, 2, false), expm1_lanes, exact) <= 2.6);
  CHECK(worst_units(points_between<T>(sizeof(T) == 4 ? -106 : -750, sizeof(T) == 4 ? 90 : 712, false),
                    expm1_lanes, exact) <= 2.6);
  CHECK(worst_units(points_between<T>(sizeof(T) == 4 ? -149 : -1074, 6, true), expm1_lanes, exact) <= 2.6);
}

TEST_CASE_TEMPLATE("log is right to two units in the last place, also near 1 and of subnormal numbers", T,
                   float, double) {
  const auto exact = [](long double x) { return std::log(x); };
  std::vector<T> sizes = points_between<T>(sizeof(T) == 4 ? -149 : -1074, sizeof(T) == 4 ? 128 : 1024, true);
  for (T& x : sizes) x = std::abs(x);
  CHECK(worst_units(sizes, log_lanes, exact) <= 2);
  CHECK(worst_units(points_between<T>(0.99, 1.01, false), log_lanes, exact) <= 2);
  CHECK(worst_units(points_between<T>(0.5, 2, false), log_lanes, exact) <= 2);
}

TEST_CASE_TEMPLATE("log1p is right to two units in the last place from the smallest argument to the largest",
                   T, float, double) {
  const auto exact = [](long double x) { return std::log1p(x); };
  CHECK(worst_units(points_between<T>(-1, 1, false), log1p_lanes, exact) <= 2);
  CHECK(worst_units(points_between<T>(0, 10, false), log1p_lanes, exact) <= 2);
  CHECK(worst_units(points_between<T>(sizeof(T) == 4 ? -149 : -1074, -1, true), log1p_lanes, exact) <= 2);
  std::vector<T> large = points_between<T>(-1, sizeof(T) == 4 ? 128 : 1024, true);
  for (T& x : large) x = std::abs(x);
  CHECK(worst_units(large, log1p_lanes, exact) <= 2);
}

TEST_CASE_TEMPLATE("log1p of fractions is right to two units in the last place", T, float, double) {
  const auto fraction = [](auto x) {
    return vector_math::in_parts(x, [](auto part) { return vector_math::log1p_of_fraction(part); });
  };
  const auto exact = [](long double x) { return std::log1p(x); };
  CHECK(worst_units(points_between<T>(0, 1, false), fraction, exact) <= 2);
  std::vector<T> small = points_between<T>(sizeof(T) == 4 ? -149 : -1074, 0, true);
  for (T& x : small) x = std::abs(x);
  CHECK(worst_units(small, fraction, exact) <= 2);
  for (const T x : {T{0}, T{1}, std::numeric_limits<T>::quiet_NaN()}) {
    CHECK(units(at(x, fraction), std::log1p(static_cast<long double>(x))) <= 2);
  }
}

TEST_CASE_TEMPLATE("tanh is right to 2.6 units in the last place", T, float, double) {
  const auto exact = [](long double x) { return std::tanh(x); };
  CHECK(worst_units(points_between<T>(-2, 2, false), tanh_lanes, exact) <= 2.6);
  CHECK(worst_units(points_between<T>(-25, 25, false), tanh_lanes, exact) <= 2.6);
  CHECK(worst_units(points_between<T>(sizeof(T) == 4 ? -149 : -1074, 10, true), tanh_lanes, exact) <= 2.6);
}

TEST_CASE_TEMPLATE("elementary functions of special values are those of the standard library", T, float,
                   double) {
  using Limits = std::numeric_limits<T>;
  const T infinity = Limits::infinity(), none = Limits::quiet_NaN();
  for (const T x : {T{0}, T{-0.0F}, T{1}, T{-1}, T{-2}, T{-1000}, T{1000}, Limits::min(),
                    Limits::denorm_min(), Limits::max(), Limits::lowest(), infinity, -infinity, none}) {
    CAPTURE(x);
    CHECK(units(at(x, exp_lanes), std::exp(static_cast<long double>(x))) <= 2);
    CHECK(units(at(x, expm1_lanes), std::expm1(static_cast<long double>(x))) <= 2.6);
    CHECK(units(at(x, log_lanes), std::log(static_cast<long double>(x))) <= 2);
    CHECK(units(at(x, log1p_lanes), std::log1p(static_cast<long double>(x))) <= 2);
    CHECK(units(at(x, tanh_lanes), std::tanh(static_cast<long double>(x))) <= 2.6);
  }
  CHECK(at(T{0}, exp_lanes) == 1);
  CHECK(at(T{1}, log_lanes) == 0);
  CHECK(at(Limits::denorm_min(), log1p_lanes) == Limits::denorm_min());
  CHECK(std::signbit(at(T{-0.0F}, tanh_lanes)));
  CHECK(at(T{-9}, [](auto lanes) { return abs(lanes); }) == 9);
  CHECK(at(T{2}, [](auto lanes) { return sqrt(lanes); }) == std::sqrt(T{2}));
}

TEST_CASE_TEMPLATE("an elementary function has the same bits in every lane", T, float, double) {
  const std::vector<T> points = points_between<T>(-3, 3, false);
  const auto same = [&](auto function) {
    for (std::size_t i = 0; i < 64; ++i) {
      const T expected = at(points[i], function);
      for (std::size_t lane = 0; lane < width<T>; ++lane) {
        std::vector<T> others(points.begin() + static_cast<Index>(i),
                              points.begin() + static_cast<Index>(i + width<T>));
        others[lane] = points[i];
        const T found = at_all(others, function)[lane];
        CHECK((found == expected || (std::isnan(found) && std::isnan(expected))));
      }
    }
  };
  same(exp_lanes);
  same(expm1_lanes);
  same(log_lanes);
  same(log1p_lanes);
  same(tanh_lanes);
}

TEST_CASE("elementary functions of doubles have these bits on every machine") {
  // From builds by g++ 12 and clang 14 with registers of 16, 32 and 64 bytes.
  CHECK(at(0.3, exp_lanes) == 0x1.599058c8c1a96p+0);
  CHECK(at(-12.7, exp_lanes) == 0x1.9983e03b1de1p-19);
  CHECK(at(0.3, log_lanes) == -0x1.34378fcbda721p+0);
  CHECK(at(0.3, log1p_lanes) == 0x1.0ca937be1b9dcp-2);
  CHECK(at(0.3, tanh_lanes) == 0x1.2a4dda7d914fap-2);
  CHECK(at(0.3F, exp_lanes) == 0x1.599058p+0F);
  CHECK(at(0.3F, tanh_lanes) == 0x1.2a4ddap-2F);
}

TEST_CASE("exp of a negative number is exp, down to the smallest normal number") {
  using Pair = double __attribute__((vector_size(2 * sizeof(double))));
  for (double x = 0; x >= -708; x -= 0.37) {
    const Pair points{x, -708};
    CHECK(vector_math::exp_of_negative(points)[0] == vector_math::exp_of(points)[0]);
  }
  // Not 0, so that nothing is subnormal.
  CHECK(vector_math::exp_of_negative(Pair{-1e300, 0})[0] == vector_math::exp_of(Pair{-708, 0})[0]);
}
