#pragma once
#include <array>
#include <numbers>

#include "simd/packs.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_math.hpp"

namespace lookahead {

// sin(x) and cos(x) of eight doubles or sixteen floats at once: of doubles the bits of math::sin and
// math::cos, of floats those of the double rounded. From 2^20 on the numbers of a register are computed one by
// one.

namespace trigonometry {

// A vector as the unevaluated sum of two.
template <class V>
struct Parts {
  V high, low;
};

template <class V>
[[gnu::always_inline]] inline Parts<V> sum_in_parts(V a, V b) {
  const V sum = a + b;
  const V of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}
template <class V>
[[gnu::always_inline]] inline Parts<V> sum_by_size(V a, V b) {
  const V sum = a + b;
  return {sum, (a - sum) + b};
}

// x = n pi/2 + rest, |rest| <= pi/4; the bits of `rounded` end in those of the integer n.
template <class V>
struct Angle {
  V rounded;
  Parts<V> rest;
};

inline constexpr double moderate = 0x1p20;  // a multiple of the first part of pi/2 is exact below
inline constexpr double tiny = 0x1p-27;     // the sine is the angle, zeros with their sign

// For |x| < moderate (Cody and Waite, "Software Manual for the Elementary Functions", 1980).
template <class V>
[[gnu::always_inline]] inline Angle<V> angle_of(V x) {
  constexpr double part1 = 0x1.921fb544p+0, part2 = 0x1.0b4611a6p-34, part3 = 0x1.3198a2ep-69,
                   part4 = 0x1.b839a252049c1p-104;
  constexpr double round = 0x1.8p52;
  const V rounded = x * (2 / std::numbers::pi) + round;
  const V n = rounded - round;
  const Parts<V> second = sum_in_parts<V>(x - n * part1, -(n * part2));
  const Parts<V> third = sum_in_parts<V>(second.high, -(n * part3));
  const V low = (second.low + third.low) - n * part4;
  return {rounded, sum_by_size<V>(third.high, low)};
}

template <class V>
[[gnu::always_inline]] inline Parts<V> sine_of_rest(Parts<V> x) {
  // (sin(x) - x) / x^3 by x^2, for |x| <= pi/4
  constexpr std::array<double, 7> third = {
      -0x1.5555555555555p-3,  0x1.1111111111110p-7,  -0x1.a01a01a019938p-13, 0x1.71de3a546095bp-19,
      -0x1.ae645412c560cp-26, 0x1.61217f0b800d5p-33, -0x1.ab17d404de5b3p-41};
  const V square = x.high * x.high;
  return sum_by_size<V>(x.high,
                        x.low * (1 - square / 2) + square * x.high * vector_math::polynomial(third, square));
}

template <class V>
[[gnu::always_inline]] inline Parts<V> cosine_of_rest(Parts<V> x) {
  // (cos(x) - 1 + x^2 / 2) / x^4 by x^2, for |x| <= pi/4
  constexpr std::array<double, 6> fourth = {0x1.5555555555555p-5,  -0x1.6c16c16c16967p-10,
                                            0x1.a01a019f4eb01p-16, -0x1.27e4fa17da09ep-22,
                                            0x1.1eeb68e93b64cp-29, -0x1.907da367a37cbp-37};
  const V square = x.high * x.high;
  const Parts<V> start = sum_by_size<V>(vector_math::all<V>(1), -0.5 * square);
  return sum_by_size<V>(
      start.high, start.low + (square * square * vector_math::polynomial(fourth, square) - x.high * x.low));
}

// sin(x + quarters pi/2) of a register of doubles, `one_by_one` of a number.
template <int quarters, class V, class OneByOne>
[[gnu::always_inline]] inline V shifted_sine(V x, OneByOne one_by_one) {
  using Bits = vector_math::Bits<V>;
  const V size = vector_math::abs_of(x);
  std::uint64_t beyond = 0;
  const auto far = reinterpret_cast<Bits>(!(size < moderate));
  for (std::size_t i = 0; i < sizeof(V) / sizeof(double); ++i) beyond |= far[i];
  if (beyond != 0) {
    for (std::size_t i = 0; i < sizeof(V) / sizeof(double); ++i) x[i] = one_by_one(x[i]);
    return x;
  }
  const Angle<V> angle = angle_of(x);
  const Bits quadrant = vector_math::bits_of(angle.rounded) + quarters;
  const V sine = sine_of_rest(angle.rest).high, cosine = cosine_of_rest(angle.rest).high;
  const V value = (quadrant & 1) == 0 ? sine : cosine;
  const V turned = vector_math::from_bits<V>(vector_math::bits_of(value) ^ ((quadrant & 2) << 62));
  return size < tiny ? (quarters == 0 ? x : vector_math::all<V>(1)) : turned;
}

// `function` of a register's numbers as doubles.
template <class V, class Function>
[[gnu::always_inline]] inline V in_doubles(V x, Function function) {
  using T = vector_math::Element<V>;
  constexpr int n = sizeof(V) / sizeof(T);
  return packs::converted<T, n, double>(vector_math::in_parts(packs::converted<double, n, T>(x), function));
}

}  // namespace trigonometry

template <vector_math::Numbers V>
[[gnu::always_inline]] inline V sin(V x) {
  return vector_math::in_parts(x, [](auto part) {
    return trigonometry::in_doubles(
        part, [](auto doubles) { return trigonometry::shifted_sine<0>(doubles, math::sin); });
  });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V cos(V x) {
  return vector_math::in_parts(x, [](auto part) {
    return trigonometry::in_doubles(
        part, [](auto doubles) { return trigonometry::shifted_sine<1>(doubles, math::cos); });
  });
}

}  // namespace lookahead
