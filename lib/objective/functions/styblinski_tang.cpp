#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/lanes.hpp"

namespace lookahead::functions {
namespace {

struct StyblinskiTang {
  StyblinskiTang(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    // The lowest root of 4 x^3 - 32 x + 5 and the value there, by Newton's method with 50 digits.
    Facts facts = facts_of(d, {-5, 5}, {-5}, {-2.903534027771177});
    facts.minimum = -39.16616570377141 * static_cast<double>(d);
    return facts;
  }

  // x^4 - 16 x^2 + 5 x by Horner's scheme, and its half derivative; for one coordinate or eight.
  template <class Number>
  static Number term(Number x) {
    return x * (x * (x * x - 16.0) + 5.0);
  }
  template <class Number>
  static Number slope(Number x) {
    return 2.0 * x * (x * x - 8.0) + 2.5;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index) const {
    Lanes sums{};
    Index i = from;
    for (; i + lane_count <= to; i += lane_count) {
      const Lanes here = widen(x + i);
      sums += term(here);
      if constexpr (want_gradient) narrow(gradient + i, slope(here));
    }
    double sum = total(sums);
    for (; i < to; ++i) {
      const double here = x[i];
      sum += term(here);
      if constexpr (want_gradient) gradient[i] = static_cast<T>(slope(here));
    }
    return 0.5 * sum;
  }
};

}  // namespace

FunctionEntry styblinski_tang() {
  return kernel_entry<StyblinskiTang, NoParameters>(
      {"styblinski_tang", "a separable quartic with two minima in every coordinate, one of them global",
       "f(x) = 1/2 sum_i x_i^4 - 16 x_i^2 + 5 x_i; start -5, ..., -5; f* = -39.16616570377141 n",
       "Styblinski and Tang, Neural Networks 3, 1990"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
