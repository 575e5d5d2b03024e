#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>

#include "simd/double_double.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_math.hpp"

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

// For |x| < 2^20, from which on a multiple of the first part of pi/2 is not exact (Cody and Waite, "Software
// Manual for the Elementary Functions", 1980).
Angle angle_of_moderate(double x) {
  constexpr double part1 = 0x1.921fb544p+0, part2 = 0x1.0b4611a6p-34, part3 = 0x1.3198a2ep-69,
                   part4 = 0x1.b839a252049c1p-104;
  constexpr double round = 0x1.8p52;
  const double rounded = x * (2 / std::numbers::pi) + round;
  const double n = rounded - round;
  const DoubleDouble second = exact_sum(x - n * part1, -(n * part2));
  const DoubleDouble third = exact_sum(second.high, -(n * part3));
  const double low = (second.low + third.low) - n * part4;
  return {static_cast<int>(std::bit_cast<std::uint64_t>(rounded) & 3), exact_sum_by_size(third.high, low)};
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
  if (above_half != (x < 0)) fraction = {-fraction.high, -fraction.low};
  return {(x < 0 ? -quadrant : quadrant) & 3, fraction};
}

Angle angle_of(double x) {
  constexpr double small = std::numbers::pi / 4, large = 0x1p20;
  const double size = std::abs(x);
  if (size <= small) return {0, {x, 0}};
  return size < large ? angle_of_moderate(x) : angle_of_large(x);
}

double sine_of_rest(DoubleDouble x) {
  // (sin(x) - x) / x^3 by x^2, for |x| <= pi/4
  constexpr std::array<double, 7> third = {
      -0x1.5555555555555p-3,  0x1.1111111111110p-7,  -0x1.a01a01a019938p-13, 0x1.71de3a546095bp-19,
      -0x1.ae645412c560cp-26, 0x1.61217f0b800d5p-33, -0x1.ab17d404de5b3p-41};
  const double square = x.high * x.high;
  return x.high + (x.low * (1 - square / 2) + square * x.high * vector_math::polynomial(third, square));
}

double cosine_of_rest(DoubleDouble x) {
  // (cos(x) - 1 + x^2 / 2) / x^4 by x^2, for |x| <= pi/4
  constexpr std::array<double, 6> fourth = {0x1.5555555555555p-5,  -0x1.6c16c16c16967p-10,
                                            0x1.a01a019f4eb01p-16, -0x1.27e4fa17da09ep-22,
                                            0x1.1eeb68e93b64cp-29, -0x1.907da367a37cbp-37};
  const double square = x.high * x.high;
  const DoubleDouble start = exact_sum_by_size(1, -0.5 * square);
  return start.high +
         (start.low + (square * square * vector_math::polynomial(fourth, square) - x.high * x.low));
}

// Both, so that the quadrant, which no processor guesses well, decides between numbers only.
SineCosine both_of(const Angle& angle) {
  const double sine = sine_of_rest(angle.rest), cosine = cosine_of_rest(angle.rest);
  const bool even = angle.quadrant % 2 == 0;
  const double along = even ? sine : cosine, across = even ? cosine : sine;
  return {angle.quadrant < 2 ? along : -along, angle.quadrant == 0 || angle.quadrant == 3 ? across : -across};
}

bool finite(double x) { return std::isfinite(x); }

constexpr double tiny = 0x1p-27;  // the sine is the angle, zeros with their sign

// The angle whose tangent is y/x, 0 <= y <= x, x > 0, both far from the ends of the range of the numbers.
DoubleDouble arc_tangent(double y, double x) {
  // (atan(u) - u) / u^3 by u^2, for |u| <= 1/4
  constexpr std::array<double, 9> third = {
      -0x1.5555555555555p-2, 0x1.9999999999819p-3,  -0x1.249249246a320p-3,
      0x1.c71c71937c71bp-4,  -0x1.745d069641c85p-4, 0x1.3b10a743ad56dp-4,
      -0x1.10bd65ecddbdbp-4, 0x1.d7490973936c1p-5,  -0x1.50271856f7796p-5};
  constexpr DoubleDouble of_half = {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56};
  // The angle of a point near y/x, of 0, 1/2 or 1, and of the tangent of what is left.
  DoubleDouble known = {0, 0}, u;
  if (y <= 0.25 * x) {
    u = DoubleDouble{y, 0} / DoubleDouble{x, 0};
  } else if (y <= 0.75 * x) {
    known = of_half;
    u = exact_sum(y, -x / 2) / exact_sum(x, y / 2);
  } else {
    known = quarter_pi;
    u = exact_sum(y, -x) / exact_sum(x, y);
  }
  const double square = u.high * u.high;
  const double rest = u.low + u.high * square * vector_math::polynomial(third, square);
  const DoubleDouble sum = exact_sum(known.high, u.high);
  return exact_sum_by_size(sum.high, sum.low + (known.low + rest));
}

}  // namespace

SineCosine sine_and_cosine(double x) {
  if (std::abs(x) < tiny) return {x, 1};
  if (!finite(x)) return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  return both_of(angle_of(x));
}
double sin(double x) { return sine_and_cosine(x).sine; }
double cos(double x) { return sine_and_cosine(x).cosine; }

double atan2(double y, double x) {
  if (x != x || y != y) return std::numeric_limits<double>::quiet_NaN();
  double far = std::abs(x), near = std::abs(y);
  const bool steep = near > far;
  if (steep) std::swap(far, near);
  const double infinity = std::numeric_limits<double>::infinity();
  DoubleDouble angle = {0, 0};
  if (near == infinity) {
    angle = quarter_pi;
  } else if (far > 0 && far < infinity) {
    constexpr double narrow = 0x1p-28, low = 0x1p-900, high = 0x1p900;
    const double scale = far > high ? 0x1p-200 : far < low ? 0x1p200 : 1;
    const double ratio = near / far;
    angle = ratio < narrow ? DoubleDouble{ratio, 0} : arc_tangent(near * scale, far * scale);
  }
  if (steep) angle = half_pi + DoubleDouble{-angle.high, -angle.low};
  if (std::signbit(x)) angle = whole_pi + DoubleDouble{-angle.high, -angle.low};
  return std::copysign(angle.high, y);
}

}  // namespace lookahead::math
