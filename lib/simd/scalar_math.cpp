#include "simd/scalar_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "simd/number_parts.hpp"
#include "simd/vector_math.hpp"

namespace lookahead::math {
namespace {

using Constants = vector_math::Precision<double>;

constexpr double negligible = 0x1p-54;  // beside 1
constexpr std::uint64_t one_bits = Constants::bias << Constants::mantissa_bits;

double power_of_two(std::int64_t n) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + static_cast<std::int64_t>(Constants::bias))
                               << Constants::mantissa_bits);
}

// x + low = n ln 2 + r with an integer n and |r| <= ln(2) / 2, |x| < 750.
struct ReducedExponent {
  std::int64_t n;
  DoubleDouble expm1_of_r;
};
ReducedExponent reduced_exponent(double x, double low) {
  const double rounded = x * Constants::inverse_ln2 + Constants::round;
  const double n = rounded - Constants::round;
  const DoubleDouble r = exact_sum_by_size(x - n * Constants::ln2_high, low - n * Constants::ln2_low);
  // (e^r - 1 - r - r^2 / 2) / r^3 for |r| <= ln(2) / 2
  constexpr std::array<double, 10> third = {
      0x1.5555555555556p-3,  0x1.5555555555555p-5,  0x1.11111111109b5p-7,  0x1.6c16c16c167e2p-10,
      0x1.a01a01a7c2efep-13, 0x1.a01a01a47a591p-16, 0x1.71de0db2f6b19p-19, 0x1.27e4e1f7222cbp-22,
      0x1.af389ecfc4b9cp-26, 0x1.1f66d948a47d2p-29};
  const double square = r.high * r.high;
  const double rest = square * r.high * vector_math::polynomial(third, r.high);
  const DoubleDouble sum = exact_sum_by_size(r.high, square / 2);
  return {static_cast<std::int64_t>(n),
          exact_sum_by_size(sum.high, sum.low + (rest + (r.low + r.low * r.high)))};
}

// x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), for a positive finite x.
struct SplitNumber {
  double k, f;
};
SplitNumber split_number(double x) {
  constexpr int lift = Constants::mantissa_bits + 1;
  const bool subnormal = x < std::numeric_limits<double>::min();
  const auto bits = std::bit_cast<std::uint64_t>(subnormal ? x * 0x1p53 : x);
  const std::uint64_t moved = bits + (one_bits - Constants::sqrt_half_bits);
  const auto exponent = static_cast<std::int64_t>(moved >> Constants::mantissa_bits);
  constexpr std::uint64_t mantissa = (std::uint64_t{1} << Constants::mantissa_bits) - 1;
  return {static_cast<double>(exponent - static_cast<std::int64_t>(Constants::bias) - (subnormal ? lift : 0)),
          std::bit_cast<double>((moved & mantissa) + Constants::sqrt_half_bits) - 1};
}

// k ln 2 + log(1 + f) + low, with a small `low`.
double log_of_parts(double k, double f, double low) {
  const double s = f / (2 + f);
  const double square = s * s;
  const double half = 0.5 * f * f;
  const double rest = s * (half + square * vector_math::polynomial(Constants::logarithm, square)) +
                      (k * Constants::ln2_low + low);
  return k * Constants::ln2_high - ((half - rest) - f);
}

// log(1 + f) to some 65 bits, for 1 + f between sqrt(1/2) and sqrt(2).
DoubleDouble log_of_fraction(double f) {
  // (2 artanh(s) - 2 s - 2/3 s^3) / s^5 by s^2, for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1)
  constexpr std::array<double, 8> fifth = {0x1.999999999999ap-2, 0x1.2492492492521p-2, 0x1.c71c71c6eaa8dp-3,
                                           0x1.745d177a8f200p-3, 0x1.3b1395d4f9e5fp-3, 0x1.1118c74823a2ep-3,
                                           0x1.df7ce9a6bcccbp-4, 0x1.e02d197c00c78p-4};
  constexpr DoubleDouble third = {0x1.5555555555555p-1, 0x1.5555555555555p-55};
  const DoubleDouble s = DoubleDouble{f, 0} / exact_sum(2, f);
  const DoubleDouble square = s * s;
  const DoubleDouble slope =
      third + DoubleDouble{square.high * vector_math::polynomial(fifth, square.high), 0};
  return DoubleDouble{2 * s.high, 2 * s.low} + s * (square * slope);
}

bool whole(double x) { return std::floor(x) == x; }
bool odd(double x) { return whole(x) && !whole(x / 2); }

// The power of a base that is 0 or infinite, or with an exponent that is so.
double limit_of_power(double base, double exponent) {
  const double size = std::abs(base);
  const double sign = odd(exponent) ? std::copysign(1.0, base) : 1.0;
  if (size == 1) return 1;
  return (size > 1) == (exponent > 0) ? sign * infinity : sign * 0;
}

// e^x / 2 for a positive x that leaves nothing of e^-x beside it.
double half_of_exp(double x) {
  if (x > Constants::highest_exponent + 1) return infinity;
  const auto [fraction, n] = exp_in_parts({x, 0});
  return scaled(fraction.high, n - 1);
}
constexpr double lost_beside_inverse = 22;  // e^-x is, beside e^x

}  // namespace

double scaled(double x, std::int64_t n) {
  if (n >= -1021 && n <= 1023) return x * power_of_two(n);
  return x * power_of_two(n / 2) * power_of_two(n - n / 2);
}

ScaledParts exp_in_parts(DoubleDouble x) {
  const auto [n, expm1] = reduced_exponent(x.high, x.low);
  const DoubleDouble sum = exact_sum_by_size(1, expm1.high);
  return {exact_sum_by_size(sum.high, sum.low + expm1.low), n};
}

DoubleDouble expm1_in_parts(double x) {
  const auto [n, expm1] = reduced_exponent(x, 0);
  if (n == 0) return expm1;
  const double scale = power_of_two(n);
  const DoubleDouble sum = exact_sum(scale - 1, scale * expm1.high);
  return exact_sum_by_size(sum.high, sum.low + scale * expm1.low);
}

DoubleDouble log_in_parts(double x) {
  const auto [k, f] = split_number(x);
  return exact_sum(k * Constants::ln2_high, k * Constants::ln2_low) + log_of_fraction(f);
}

double exp(double x) {
  if (x < Constants::lowest_exponent) return 0;
  if (x > Constants::highest_exponent) return infinity;
  if (x != x) return x;
  const auto [fraction, n] = exp_in_parts({x, 0});
  return scaled(fraction.high, n);
}

double expm1(double x) {
  if (x < Constants::saturation) return -1;
  if (x > -Constants::saturation) return exp(x);
  if (std::abs(x) < negligible || x != x) return x;
  return expm1_in_parts(x).high;
}

double tanh(double x) {
  const double size = std::abs(x);
  if (size < 0x1p-28 || x != x) return x;
  constexpr double saturation = 20;
  if (size > saturation) return std::copysign(1.0, x);
  const DoubleDouble expm1 = expm1_in_parts(2 * size);
  return std::copysign((expm1 / (expm1 + DoubleDouble{2, 0})).high, x);
}

double sinh(double x) {
  const double size = std::abs(x);
  if (size < 0x1p-28 || x != x) return x;
  if (size > lost_beside_inverse) return std::copysign(half_of_exp(size), x);
  const DoubleDouble expm1 = expm1_in_parts(size);
  return std::copysign((expm1 + expm1 / (expm1 + DoubleDouble{1, 0})).high / 2, x);
}

double cosh(double x) {
  const double size = std::abs(x);
  if (x != x) return x;
  if (size > lost_beside_inverse) return half_of_exp(size);
  const DoubleDouble exponential = expm1_in_parts(size) + DoubleDouble{1, 0};
  return (exponential + DoubleDouble{1, 0} / exponential).high / 2;
}

double log(double x) {
  if (!(x > 0)) return x == 0 ? -infinity : not_a_number;
  if (x == infinity) return x;
  const auto [k, f] = split_number(x);
  return log_of_parts(k, f, 0);
}

double log1p(double x) {
  if (!(x > -1)) return x == -1 ? -infinity : not_a_number;
  if (x == infinity || std::abs(x) < negligible) return x;
  constexpr double lowest = -0.29, highest = 0.41;  // 1 + x within [sqrt(1/2), sqrt(2)]
  if (x > lowest && x < highest) return log_of_parts(0, x, 0);
  const DoubleDouble sum = exact_sum(1, x);
  const auto [k, f] = split_number(sum.high);
  return log_of_parts(k, f, sum.low / sum.high);
}

double log2(double x) {
  constexpr DoubleDouble ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  if (!(x > 0) || x == infinity) return log(x);
  const auto [k, f] = split_number(x);
  return (DoubleDouble{k, 0} + log_of_fraction(f) / ln2).high;
}

double log10(double x) {
  constexpr DoubleDouble ln10 = {0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53};
  if (!(x > 0) || x == infinity || x == 1) return log(x);
  return (log_in_parts(x) / ln10).high;
}

double pow(double base, double exponent) {
  if (exponent == 0 || base == 1) return 1;
  if (base != base || exponent != exponent) return not_a_number;
  const double size = std::abs(base);
  constexpr double huge = 0x1p65;  // as an exponent of the number next to 1
  if (size == 0 || size == infinity || std::abs(exponent) > huge) return limit_of_power(base, exponent);
  if (base < 0 && !whole(exponent)) return not_a_number;
  const double sign = base < 0 && odd(exponent) ? -1 : 1;
  const DoubleDouble log = log_in_parts(size);
  const DoubleDouble product = exact_product(exponent, log.high);
  if (product.high < Constants::lowest_exponent) return sign * 0;
  if (product.high > Constants::highest_exponent) return sign * infinity;
  const auto [fraction, n] = exp_in_parts({product.high, product.low + exponent * log.low});
  return sign * scaled(fraction.high, n);
}

double cbrt(double x) {
  const double size = std::abs(x);
  if (!(size > 0) || size == infinity) return x;
  const double root = pow(size, 1.0 / 3);
  return std::copysign(root + (size / (root * root) - root) / 3, x);
}

double hypot(double x, double y) {
  const double a = std::abs(x), b = std::abs(y);
  if (a == infinity || b == infinity) return infinity;
  if (a != a || b != b) return not_a_number;
  // Squares of what is in between neither overflow nor lose digits that count.
  constexpr double low = 0x1p-450, high = 0x1p500;
  const double scale = a > high || b > high ? 0x1p-600 : a < low && b < low ? 0x1p600 : 1;
  const DoubleDouble first = exact_product(a * scale, a * scale);
  const DoubleDouble second = exact_product(b * scale, b * scale);
  const DoubleDouble sum = exact_sum(first.high, second.high);
  if (sum.high == 0) return 0;
  const double root = std::sqrt(sum.high);
  const DoubleDouble square = exact_product(root, root);
  const double rest = (sum.high - square.high) - square.low + (sum.low + (first.low + second.low));
  return (root + rest / (2 * root)) / scale;
}

}  // namespace lookahead::math
