#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Matyas {
  Matyas(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {-3, 3}, {0});
    facts.smoothness = 1.0;
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(0.52 * x - 0.48 * y);
      gradient[1] = static_cast<T>(0.52 * y - 0.48 * x);
    }
    // 0.26 (x^2 + y^2) - 0.48 x y as squares along its axes, without cancellation.
    return 0.25 * (x - y) * (x - y) + 0.01 * (x + y) * (x + y);
  }
};

}  // namespace

FunctionEntry matyas() {
  return kernel_entry<Matyas, NoParameters>(
      {"matyas", "Matyas's convex quadratic in the plane: a flat diagonal valley, condition number 25",
       "f(x) = 0.26 (x_1^2 + x_2^2) - 0.48 x_1 x_2; start (-3, 3), the convention of ensmallen; L = 1; n = 2 "
       "only",
       "Matyas, Automation and Remote Control 26, 1965"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
