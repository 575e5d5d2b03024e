#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct PowellSingular {
  PowellSingular(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-4, 5}, {3, -1, 0, 1}, {0});
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index) const {
    const auto at = [x](Index i) { return static_cast<double>(x[i]); };
    double sum = 0;
    for (Index i = from; i < to; i += 4) {
      const double a = at(i) + 10 * at(i + 1);
      const double b = at(i + 2) - at(i + 3);
      const double c = at(i + 1) - 2 * at(i + 2);
      const double e = at(i) - at(i + 3);
      sum += a * a + 5 * b * b + (c * c) * (c * c) + 10 * (e * e) * (e * e);
      if constexpr (want_gradient) {
        const double c3 = 4 * c * c * c;
        const double e3 = 40 * e * e * e;
        gradient[i] = static_cast<T>(2 * a + e3);
        gradient[i + 1] = static_cast<T>(20 * a + c3);
        gradient[i + 2] = static_cast<T>(10 * b - 2 * c3);
        gradient[i + 3] = static_cast<T>(-10 * b - e3);
      }
    }
    return sum;
  }
};

}  // namespace

FunctionEntry powell_singular() {
  return kernel_entry<PowellSingular, NoParameters>(
      {"powell_singular",
       "convex, but the second derivative at the minimum is singular: slow for every method",
       "f(x) = (x_1 + 10 x_2)^2 + 5 (x_3 - x_4)^2 + (x_2 - 2 x_3)^4 + 10 (x_1 - x_4)^4, summed over blocks "
       "of four\n"
       "start (3, -1, 0, 1), repeated, f = 215 for each block; n a multiple of 4",
       "Powell, Computer Journal 5, 1962; problems 13 and 22 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 4, 4, 0, 4);
}

}  // namespace lookahead::functions
