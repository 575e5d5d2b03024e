#pragma once
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <type_traits>

#include "simd/lanes.hpp"

namespace lookahead {

// Elementary functions of eight doubles or sixteen floats at once: additions, multiplications and divisions
// only, in an order of their own, so that a number has the same result in every lane, on every processor and
// with every compiler. Errors are below 2 units in the last place (expm1, tanh: 2.6); subnormal numbers,
// infinities and NaN are treated as std:: does, but for the sign of a zero.
//
// exp, expm1, log and log1p reduce the argument by powers of two, as in Tang, "Table-driven implementation of
// the exponential function" (ACM TOMS 15, 1989) and Muller, "Elementary Functions" (2016), chapter 11, and
// interpolate what is left at the Chebyshev points.

namespace vector_math {

// The numbers of a vector; a number is its own.
template <class V>
struct ElementOf {
  using type = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;
};
template <Scalar T>
struct ElementOf<T> {
  using type = T;
};
template <class V>
using Element = typename ElementOf<V>::type;

// What the functions below need to know of a precision. Coefficients rise with the power.
template <class T>
struct Precision;

template <>
struct Precision<double> {
  using Bits = std::uint64_t;
  static constexpr int mantissa_bits = 52;
  static constexpr Bits bias = 1023;
  static constexpr Bits sqrt_half_bits = 0x3FE6A09E667F3BCD;
  static constexpr double round = 0x1.8p52;  // adding it rounds to an integer, kept in the lowest bits
  static constexpr double lowest_exponent = -746, highest_exponent = 710;  // exp is 0 and infinity beyond
  static constexpr double normal_exponent = -708;                          // exp is a normal number above
  static constexpr double saturation = -44;                                // exp of it is lost beside 1
  static constexpr double inverse_ln2 = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42fefa2p-1;  // few bits, so that multiples of it are exact
  static constexpr double ln2_low = 0x1.9ef35793c7673p-41;
  // (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2
  static constexpr std::array<double, 10> exponential = {
      0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d4fp-5,  0x1.11111111109adp-7,
      0x1.6c16c17893833p-10, 0x1.a01a01a7c8d47p-13, 0x1.a019b8ef67c6cp-16, 0x1.71de0d9c145d0p-19,
      0x1.2891a8c1d838dp-22, 0x1.af38d53857513p-26};
  // (2 artanh(s) - 2 s) / s^3 by s^2, for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1)
  static constexpr std::array<double, 7> logarithm = {
      0x1.5555555555558p-1, 0x1.99999999952abp-2, 0x1.2492492df7663p-2, 0x1.c71c62ddb431bp-3,
      0x1.7462b6e311a89p-3, 0x1.39fe16ad885a7p-3, 0x1.2b5bd9a316a24p-3};
};

template <>
struct Precision<float> {
  using Bits = std::uint32_t;
  static constexpr int mantissa_bits = 23;
  static constexpr Bits bias = 127;
  static constexpr Bits sqrt_half_bits = 0x3F3504F3;
  static constexpr float round = 0x1.8p23F;
  static constexpr float lowest_exponent = -105, highest_exponent = 89;
  static constexpr float normal_exponent = -87;
  static constexpr float saturation = -20;
  static constexpr float inverse_ln2 = 0x1.715476p+0F;
  static constexpr float ln2_high = 0x1.62e4p-1F;
  static constexpr float ln2_low = 0x1.7f7d1cp-20F;
  static constexpr std::array<float, 5> exponential = {0x1.000000p-1F, 0x1.5554dcp-3F, 0x1.55551ap-5F,
                                                       0x1.120ba2p-7F, 0x1.6d113cp-10F};
  static constexpr std::array<float, 3> logarithm = {0x1.55555cp-1F, 0x1.997c28p-2F, 0x1.2ee76cp-2F};
};

template <class V>
struct BitsOf {
  using type __attribute__((vector_size(sizeof(V)))) = typename Precision<Element<V>>::Bits;
};
template <class V>
using Bits = typename BitsOf<V>::type;

template <class V>
[[gnu::always_inline]] inline V all(Element<V> value) {
  return V{} + value;
}
template <class V>
[[gnu::always_inline]] inline Bits<V> bits_of(V x) {
  return reinterpret_cast<Bits<V>>(x);
}
template <class V>
[[gnu::always_inline]] inline V from_bits(Bits<V> bits) {
  return reinterpret_cast<V>(bits);
}

// Coefficients `first` to `last` - 1 times the powers of x from 0 on, by halves that the processor works at
// side by side (Estrin's scheme). powers: x, x^2, x^4, ...
template <std::size_t first, std::size_t last, class V, std::size_t count>
[[gnu::always_inline]] inline V by_halves(const std::array<Element<V>, count>& coefficients,
                                          const V* powers) {
  if constexpr (last - first == 1) {
    return all<V>(coefficients[first]);
  } else {
    constexpr std::size_t half = std::bit_floor(last - first - 1);
    const V low = by_halves<first, first + half>(coefficients, powers);
    return low + powers[std::countr_zero(half)] * by_halves<first + half, last>(coefficients, powers);
  }
}
template <class V, std::size_t count>
[[gnu::always_inline]] inline V polynomial(const std::array<Element<V>, count>& coefficients, V x) {
  V powers[std::bit_width(count - 1)];
  powers[0] = x;
  for (std::size_t i = 1; i < std::size(powers); ++i) powers[i] = powers[i - 1] * powers[i - 1];
  return by_halves<0, count>(coefficients, powers);
}

// x = n ln 2 + r with an integer n and |r| <= ln(2) / 2.
template <class V>
struct Reduced {
  Bits<V> n;     // in two's complement
  V expm1_of_r;  // e^r - 1
};
template <class V>
[[gnu::always_inline]] inline Reduced<V> reduced(V x) {
  using P = Precision<Element<V>>;
  const V rounded = x * P::inverse_ln2 + P::round;
  const V n = rounded - P::round;
  const V r = (x - n * P::ln2_high) - n * P::ln2_low;
  return {bits_of(rounded) - bits_of(all<V>(P::round)), r + r * r * polynomial(P::exponential, r)};
}

// 2^n as two factors, since n goes beyond the exponents of normal numbers.
template <class V>
struct PowerOfTwo {
  V half, rest;
};
template <class V>
[[gnu::always_inline]] inline PowerOfTwo<V> power_of_two(Bits<V> n) {
  using P = Precision<Element<V>>;
  const Bits<V> exponents = n + 2 * P::bias;
  const Bits<V> half = exponents >> 1;
  return {from_bits<V>(half << P::mantissa_bits), from_bits<V>((exponents - half) << P::mantissa_bits)};
}

template <class V>
[[gnu::always_inline]] inline V exp_of(V x) {
  using P = Precision<Element<V>>;
  x = x < P::lowest_exponent ? all<V>(P::lowest_exponent) : x;
  x = x > P::highest_exponent ? all<V>(P::highest_exponent) : x;
  const Reduced<V> part = reduced(x);
  const PowerOfTwo<V> power = power_of_two<V>(part.n);
  return (1 + part.expm1_of_r) * power.half * power.rest;
}

// exp of x <= 0, but not below the smallest normal number: cheaper, since one factor makes the power of two.
template <class V>
[[gnu::always_inline]] inline V exp_of_negative(V x) {
  using P = Precision<Element<V>>;
  x = x < P::normal_exponent ? all<V>(P::normal_exponent) : x;
  const Reduced<V> part = reduced(x);
  return (1 + part.expm1_of_r) * from_bits<V>((part.n + P::bias) << P::mantissa_bits);
}

template <class V>
[[gnu::always_inline]] inline V expm1_of(V x) {
  using P = Precision<Element<V>>;
  x = x < P::saturation ? all<V>(P::saturation) : x;
  x = x > P::highest_exponent ? all<V>(P::highest_exponent) : x;
  const Reduced<V> part = reduced(x);
  const PowerOfTwo<V> power = power_of_two<V>(part.n);
  // Where the power is beyond the numbers, 1 is lost beside it.
  const V exponential = (1 + part.expm1_of_r) * power.half * power.rest;
  const V scale = power.half * power.rest;
  return x > -P::saturation ? exponential : scale * part.expm1_of_r + (scale - 1);
}

// u = 2^k m with m between sqrt(1/2) and sqrt(2), for a positive normal number u.
template <class V>
struct Split {
  V k, m;
  Bits<V> exponent;  // k + bias
};
template <class V>
[[gnu::always_inline]] inline Split<V> split(V u) {
  using P = Precision<Element<V>>;
  using B = typename P::Bits;
  constexpr B one = B{1} << P::mantissa_bits;
  constexpr B integers = (P::bias + P::mantissa_bits) << P::mantissa_bits;  // of the number 1 / epsilon
  const Bits<V> moved = bits_of(u) + ((P::bias << P::mantissa_bits) - P::sqrt_half_bits);
  const Bits<V> exponent = moved >> P::mantissa_bits;
  const V k = from_bits<V>(exponent | integers) - static_cast<Element<V>>(one + P::bias);
  return {k, from_bits<V>((moved & (one - 1)) + P::sqrt_half_bits), exponent};
}

// log(2^k (1 + f)).
template <class V>
[[gnu::always_inline]] inline V log_of_split(V k, V f) {
  using P = Precision<Element<V>>;
  const V s = f / (2 + f);
  const V square = s * s;
  const V half = f * f * static_cast<Element<V>>(0.5);
  const V rest = s * (half + square * polynomial(P::logarithm, square)) + k * P::ln2_low;
  return k * P::ln2_high - ((half - rest) - f);
}

// What a logarithm is where its argument u is not a positive finite number.
template <class V>
[[gnu::always_inline]] inline V log_with_limits(V u, V regular) {
  using Limits = std::numeric_limits<Element<V>>;
  regular = u < Limits::infinity() ? regular : u;
  const V singular = u == 0 ? all<V>(-Limits::infinity()) : all<V>(Limits::quiet_NaN());
  return u > 0 ? regular : singular;
}

template <class V>
[[gnu::always_inline]] inline V log_of(V x) {
  using P = Precision<Element<V>>;
  constexpr auto lift = static_cast<Element<V>>(typename P::Bits{2} << P::mantissa_bits);
  const auto subnormal = x < std::numeric_limits<Element<V>>::min();
  const Split<V> parts = split(subnormal ? x * lift : x);
  const V k = subnormal ? parts.k - (P::mantissa_bits + 1) : parts.k;
  return log_with_limits(x, log_of_split(k, parts.m - 1));
}

template <class V>
[[gnu::always_inline]] inline V log1p_of(V x) {
  using P = Precision<Element<V>>;
  constexpr auto large = static_cast<Element<V>>(typename P::Bits{1} << (P::mantissa_bits + 8));
  const V u = 1 + x;
  // What the addition lost, where it matters.
  const V nearly_x = u - 1;
  const V lost = (1 - (u - nearly_x)) + (x - nearly_x);
  const Split<V> parts = split(u);
  const V lost_in_m = lost * from_bits<V>((2 * P::bias - parts.exponent) << P::mantissa_bits);
  return log_with_limits(u, log_of_split(parts.k, (parts.m - 1) + (u < large ? lost_in_m : V{})));
}

// log1p for 0 <= x <= 1, as of e^-|s| in logistic losses: cheaper, since the parts are known.
template <class V>
[[gnu::always_inline]] inline V log1p_of_fraction(V x) {
  using T = Element<V>;
  constexpr auto sqrt2_minus_1 = static_cast<T>(0x1.a827999fcef32p-2);
  const auto large = x > sqrt2_minus_1;
  return log_of_split(large ? all<V>(1) : V{}, large ? (x - 1) * static_cast<T>(0.5) : x);
}

template <class V>
[[gnu::always_inline]] inline V abs_of(V x) {
  using B = typename Precision<Element<V>>::Bits;
  return from_bits<V>(bits_of(x) & (~B{0} >> 1));
}

template <class V>
[[gnu::always_inline]] inline V tanh_of(V x) {
  using P = Precision<Element<V>>;
  V twice = -2 * abs_of(x);
  twice = twice < P::saturation ? all<V>(P::saturation) : twice;
  const Reduced<V> part = reduced(twice);
  const V scale = from_bits<V>((part.n + P::bias) << P::mantissa_bits);
  const V expm1 = scale * part.expm1_of_r + (scale - 1);
  const V size = -expm1 / (2 + expm1);
  using B = typename P::Bits;
  return from_bits<V>(bits_of(size) | (bits_of(x) & ~(~B{0} >> 1)));
}

template <class V>
[[gnu::always_inline]] inline V sqrt_of(V x) {
  // A loop that compilers know as the vector instruction, for which the language has no operator.
  for (std::size_t i = 0; i < sizeof(V) / sizeof(Element<V>); ++i) x[i] = std::sqrt(x[i]);
  return x;
}

// Applies `function` to each of a pack's registers.
template <class V, class Function>
[[gnu::always_inline]] inline V in_parts(V x, Function function) {
  if constexpr (requires { x.part; }) {
    return V::each(x, function);
  } else {
    return function(x);
  }
}

template <class V>
concept Numbers = !std::is_arithmetic_v<V> && requires(V x) {
  x[0];
};

}  // namespace vector_math

template <vector_math::Numbers V>
[[gnu::always_inline]] inline V exp(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::exp_of(part); });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V expm1(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::expm1_of(part); });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V log(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::log_of(part); });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V log1p(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::log1p_of(part); });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V tanh(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::tanh_of(part); });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V sqrt(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::sqrt_of(part); });
}
template <vector_math::Numbers V>
[[gnu::always_inline]] inline V abs(V x) {
  return vector_math::in_parts(x, [](auto part) { return vector_math::abs_of(part); });
}

}  // namespace lookahead
