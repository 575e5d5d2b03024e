#include <cmath>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct SgdTest {
  SgdTest(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-50, 50}, {6, -45.6, 6.2}, {0});
    facts.minimum = -1.0;
    facts.smooth_at_minimum = false;
    facts.locally_smooth = false;
    return facts;
  }

  // At the kink x_1 = 0 the gradient is taken as the mean of both sides, zero.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double z = point[2];
    const double well = math::exp(-std::abs(x));
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(x == 0 ? 0.0 : std::copysign(well, x));
      gradient[1] = static_cast<T>(2 * y);
      gradient[2] = static_cast<T>((4 * z * z + 6) * z);
    }
    return -well + y * y + (z * z + 3) * z * z;
  }
};

}  // namespace

FunctionEntry sgd_test() {
  return kernel_entry<SgdTest, NoParameters>(
      {"sgd_test", "a narrow well with a kink in one coordinate, convex in the two others",
       "f(x) = -exp(-|x_1|) + x_2^2 + x_3^4 + 3 x_3^2; start (6, -45.6, 6.2), the convention of ensmallen; "
       "f* = -1 at 0\n"
       "n = 3 only; not differentiable at x_1 = 0",
       "ensmallen, the function of its tests of stochastic gradient descent"},
      {}, 3, 3, 3);
}

}  // namespace lookahead::functions
