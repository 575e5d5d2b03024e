#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct RosenbrockExtended {
  RosenbrockExtended(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-30, 30}, {-1.2, 1}, {1}); }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict point, T* __restrict gradient, Index from, Index to, Index) const {
    double sum = 0;
    for (Index i = from; i < to; i += 2) {
      const double x = point[i];
      const double y = point[i + 1];
      const double a = y - x * x;
      const double b = 1 - x;
      sum += 100 * a * a + b * b;
      if constexpr (want_gradient) {
        gradient[i] = static_cast<T>(-400 * a * x - 2 * b);
        gradient[i + 1] = static_cast<T>(200 * a);
      }
    }
    return sum;
  }
};

}  // namespace

FunctionEntry rosenbrock_extended() {
  return kernel_entry<RosenbrockExtended, NoParameters>(
      {"rosenbrock_extended", "independent copies of Rosenbrock's valley, one for every pair of coordinates",
       "f(x) = sum_{j=1}^{n/2} 100 (x_{2j} - x_{2j-1}^2)^2 + (1 - x_{2j-1})^2; start -1.2, 1, -1.2, 1, ...; "
       "n even",
       "problem 21 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 2, 2, 0, 2);
}

}  // namespace lookahead::functions
