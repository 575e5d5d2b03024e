#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Bard {
  Bard(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {0.1, 5}, {1}, {0.08241055974978893, 1.1330360920297216, 2.343695178642537});
    facts.lower.front() = -2;
    facts.upper.front() = 2;
    facts.minimum = 0.008214877306578975;
    facts.locally_smooth = false;  // poles where a denominator is zero
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    static constexpr double data[] = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                                      0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
    const double x1 = x[0];
    const double x2 = x[1];
    const double x3 = x[2];
    double sum = 0;
    double slopes[3] = {};
    for (int i = 0; i < 15; ++i) {
      const double u = i + 1;
      const double v = 15 - i;
      const double w = u < v ? u : v;
      const double below = v * x2 + w * x3;
      const double residual = data[i] - (x1 + u / below);
      sum += residual * residual;
      if constexpr (want_gradient) {
        const double slope = 2 * residual * u / (below * below);
        slopes[0] -= 2 * residual;
        slopes[1] += slope * v;
        slopes[2] += slope * w;
      }
    }
    if constexpr (want_gradient) {
      for (Index i = 0; i < 3; ++i) gradient[i] = static_cast<T>(slopes[i]);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry bard() {
  return kernel_entry<Bard, NoParameters>(
      {"bard", "a small nonlinear regression on 15 data, with a pole outside the domain",
       "f(x) = sum_{i=1}^{15} (y_i - x_1 - i / (v_i x_2 + w_i x_3))^2, v_i = 16 - i, w_i = min(i, v_i)\n"
       "start (1, 1, 1), the convention of More; f* = 0.008214877306578975; n = 3 only",
       "Bard, SIAM J. Numer. Anal. 7, 1970; problem 8 of More, Garbow, Hillstrom, ACM TOMS 7, 1981 (the data "
       "y)"},
      {}, 3, 3, 3);
}

}  // namespace lookahead::functions
