#pragma once
#include <array>
#include <numbers>

#include "simd/vector_math.hpp"

namespace lookahead {

// (2 + x) e^{x^2} erfc(x) / 2, x >= 0, is nearly constant and smooth in s = (2 - x) / (2 + x): the logarithm
// of it as a polynomial, interpolated at the Chebyshev points. Coefficients rise with the power.
template <class T>
struct ScaledErfc;
template <>
struct ScaledErfc<float> {
  static constexpr std::array<float, 10> logarithm = {
      -0x1.57f564p-1F, 0x1.5864aap-1F,  0x1.83d62ap-5F,  -0x1.8015d2p-5F,  -0x1.439458p-7F,
      0x1.1e6e8cp-7F,  0x1.d229d8p-10F, -0x1.13026cp-9F, -0x1.b5c508p-13F, 0x1.74d410p-12F};
};
template <>
struct ScaledErfc<double> {
  static constexpr std::array<double, 27> logarithm = {
      -0x1.57f564e956ebep-1,  0x1.5864b151b8568p-1,   0x1.83d61c52414d3p-5,   -0x1.802b3908970e4p-5,
      -0x1.43821ef9e03c1p-7,  0x1.212cf33d05bcdp-7,   0x1.cd18086c0f5a9p-10,  -0x1.337867718cb85p-9,
      -0x1.32b3af85a4751p-13, 0x1.6133905f25e8bp-11,  -0x1.89273cf987b29p-14, -0x1.6d887698d5e47p-13,
      0x1.2b7a4f4add75ap-14,  0x1.0a319a5d35ec3p-15,  -0x1.fa78828386d54p-16, 0x1.6e7b5e4a62f1cp-23,
      0x1.1f52217b20741p-17,  -0x1.93d308644832ap-19, -0x1.55982de5b1cd5p-20, 0x1.6470cc6efe336p-20,
      -0x1.697e2a4009c10p-23, -0x1.54eabd9a2106ep-22, 0x1.4924c5c03db53p-23,  0x1.574dd2db7ea89p-25,
      -0x1.50542b37b2ab3p-25, -0x1.bee2edc6fce5ep-30, 0x1.16f242fee270fp-28};
};

// The standard normal distribution function; errors are a few units of the last place of 1, and relative to
// the result a few units times 1 + z^2 where it is small.
template <class V>
[[gnu::always_inline]] inline V cumulative_normal(V z) {
  using T = vector_math::Element<V>;
  const V x = abs(z) * static_cast<T>(std::numbers::sqrt2 / 2);
  const V s = (2 - x) / (2 + x);
  const V tail = exp(vector_math::polynomial(ScaledErfc<T>::logarithm, s) - z * z * T{0.5}) / (2 + x);
  return z > 0 ? 1 - tail : tail;
}

}  // namespace lookahead
