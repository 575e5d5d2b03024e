#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct FreudensteinRoth {
  FreudensteinRoth(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-20, 20}, {0.5, -2}, {5, 4}); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = -13 + x + ((5 - y) * y - 2) * y;
    const double b = -29 + x + ((y + 1) * y - 14) * y;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(2 * (a + b));
      gradient[1] = static_cast<T>(2 * (a * ((10 - 3 * y) * y - 2) + b * ((3 * y + 2) * y - 14)));
    }
    return a * a + b * b;
  }
};

}  // namespace

FunctionEntry freudenstein_roth() {
  return kernel_entry<FreudensteinRoth, NoParameters>(
      {"freudenstein_roth", "a global minimum and a local one that draws the usual start to itself",
       "f(x) = (x_1 - 13 + ((5 - x_2) x_2 - 2) x_2)^2 + (x_1 - 29 + ((x_2 + 1) x_2 - 14) x_2)^2\n"
       "start (0.5, -2), the convention of More; minimizer (5, 4); local minimum 48.98425367924002 at\n"
       "(11.412778986902094, -0.8968052532744765); n = 2 only",
       "Freudenstein and Roth, Journal of the ACM 10, 1963; problem 2 of More, Garbow, Hillstrom, ACM TOMS "
       "7, 1981"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
