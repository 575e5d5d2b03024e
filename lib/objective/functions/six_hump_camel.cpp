#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct SixHumpCamel {
  SixHumpCamel(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    // The stationary point by Newton's method with 50 digits, rounded to the nearest doubles.
    constexpr double x = 0.08984201310031806;
    constexpr double y = -0.7126564030207396;
    Facts facts = facts_of(d, {-5, 5}, {3.5}, {x, y});
    facts.minimizers.push_back({-x, -y});
    facts.minimum = -1.0316284534898774;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double x2 = x * x;
    const double y2 = y * y;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(x * (8 + x2 * (2 * x2 - 8.4)) + y);
      gradient[1] = static_cast<T>(x + y * (16 * y2 - 8));
    }
    return x2 * (4 + x2 * (x2 / 3 - 2.1)) + x * y + 4 * y2 * (y2 - 1);
  }
};

}  // namespace

FunctionEntry six_hump_camel() {
  return kernel_entry<SixHumpCamel, NoParameters>(
      {"six_hump_camel", "a polynomial in the plane with six local minima, two of them global",
       "f(x) = 4 x_1^2 - 2.1 x_1^4 + x_1^6 / 3 + x_1 x_2 - 4 x_2^2 + 4 x_2^4\n"
       "f* = -1.0316284534898774 at (0.0898420131, -0.7126564030) and its mirror image in the origin\n"
       "start (3.5, 3.5), 0.7 of the domain's end; n = 2 only",
       "Branin, 1972; Dixon and Szego, Towards Global Optimisation 2, 1978"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
