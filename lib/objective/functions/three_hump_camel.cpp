#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct ThreeHumpCamel {
  ThreeHumpCamel(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-5, 5}, {1}, {0}); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double x2 = x * x;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(x * (4 + x2 * (x2 - 4.2)) + y);
      gradient[1] = static_cast<T>(x + 2 * y);
    }
    return x2 * (2 + x2 * (x2 / 6 - 1.05)) + x * y + y * y;
  }
};

}  // namespace

FunctionEntry three_hump_camel() {
  return kernel_entry<ThreeHumpCamel, NoParameters>(
      {"three_hump_camel", "a polynomial in the plane with three local minima, the middle one global",
       "f(x) = 2 x_1^2 - 1.05 x_1^4 + x_1^6 / 6 + x_1 x_2 + x_2^2\n"
       "f* = 0 at 0; start (1, 1), the convention of ensmallen; n = 2 only",
       "Branin, 1972; Dixon and Szego, Towards Global Optimisation, 1975"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
