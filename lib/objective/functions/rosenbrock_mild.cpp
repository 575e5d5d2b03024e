#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct RosenbrockMild {
  RosenbrockMild(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-5, 5}, {1.5}, {1}); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = y - x * x;
    const double b = 1 - x;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(-4 * a * x - 2 * b);
      gradient[1] = static_cast<T>(2 * a);
    }
    return a * a + b * b;
  }
};

}  // namespace

FunctionEntry rosenbrock_mild() {
  return kernel_entry<RosenbrockMild, NoParameters>(
      {"rosenbrock_mild", "Rosenbrock's valley without its steep walls: the same shape, well conditioned",
       "f(x) = (x_2 - x_1^2)^2 + (1 - x_1)^2; start (1.5, 1.5), the convention of jettify; n = 2 only",
       "Rosenbrock, Computer Journal 3, 1960, with the factor 100 replaced by 1"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
