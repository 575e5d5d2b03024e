#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Schwefel12 {
  Schwefel12(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-100, 100}, {70}, {0});
    const double wave = math::sin(std::numbers::pi / (4 * static_cast<double>(d) + 2));
    facts.smoothness = 1 / (2 * wave * wave);
    facts.convex = true;
    return facts;
  }

  // The derivative by x_j is twice the sum of the partial sums from the j-th on, gathered from the end.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d) const {
    double partial = 0;
    double sum = 0;
    for (Index i = 0; i < d; ++i) {
      partial += static_cast<double>(x[i]);
      sum += partial * partial;
    }
    if constexpr (want_gradient) {
      double slope = 0;
      for (Index i = d; i-- > 0;) {
        slope += partial;
        gradient[i] = static_cast<T>(2 * slope);
        partial -= static_cast<double>(x[i]);
      }
    }
    return sum;
  }
};

}  // namespace

FunctionEntry schwefel_1_2() {
  return kernel_entry<Schwefel12, NoParameters>(
      {"schwefel_1_2",
       "squares of partial sums: a rotated hyper-ellipsoid, whose condition grows with the square of n",
       "f(x) = sum_i (x_1 + ... + x_i)^2; start 70, ..., 70 (no convention exists); L = 1 / (2 sin^2(pi / (4 "
       "n + 2)))",
       "Schwefel, Numerical Optimization of Computer Models, 1981 (problem 1.2)"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
