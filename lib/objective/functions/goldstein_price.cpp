#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct GoldsteinPrice {
  GoldsteinPrice(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-2, 2}, {0.2, -0.5}, {0, -1});
    facts.minimum = 3.0;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = x + y + 1;
    const double p = 19 - 14 * (x + y) + 3 * x * x + 6 * x * y + 3 * y * y;
    const double b = 2 * x - 3 * y;
    const double q = 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y;
    const double first = 1 + a * a * p;
    const double second = 30 + b * b * q;
    if constexpr (want_gradient) {
      // p depends on x + y alone and q on 2 x - 3 y alone: their slopes along those.
      const double along_a = 2 * a * p + a * a * (6 * (x + y) - 14);
      const double along_b = 2 * b * q + b * b * (6 * b - 16);
      gradient[0] = static_cast<T>(along_a * second + 2 * along_b * first);
      gradient[1] = static_cast<T>(along_a * second - 3 * along_b * first);
    }
    return first * second;
  }
};

}  // namespace

FunctionEntry goldstein_price() {
  return kernel_entry<GoldsteinPrice, NoParameters>(
      {"goldstein_price",
       "Goldstein and Price's polynomial in the plane: three local minima beside the global one",
       "f(x) = (1 + (x_1 + x_2 + 1)^2 (19 - 14 x_1 + 3 x_1^2 - 14 x_2 + 6 x_1 x_2 + 3 x_2^2))\n"
       "* (30 + (2 x_1 - 3 x_2)^2 (18 - 32 x_1 + 12 x_1^2 + 48 x_2 - 36 x_1 x_2 + 27 x_2^2))\n"
       "f* = 3 at (0, -1); start (0.2, -0.5), the convention of ensmallen; n = 2 only",
       "Goldstein and Price, Mathematics of Computation 25, 1971"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
