#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Himmelblau {
  Himmelblau(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {2}, {3, 2});
    // The other three roots of both residuals, by Newton's method with 50 digits, rounded to the nearest
    // doubles.
    facts.minimizers.push_back({-2.805118086952745, 3.131312518250573});
    facts.minimizers.push_back({-3.779310253377747, -3.2831859912861696});
    facts.minimizers.push_back({3.5844283403304917, -1.8481265269644036});
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = x * x + y - 11;
    const double b = x + y * y - 7;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(4 * a * x + 2 * b);
      gradient[1] = static_cast<T>(2 * a + 4 * b * y);
    }
    return a * a + b * b;
  }
};

}  // namespace

FunctionEntry himmelblau() {
  return kernel_entry<Himmelblau, NoParameters>(
      {"himmelblau", "Himmelblau's function in the plane: four minima of equal depth",
       "f(x) = (x_1^2 + x_2 - 11)^2 + (x_1 + x_2^2 - 7)^2; start (2, 2); n = 2 only",
       "Himmelblau, Applied Nonlinear Programming, 1972"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
