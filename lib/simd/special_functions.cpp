#include <array>
#include <cmath>

#include "simd/number_parts.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_math.hpp"

namespace lookahead::math {
namespace {

// Gamma(x) is 1/x to the last place, its derivative's quotient -1/x.
constexpr double beside_pole = 0x1p-60;
// log Gamma(x) is x (log(x) - 1), its derivative log(x).
constexpr double far_out = 0x1p60;

constexpr DoubleDouble pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};

bool integer(double x) { return std::floor(x) == x; }

// Stirling's series for x >= 10 (Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 6.1.41
// and 6.3.18), by powers of 1/x^2: B_2k / (2 k (2 k - 1)) and B_2k / (2 k).
constexpr double series_from = 10;
constexpr std::array<double, 11> of_log_gamma = {
    0x1.5555555555555p-4,  -0x1.6c16c16c16c17p-9,  0x1.a01a01a01a01ap-11, -0x1.3813813813814p-11,
    0x1.b951e2b18ff23p-11, -0x1.f6ab0d9993c7dp-10, 0x1.a41a41a41a41ap-8,  -0x1.e4286cb0f5398p-6,
    0x1.6fe96381e0680p-3,  -0x1.6476701181f3ap+0,  0x1.ace44322ce006p+3};
constexpr std::array<double, 11> of_digamma = {
    0x1.5555555555555p-4, -0x1.1111111111111p-7, 0x1.0410410410410p-8, -0x1.1111111111111p-8,
    0x1.f07c1f07c1f08p-8, -0x1.5995995995996p-6, 0x1.5555555555555p-4, -0x1.c5e5e5e5e5e5ep-2,
    0x1.86e7f9b9fe6e8p+1, -0x1.a74ca514ca515p+4, 0x1.1975cc0ed7304p+8};

// log Gamma(x) for x >= 10.
DoubleDouble series_of_log_gamma(DoubleDouble x) {
  constexpr DoubleDouble half_log_of_two_pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};
  const double inverse = 1 / x.high;
  const double series = inverse * vector_math::polynomial(of_log_gamma, inverse * inverse);
  return (x - DoubleDouble{0.5, 0}) * log_in_parts(x) - x + half_log_of_two_pi + DoubleDouble{series, 0};
}

// The first of x, x + 1, x + 2, ... that the series take, and the product of those before it; x > 0.
struct Risen {
  DoubleDouble x, product;
};
Risen risen(DoubleDouble x) {
  DoubleDouble product = {1, 0};
  for (; x.high < series_from; x = x + DoubleDouble{1, 0}) product = product * x;
  return {x, product};
}

// Gamma(x) = fraction 2^n, beside_pole < x < 200.
ScaledParts gamma_in_parts(DoubleDouble x) {
  const Risen above = risen(x);
  const auto [fraction, n] = exp_in_parts(series_of_log_gamma(above.x));
  return {fraction / above.product, n};
}

DoubleDouble log_gamma_in_parts(DoubleDouble x) {
  const Risen above = risen(x);
  const DoubleDouble log = series_of_log_gamma(above.x);
  return above.product.high == 1 ? log : log - log_in_parts(above.product);
}

DoubleDouble digamma_in_parts(DoubleDouble x) {
  DoubleDouble sum = {0, 0};
  for (; x.high < series_from; x = x + DoubleDouble{1, 0}) sum = sum + DoubleDouble{1, 0} / x;
  const double inverse = 1 / x.high, square = inverse * inverse;
  const double series = square * vector_math::polynomial(of_digamma, square);
  return log_in_parts(x) - (sum + DoubleDouble{0.5, 0} / x + DoubleDouble{series, 0});
}

// What the reflections at 1/2 need of a number below zero that is no integer: the distance from the nearest
// integer, whether that is odd, and 1 - x.
struct Reflected {
  double rest;
  bool odd;
  DoubleDouble x;
};
Reflected reflected(double x) {
  const double nearest = std::floor(x + 0.5);
  return {x - nearest, !integer(nearest / 2), exact_sum(1, -x)};
}

// log Gamma(2 + t), |t| <= 1/4.
double log_gamma_beside_two(double t) {
  constexpr std::array<double, 16> slope = {
      0x1.b0ee6072093cep-2,   0x1.4a34cc4a60fa6p-2,  -0x1.13e001a557607p-4,  0x1.51322ac7d8484p-6,
      -0x1.e404fc218eb7cp-8,  0x1.7add6eadb624fp-9,  -0x1.38ac5c2d47272p-10, 0x1.0b36af8775222p-11,
      -0x1.d3fd49e7660f4p-13, 0x1.a127ae867d9c7p-14, -0x1.78dfb85bcd00ep-15, 0x1.580f180a63871p-16,
      -0x1.3c5628566d6f4p-17, 0x1.2536e846d22d2p-18, -0x1.214963e43c4afp-19, 0x1.0f1d1040aef59p-20};
  return t * vector_math::polynomial(slope, t);
}

}  // namespace

double erf(double x) {
  // erf(x) / x - 1 by x^2, for |x| <= 1
  constexpr std::array<double, 13> slope = {
      0x1.06eba8214db69p-3,  -0x1.812746b0379e6p-2,  0x1.ce2f21a042b30p-4,  -0x1.b82ce31284e00p-6,
      0x1.565bcd0dbaa38p-8,  -0x1.c02db3dac435fp-11, 0x1.f9a321d5b8e1ep-14, -0x1.f4d1e3183f7aep-17,
      0x1.b9df224ca4b97p-20, -0x1.5f1ecb6f0764cp-23, 0x1.f7b4bf3b13964p-27, -0x1.389d4f2641625p-30,
      0x1.05ffd737fb32ep-34};
  // (2 + x) e^(x^2) (1 - erf(x)) by (2 - x) / (2 + x), for 1 <= x <= 6
  constexpr std::array<double, 18> tail = {
      0x1.058671b52c776p+0,   0x1.5fd386754eff9p-1,   0x1.1e2deea6b1168p-2,   0x1.2a88e6107d856p-5,
      -0x1.606e415521e49p-6,  -0x1.a89eaff8de196p-8,  0x1.9517bb6039bb6p-9,   0x1.b6fbf9fdd8602p-11,
      -0x1.5ba42ff1b06a3p-11, -0x1.2054336eb19ecp-15, 0x1.2ef7d3f8c846ap-13,  -0x1.1e7c794f40767p-15,
      -0x1.6b4a2980a8f31p-16, 0x1.0f74ec442cf9cp-16,  -0x1.65bcfc67c4b7ep-20, -0x1.12443c3bc47d9p-18,
      0x1.35a85095a03bcp-19,  0x1.4d66a208ce50ap-20};
  const double size = std::abs(x);
  if (x != x) return x;
  if (size > 6) return std::copysign(1.0, x);
  if (size <= 1) return x + x * vector_math::polynomial(slope, x * x);
  const DoubleDouble square = exact_product(x, x);
  const auto [fraction, n] = exp_in_parts(-square);
  const double rest = fraction.high * vector_math::polynomial(tail, (2 - size) / (2 + size)) / (2 + size);
  return std::copysign(1 - scaled(rest, n), x);
}

double gamma(double x) {
  constexpr double highest = 172, lowest = -190;  // beyond, the result is infinite or zero
  if (x != x || x == infinity) return x;
  if (std::abs(x) < beside_pole) return 1 / x;
  if (x > highest) return infinity;
  if (x < 0 && integer(x)) return not_a_number;
  if (x > 0) {
    const auto [fraction, n] = gamma_in_parts({x, 0});
    return scaled(fraction.high, n);
  }
  const Reflected other = reflected(x);
  const double sign = other.odd ? -1 : 1;
  if (x < lowest) return sign * std::copysign(0.0, other.rest);
  const auto [fraction, n] = gamma_in_parts(other.x);
  return sign * scaled((pi / (of_half_turns(other.rest).sine * fraction)).high, -n);
}

double lgamma(double x) {
  if (x != x) return x;
  const double size = std::abs(x);
  if (size == infinity || (x <= 0 && integer(x))) return infinity;
  if (size < beside_pole) return -log(size);
  if (x > far_out) return x * (log_in_parts(x) - DoubleDouble{1, 0}).high;
  if (std::abs(x - 2) <= 0.25) return log_gamma_beside_two(x - 2);
  if (std::abs(x - 1) <= 0.25) return log_gamma_beside_two(x - 1) - log1p(x - 1);
  if (x > 0) return log_gamma_in_parts({x, 0}).high;
  const Reflected other = reflected(x);
  const DoubleDouble sine = of_half_turns(std::abs(other.rest)).sine;
  return (log_in_parts(pi / sine) - log_gamma_in_parts(other.x)).high;
}

double digamma(double x) {
  if (x != x || x == infinity) return x;
  if (x == -infinity || (x < 0 && integer(x))) return not_a_number;
  if (std::abs(x) < beside_pole) return -1 / x;
  if (x > far_out) return log(x);
  if (x > 0) return digamma_in_parts({x, 0}).high;
  const Reflected other = reflected(x);
  const auto [sine, cosine] = of_half_turns(other.rest);
  return (digamma_in_parts(other.x) - pi * cosine / sine).high;
}

}  // namespace lookahead::math
