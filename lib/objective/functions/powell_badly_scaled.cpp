
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct PowellBadlyScaled {
  PowellBadlyScaled(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {0, 1}, {1.0981593296998175e-5, 9.106146739866524});
    facts.minimizers.push_back({9.106146739866524, 1.0981593296998175e-5});
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = 1e4 * x * y - 1;
    const double ex = math::exp(-x);
    const double ey = math::exp(-y);
    const double b = ex + ey - 1.0001;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(2e4 * a * y - 2 * b * ex);
      gradient[1] = static_cast<T>(2e4 * a * x - 2 * b * ey);
    }
    return a * a + b * b;
  }
};

}  // namespace

FunctionEntry powell_badly_scaled() {
  return kernel_entry<PowellBadlyScaled, NoParameters>(
      {"powell_badly_scaled",
       "two coordinates of sizes six powers of ten apart, in a steep hyperbolic valley",
       "f(x) = (1e4 x_1 x_2 - 1)^2 + (exp(-x_1) + exp(-x_2) - 1.0001)^2; start (0, 1), the convention of "
       "More\n"
       "minimizers (1.0981593296998175e-5, 9.106146739866524) and its mirror image; n = 2 only",
       "Powell, 1970; problem 3 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
