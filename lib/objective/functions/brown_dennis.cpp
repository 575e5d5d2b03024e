
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct BrownDennis {
  BrownDennis(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts =
        facts_of(d, {-30, 30}, {25, 5, -5, -1},
                 {-11.594439904762165, 13.203630051207204, -0.4034394881768596, 0.2367787744557363});
    facts.minimum = 85822.20162635634;
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    const auto at = [=](Index i) { return static_cast<double>(x[i]); };
    double sum = 0;
    double slopes[4] = {};
    for (int i = 1; i <= 20; ++i) {
      const double t = i / 5.0;
      const double wave = math::sin(t);
      const double a = at(0) + t * at(1) - math::exp(t);
      const double b = at(2) + wave * at(3) - math::cos(t);
      const double square = a * a + b * b;
      sum += square * square;
      if constexpr (want_gradient) {
        slopes[0] += 4 * square * a;
        slopes[1] += 4 * square * a * t;
        slopes[2] += 4 * square * b;
        slopes[3] += 4 * square * b * wave;
      }
    }
    if constexpr (want_gradient) {
      for (Index i = 0; i < 4; ++i) gradient[i] = static_cast<T>(slopes[i]);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry brown_dennis() {
  return kernel_entry<BrownDennis, NoParameters>(
      {"brown_dennis", "a convex sum of fourth powers whose minimum is far from zero",
       "f(x) = sum_{i=1}^{20} ((x_1 + t x_2 - exp(t))^2 + (x_3 + x_4 sin(t) - cos(t))^2)^2 with t = i/5\n"
       "start (25, 5, -5, -1), the convention of More; f* = 85822.20162635634; n = 4 only",
       "Brown and Dennis, Numerische Mathematik 18, 1971; problem 16 of More, Garbow, Hillstrom, ACM TOMS 7, "
       "1981"},
      {}, 4, 4, 4);
}

}  // namespace lookahead::functions
