#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Kowalik {
  Kowalik(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts =
        facts_of(d, {0, 0.42}, {0.25, 0.39, 0.415, 0.39},
                 {0.19280693457903785, 0.19128232873436696, 0.12305650692632065, 0.13606233068379484});
    facts.minimum = 3.0750560384923743e-4;
    facts.locally_smooth = false;  // poles where a denominator is zero
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    static constexpr double data[] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                                      0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
    static constexpr double input[] = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
    const auto at = [=](Index i) { return static_cast<double>(x[i]); };
    double sum = 0;
    double slopes[4] = {};
    for (int i = 0; i < 11; ++i) {
      const double u = input[i];
      const double above = u * (u + at(1));
      const double below = u * (u + at(2)) + at(3);
      const double residual = data[i] - at(0) * above / below;
      sum += residual * residual;
      if constexpr (want_gradient) {
        const double slope = -2 * residual / below;
        slopes[0] += slope * above;
        slopes[1] += slope * at(0) * u;
        const double back = slope * at(0) * above / below;
        slopes[2] -= back * u;
        slopes[3] -= back;
      }
    }
    if constexpr (want_gradient) {
      for (Index i = 0; i < 4; ++i) gradient[i] = static_cast<T>(slopes[i]);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry kowalik() {
  return kernel_entry<Kowalik, NoParameters>(
      {"kowalik", "a small nonlinear regression on 11 data: a rational function of an enzyme's reaction",
       "f(x) = sum_{i=1}^{11} (y_i - x_1 (u_i^2 + u_i x_2) / (u_i^2 + u_i x_3 + x_4))^2\n"
       "start (0.25, 0.39, 0.415, 0.39), the convention of More; f* = 3.0750560384923743e-4; n = 4 only",
       "Kowalik and Osborne, 1968; problem 15 of More, Garbow, Hillstrom, ACM TOMS 7, 1981 (the data u, y)"},
      {}, 4, 4, 4);
}

}  // namespace lookahead::functions
