#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct BrownBadlyScaled {
  BrownBadlyScaled(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {0, 2}, {1}, {1e6, 2e-6});
    facts.upper.front() = 2e6;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = x - 1e6;
    const double b = y - 2e-6;
    const double c = x * y - 2;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(2 * a + 2 * c * y);
      gradient[1] = static_cast<T>(2 * b + 2 * c * x);
    }
    return a * a + b * b + c * c;
  }
};

}  // namespace

FunctionEntry brown_badly_scaled() {
  return kernel_entry<BrownBadlyScaled, NoParameters>(
      {"brown_badly_scaled", "two coordinates of sizes twelve powers of ten apart",
       "f(x) = (x_1 - 1e6)^2 + (x_2 - 2e-6)^2 + (x_1 x_2 - 2)^2; start (1, 1), the convention of More\n"
       "minimizer (1e6, 2e-6); n = 2 only",
       "problem 4 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
