
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Box3d {
  Box3d(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {0, 20}, {0, 10, 20}, {1, 10, 1});
    facts.lower.back() = -20;
    facts.minimizers.push_back({10, 1, -1});
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    const double x1 = x[0];
    const double x2 = x[1];
    const double x3 = x[2];
    double sum = 0;
    double slopes[3] = {};
    for (int i = 1; i <= 10; ++i) {
      const double t = 0.1 * i;
      const double first = math::exp(-t * x1);
      const double second = math::exp(-t * x2);
      const double target = math::exp(-t) - math::exp(-t * 10);
      const double residual = first - second - x3 * target;
      sum += residual * residual;
      if constexpr (want_gradient) {
        slopes[0] -= 2 * residual * t * first;
        slopes[1] += 2 * residual * t * second;
        slopes[2] -= 2 * residual * target;
      }
    }
    if constexpr (want_gradient) {
      for (Index i = 0; i < 3; ++i) gradient[i] = static_cast<T>(slopes[i]);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry box3d() {
  return kernel_entry<Box3d, NoParameters>(
      {"box3d", "the fit of two decaying exponentials, with a whole line of minimizers besides two points",
       "f(x) = sum_{i=1}^{10} (exp(-t x_1) - exp(-t x_2) - x_3 (exp(-t) - exp(-10 t)))^2 with t = i/10\n"
       "start (0, 10, 20), the convention of More; minimizers (1, 10, 1), (10, 1, -1) and (c, c, 0) for "
       "every c; n = 3 only",
       "Box, Computer Journal 9, 1966; problem 12 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 3, 3, 3);
}

}  // namespace lookahead::functions
