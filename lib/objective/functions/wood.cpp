#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Wood {
  Wood(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-10, 10}, {-3, -1}, {1}); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    const double x1 = x[0];
    const double x2 = x[1];
    const double x3 = x[2];
    const double x4 = x[3];
    const double a = x2 - x1 * x1;
    const double b = 1 - x1;
    const double c = x4 - x3 * x3;
    const double e = 1 - x3;
    const double sum = x2 + x4 - 2;
    const double difference = x2 - x4;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(-400 * a * x1 - 2 * b);
      gradient[1] = static_cast<T>(200 * a + 20 * sum + 0.2 * difference);
      gradient[2] = static_cast<T>(-360 * c * x3 - 2 * e);
      gradient[3] = static_cast<T>(180 * c + 20 * sum - 0.2 * difference);
    }
    return 100 * a * a + b * b + 90 * c * c + e * e + 10 * sum * sum + 0.1 * difference * difference;
  }
};

}  // namespace

FunctionEntry wood() {
  return kernel_entry<Wood, NoParameters>(
      {"wood", "two curved valleys in four dimensions, coupled; the same polynomial as Colville's",
       "f(x) = 100 (x_2 - x_1^2)^2 + (1 - x_1)^2 + 90 (x_4 - x_3^2)^2 + (1 - x_3)^2\n"
       "       + 10 (x_2 + x_4 - 2)^2 + 0.1 (x_2 - x_4)^2; start (-3, -1, -3, -1), f = 19192 there; n = 4 "
       "only",
       "Colville, 1968; problem 14 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 4, 4, 4);
}

}  // namespace lookahead::functions
