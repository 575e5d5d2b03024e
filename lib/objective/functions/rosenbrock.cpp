#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Rosenbrock {
  Rosenbrock(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-30, 30}, {-1.2, 1}, {1}); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = y - x * x;
    const double b = 1 - x;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(-400 * a * x - 2 * b);
      gradient[1] = static_cast<T>(200 * a);
    }
    return 100 * a * a + b * b;
  }
};

}  // namespace

FunctionEntry rosenbrock() {
  return kernel_entry<Rosenbrock, NoParameters>(
      {"rosenbrock", "Rosenbrock's curved valley in the plane: easy to enter, slow to follow",
       "f(x) = 100 (x_2 - x_1^2)^2 + (1 - x_1)^2; start (-1.2, 1), f = 24.2 there; n = 2 only",
       "Rosenbrock, Computer Journal 3, 1960; problem 1 of More, Garbow, Hillstrom 1981"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
