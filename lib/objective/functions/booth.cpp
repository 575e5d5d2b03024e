#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Booth {
  Booth(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {-9}, {1, 3});
    facts.smoothness = 18.0;
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double a = x + 2 * y - 7;
    const double b = 2 * x + y - 5;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(2 * a + 4 * b);
      gradient[1] = static_cast<T>(4 * a + 2 * b);
    }
    return a * a + b * b;
  }
};

}  // namespace

FunctionEntry booth() {
  return kernel_entry<Booth, NoParameters>(
      {"booth", "Booth's convex quadratic in the plane, tilted, with condition number 9",
       "f(x) = (x_1 + 2 x_2 - 7)^2 + (2 x_1 + x_2 - 5)^2; start (-9, -9), the convention of ensmallen; "
       "minimizer (1, 3)\n"
       "L = 18; n = 2 only",
       "Booth, 1949; Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation 4, 2013"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
