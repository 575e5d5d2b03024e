#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "random/stream.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

// Distance from the exact value in units in the last place of the nearest number.
inline double units(double value, long double exact) {
  const auto nearest = static_cast<double>(exact);
  if (value == nearest || (std::isnan(value) && std::isnan(nearest))) return 0;
  if (!std::isfinite(value) || !std::isfinite(nearest)) return std::numeric_limits<double>::infinity();
  const double size = std::abs(nearest);
  const double unit = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
  return static_cast<double>(std::abs(static_cast<long double>(value) - exact) /
                             static_cast<long double>(unit));
}

inline std::vector<double> evenly(double low, double high) {
  std::vector<double> points(8192);
  Stream(21, Purpose::probe).uniforms(0, points);
  for (double& x : points) x = low + (high - low) * x;
  return points;
}

// Of both signs, the binary logarithms of their sizes evenly between low and high.
inline std::vector<double> of_all_sizes(double low, double high) {
  std::vector<double> points = evenly(low, high);
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = (i % 2 == 0 ? 1 : -1) * math::pow(2, points[i]);
  return points;
}

inline std::vector<double> positive(std::vector<double> points) {
  for (double& x : points) x = std::abs(x);
  return points;
}

template <class Function, class Exact>
double worst(const std::vector<double>& points, Function function, Exact exact) {
  double worst = 0;
  for (const double x : points)
    worst = std::max(worst, units(function(x), exact(static_cast<long double>(x))));
  return worst;
}

#define EXACT(name) [](long double x) { return std::name(x); }

inline const double infinity = std::numeric_limits<double>::infinity();
inline const double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline const std::vector<double> specials = {0.0,
                                             -0.0,
                                             1,
                                             -1,
                                             0.5,
                                             -0.5,
                                             2,
                                             -2,
                                             3,
                                             -3,
                                             10,
                                             1e17,
                                             9007199254740992.0,
                                             -9007199254740991.0,
                                             std::numeric_limits<double>::min(),
                                             std::numeric_limits<double>::denorm_min(),
                                             -std::numeric_limits<double>::denorm_min(),
                                             std::numeric_limits<double>::max(),
                                             std::numeric_limits<double>::lowest(),
                                             infinity,
                                             -infinity,
                                             not_a_number};

// The same number up to a unit in the last place, zeros with their sign.
inline bool alike(double a, double b) {
  return units(a, static_cast<long double>(b)) <= 1 &&
         (std::isnan(a) || a != 0 || std::signbit(a) == std::signbit(b));
}

}  // namespace lookahead
