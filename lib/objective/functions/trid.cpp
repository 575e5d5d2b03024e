#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Trid {
  Trid(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    const auto n = static_cast<double>(d);
    Facts facts = facts_of(d, {-n * n, n * n}, {0}, {0});
    facts.minimum = -n * (n + 4) * (n - 1) / 6;
    double i = 0;
    for (double& x : facts.minimizers.front()) {
      ++i;
      x = i * (n + 1 - i);
    }
    facts.smoothness = 2 + 2 * math::cos(std::numbers::pi / (n + 1));
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    const auto at = [=](Index i) { return i < 0 || i >= d ? 0.0 : static_cast<double>(x[i]); };
    double sum = 0;
    for (Index i = from; i < to; ++i) {
      const double a = at(i) - 1;
      sum += a * a - at(i) * at(i - 1);
      if constexpr (want_gradient) gradient[i] = static_cast<T>(2 * a - at(i - 1) - at(i + 1));
    }
    return sum;
  }
};

}  // namespace

FunctionEntry trid() {
  return kernel_entry<Trid, NoParameters>(
      {"trid", "a convex quadratic with a tridiagonal matrix, whose condition grows with the square of n",
       "f(x) = sum_i (x_i - 1)^2 - sum_{i>1} x_i x_{i-1}; start 0; x*_i = i (n + 1 - i), f* = -n (n + 4) (n "
       "- 1) / 6\n"
       "L = 2 + 2 cos(pi / (n + 1))",
       "Neumaier's collection of global optimization problems"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
