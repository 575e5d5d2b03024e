#pragma once
#include <cstdint>
#include <limits>

#include "simd/double_double.hpp"

namespace lookahead::math {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// What the functions of a number share: results before they are rounded, to some 60 bits unless said
// otherwise. Arguments are finite and within the ranges given; nothing is checked.

// x 2^n, where 2^n may be beyond the normal numbers.
double scaled(double x, std::int64_t n);

// e^(x.high + x.low) = fraction 2^n, |x| < 750.
struct ScaledParts {
  DoubleDouble fraction;
  std::int64_t n;
};
ScaledParts exp_in_parts(DoubleDouble x);

// e^x - 1, |x| < 45.
DoubleDouble expm1_in_parts(double x);

// log(x), x > 0; of a number in parts, whose second part tells.
DoubleDouble log_in_parts(double x);
inline DoubleDouble log_in_parts(DoubleDouble x) {
  return log_in_parts(x.high) + DoubleDouble{x.low / x.high, 0};
}

// sin(pi x) and cos(pi x), |x| <= 1/2.
struct SineCosineInParts {
  DoubleDouble sine, cosine;
};
SineCosineInParts of_half_turns(double x);

inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }
inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

}  // namespace lookahead::math
