#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Beale {
  Beale(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-4.5, 4.5}, {1}, {3, 0.5}); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double y2 = y * y;
    const double y3 = y2 * y;
    const double r1 = 1.5 - x * (1 - y);
    const double r2 = 2.25 - x * (1 - y2);
    const double r3 = 2.625 - x * (1 - y3);
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(-2 * (r1 * (1 - y) + r2 * (1 - y2) + r3 * (1 - y3)));
      gradient[1] = static_cast<T>(2 * x * (r1 + 2 * y * r2 + 3 * y2 * r3));
    }
    return r1 * r1 + r2 * r2 + r3 * r3;
  }
};

}  // namespace

FunctionEntry beale() {
  return kernel_entry<Beale, NoParameters>(
      {"beale", "Beale's function in the plane: a flat valley, and steep walls at the corners of the domain",
       "f(x) = (1.5 - x_1 (1 - x_2))^2 + (2.25 - x_1 (1 - x_2^2))^2 + (2.625 - x_1 (1 - x_2^3))^2\n"
       "start (1, 1), the convention of More; minimizer (3, 0.5); n = 2 only",
       "Beale, 1958; problem 5 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
