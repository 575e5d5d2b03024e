#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "simd/number_parts.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_trigonometry.hpp"

namespace lookahead::math {
namespace {

constexpr DoubleDouble half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
constexpr DoubleDouble quarter_pi = {half_pi.high / 2, half_pi.low / 2};
constexpr DoubleDouble whole_pi = {2 * half_pi.high, 2 * half_pi.low};

// x = quadrant pi/2 + rest, |rest| <= pi/4; the quadrant modulo 4.
struct Angle {
  int quadrant;
  DoubleDouble rest;
};

Angle angle_of_moderate(double x) {
  const auto [rounded, rest] = trigonometry::angle_of(x);
  return {static_cast<int>(std::bit_cast<std::uint64_t>(rounded) & 3), {rest.high, rest.low}};
}

// For |x| >= 2^20: of the product with the bits of 2/pi only those that tell the angle (Payne and Hanek,
// "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983).
Angle angle_of_large(double x) {
  constexpr std::array<std::uint64_t, 21> two_by_pi = {0,
                                                       0xa2f9836e4e441529,
                                                       0xfc2757d1f534ddc0,
                                                       0xdb6295993c439041,
                                                       0xfe5163abdebbc561,
                                                       0xb7246e3a424dd2e0,
                                                       0x06492eea09d1921c,
                                                       0xfe1deb1cb129a73e,
                                                       0xe88235f52ebb4484,
                                                       0xe99c7026b45f7e41,
                                                       0x3991d639835339f4,
                                                       0x9c845f8bbdf9283b,
                                                       0x1ff897ffde05980f,
                                                       0xef2f118b5a0a6d1f,
                                                       0x6d367ecf27cb09b7,
                                                       0x4f463f669e5fea2d,
                                                       0x7527bac7ebe5f17b,
                                                       0x3d0739f78a5292ea,
                                                       0x6bfb5fb11f8d5d08,
                                                       0x56033046fc7b6bab,
                                                       0xf0cfbc209af4361d};
  __extension__ using Wide = unsigned __int128;
  const auto bits = std::bit_cast<std::uint64_t>(std::abs(x));
  const std::uint64_t mantissa = (bits & ((std::uint64_t{1} << 52) - 1)) | (std::uint64_t{1} << 52);
  // 192 bits of 2/pi from the first one on that, times the mantissa and the power of two, is not a multiple
  // of 4; the table begins 64 bits before the point.
  const int first = static_cast<int>(bits >> 52) - 1075 - 2 + 64;
  const auto word = static_cast<std::size_t>(first / 64);
  const int shift = first % 64;
  const auto window = [&](std::size_t i) {
    const std::uint64_t next = two_by_pi[word + i + 1];
    return two_by_pi[word + i] << shift | (shift == 0 ? 0 : next >> (64 - shift));
  };
  const Wide low = Wide{mantissa} * window(2);
  const Wide middle = Wide{mantissa} * window(1) + (low >> 64);
  const Wide top = Wide{mantissa * window(0)} + (middle >> 64);
  std::array<std::uint64_t, 3> product = {static_cast<std::uint64_t>(top), static_cast<std::uint64_t>(middle),
                                          static_cast<std::uint64_t>(low)};
  // Two bits of quadrants, the others are a fraction of one, rounded to the nearest.
  int quadrant = static_cast<int>(product[0] >> 62);
  product = {product[0] << 2 | product[1] >> 62, product[1] << 2 | product[2] >> 62, product[2] << 2};
  const bool above_half = product[0] >> 63 == 1;
  if (above_half) {
    ++quadrant;
    for (auto& part : product) part = ~part;
  }
  DoubleDouble fraction = {0, 0};
  double weight = 0x1p-32;
  for (const std::uint64_t part : product) {
    for (const std::uint64_t half : {part >> 32, part & 0xFFFFFFFF}) {
      const DoubleDouble sum = exact_sum(fraction.high, static_cast<double>(half) * weight);
      fraction = {sum.high, fraction.low + sum.low};
      weight *= 0x1p-32;
    }
  }
  fraction = fraction * half_pi;
  if (above_half != (x < 0)) fraction = -fraction;
  return {(x < 0 ? -quadrant : quadrant) & 3, fraction};
}

Angle angle_of(double x) {
  constexpr double small = std::numbers::pi / 4;
  const double size = std::abs(x);
  if (size <= small) return {0, {x, 0}};
  return size < trigonometry::moderate ? angle_of_moderate(x) : angle_of_large(x);
}

DoubleDouble sine_of_rest(DoubleDouble x) {
  const auto [high, low] = trigonometry::sine_of_rest<double>({x.high, x.low});
  return {high, low};
}
DoubleDouble cosine_of_rest(DoubleDouble x) {
  const auto [high, low] = trigonometry::cosine_of_rest<double>({x.high, x.low});
  return {high, low};
}

// Both, so that the quadrant, which no processor guesses well, decides between numbers only.
SineCosine both_of(const Angle& angle) {
  const double sine = sine_of_rest(angle.rest).high, cosine = cosine_of_rest(angle.rest).high;
  const bool even = angle.quadrant % 2 == 0;
  const double along = even ? sine : cosine, across = even ? cosine : sine;
  return {angle.quadrant < 2 ? along : -along, angle.quadrant == 0 || angle.quadrant == 3 ? across : -across};
}

bool finite(double x) { return std::isfinite(x); }

constexpr double narrow = 0x1p-28;  // the tangent is the angle

// The angle whose tangent is y/x, 0 <= y <= x, x > 0, both far from the ends of the range of the numbers.
DoubleDouble arc_tangent(DoubleDouble y, DoubleDouble x) {
  // (atan(u) - u) / u^3 by u^2, for |u| <= 1/4
  constexpr std::array<double, 9> third = {
      -0x1.5555555555555p-2, 0x1.9999999999819p-3,  -0x1.249249246a320p-3,
      0x1.c71c71937c71bp-4,  -0x1.745d069641c85p-4, 0x1.3b10a743ad56dp-4,
      -0x1.10bd65ecddbdbp-4, 0x1.d7490973936c1p-5,  -0x1.50271856f7796p-5};
  constexpr DoubleDouble of_half = {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56};
  // The angle of a point near y/x, of 0, 1/2 or 1, and of the tangent of what is left.
  DoubleDouble known = {0, 0}, u;
  if (y.high <= 0.25 * x.high) {
    u = y / x;
  } else if (y.high <= 0.75 * x.high) {
    known = of_half;
    u = (y - DoubleDouble{x.high / 2, x.low / 2}) / (x + DoubleDouble{y.high / 2, y.low / 2});
  } else {
    known = quarter_pi;
    u = (y - x) / (x + y);
  }
  const double square = u.high * u.high;
  const double rest = u.low + u.high * square * vector_math::polynomial(third, square);
  const DoubleDouble sum = exact_sum(known.high, u.high);
  return exact_sum_by_size(sum.high, sum.low + (known.low + rest));
}

// An angle between 0 and pi/2 by its sine, narrow <= sine <= 1.
DoubleDouble angle_by_sine(double sine) {
  const DoubleDouble square = exact_sum_by_size(1, -sine) * exact_sum(1, sine);
  DoubleDouble cosine = {std::sqrt(square.high), 0};
  if (cosine.high == 0) return half_pi;
  const DoubleDouble again = exact_product(cosine.high, cosine.high);
  cosine.low = ((square.high - again.high) - again.low + square.low) / (2 * cosine.high);
  if (sine <= cosine.high) return arc_tangent({sine, 0}, cosine);
  return half_pi - arc_tangent(cosine, {sine, 0});
}

}  // namespace

SineCosine sine_and_cosine(double x) {
  if (std::abs(x) < trigonometry::tiny) return {x, 1};
  if (!finite(x)) return {not_a_number, not_a_number};
  return both_of(angle_of(x));
}
double sin(double x) { return sine_and_cosine(x).sine; }
double cos(double x) { return sine_and_cosine(x).cosine; }

double tan(double x) {
  if (std::abs(x) < trigonometry::tiny) return x;
  if (!finite(x)) return not_a_number;
  const Angle angle = angle_of(x);
  const DoubleDouble sine = sine_of_rest(angle.rest), cosine = cosine_of_rest(angle.rest);
  return angle.quadrant % 2 == 0 ? (sine / cosine).high : -(cosine / sine).high;
}

SineCosineInParts of_half_turns(double x) {
  const double size = std::abs(x);
  const bool steep = size > 0.25;
  const DoubleDouble angle = whole_pi * DoubleDouble{steep ? 0.5 - size : size, 0};
  DoubleDouble sine = sine_of_rest(angle), cosine = cosine_of_rest(angle);
  if (steep) std::swap(sine, cosine);
  return {x < 0 ? -sine : sine, cosine};
}

double asin(double x) {
  const double size = std::abs(x);
  if (size < narrow) return x;
  return size <= 1 ? std::copysign(angle_by_sine(size).high, x) : not_a_number;
}

double acos(double x) {
  const double size = std::abs(x);
  if (!(size <= 1)) return not_a_number;
  const DoubleDouble angle = size < narrow ? DoubleDouble{size, 0} : angle_by_sine(size);
  return (x < 0 ? half_pi + angle : half_pi - angle).high;
}

double atan(double x) { return atan2(x, 1); }

double atan2(double y, double x) {
  if (x != x || y != y) return not_a_number;
  double far = std::abs(x), near = std::abs(y);
  const bool steep = near > far;
  if (steep) std::swap(far, near);
  DoubleDouble angle = {0, 0};
  if (near == infinity) {
    angle = quarter_pi;
  } else if (far > 0 && far < infinity) {
    constexpr double low = 0x1p-900, high = 0x1p900;
    const double scale = far > high ? 0x1p-200 : far < low ? 0x1p200 : 1;
    const double ratio = near / far;
    angle = ratio < narrow ? DoubleDouble{ratio, 0} : arc_tangent({near * scale, 0}, {far * scale, 0});
  }
  if (steep) angle = half_pi - angle;
  if (std::signbit(x)) angle = whole_pi - angle;
  return std::copysign(angle.high, y);
}

}  // namespace lookahead::math
