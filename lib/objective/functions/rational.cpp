#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/lanes.hpp"

namespace lookahead::functions {
namespace {

struct Rational {
  Rational(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {1}, {0});
    facts.smoothness = 2.0;  // at 0; the second derivative of each term is at least -1/2
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index) const {
    Lanes sums{};
    Index i = from;
    for (; i + lane_count <= to; i += lane_count) {
      const Lanes here = widen(x + i);
      const Lanes square = here * here;
      const Lanes below = 1.0 + square;
      sums += square / below;
      if constexpr (want_gradient) narrow(gradient + i, 2.0 * here / (below * below));
    }
    double sum = total(sums);
    for (; i < to; ++i) {
      const double here = x[i];
      const double square = here * here;
      const double below = 1 + square;
      sum += square / below;
      if constexpr (want_gradient) gradient[i] = static_cast<T>(2 * here / (below * below));
    }
    return sum;
  }
};

}  // namespace

FunctionEntry rational() {
  return kernel_entry<Rational, NoParameters>(
      {"rational", "bounded and non-convex, with a known smoothness: flat far from its only minimum",
       "f(x) = sum_i x_i^2 / (1 + x_i^2); start 1, ..., 1; L = 2",
       "Antoniadis, Gijbels, Nikolova, Annals of the Institute of Statistical Mathematics 63, 2011 (as a "
       "penalty)"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
