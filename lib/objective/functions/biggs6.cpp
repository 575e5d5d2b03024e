
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Biggs6 {
  Biggs6(const NoParameters&, Index) {}
  // The three exponentials in any order: rates in x_1, x_2, x_5, weights in x_3, -x_4, x_6.
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-20, 20}, {1, 2, 1, 1, 1, 1}, {1, 10, 1, 5, 4, 3});
    for (const std::size_t rate : {0u, 1u, 4u}) facts.lower[rate] = 0;
    facts.minimizers = {{1, 10, 1, 5, 4, 3},   {4, 10, 3, 5, 1, 1},   {1, 4, 1, -3, 10, -5},
                        {4, 1, 3, -1, 10, -5}, {10, 1, -5, -1, 4, 3}, {10, 4, -5, -3, 1, 1}};
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    const auto at = [=](Index i) { return static_cast<double>(x[i]); };
    double sum = 0;
    double slopes[6] = {};
    for (int i = 1; i <= 13; ++i) {
      const double t = 0.1 * i;
      const double target = math::exp(-t) - 5 * math::exp(-10 * t) + 3 * math::exp(-4 * t);
      const double first = math::exp(-t * at(0));
      const double second = math::exp(-t * at(1));
      const double third = math::exp(-t * at(4));
      const double residual = at(2) * first - at(3) * second + at(5) * third - target;
      sum += residual * residual;
      if constexpr (want_gradient) {
        const double slope = 2 * residual;
        slopes[0] -= slope * t * at(2) * first;
        slopes[1] += slope * t * at(3) * second;
        slopes[2] += slope * first;
        slopes[3] -= slope * second;
        slopes[4] -= slope * t * at(5) * third;
        slopes[5] += slope * third;
      }
    }
    if constexpr (want_gradient) {
      for (Index i = 0; i < 6; ++i) gradient[i] = static_cast<T>(slopes[i]);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry biggs6() {
  return kernel_entry<Biggs6, NoParameters>(
      {"biggs6", "the fit of three decaying exponentials, ill-conditioned",
       "f(x) = sum_{i=1}^{13} (x_3 exp(-t x_1) - x_4 exp(-t x_2) + x_6 exp(-t x_5) - y)^2 with t = i/10,\n"
       "y = exp(-t) - 5 exp(-10 t) + 3 exp(-4 t); start (1, 2, 1, 1, 1, 1), the convention of More\n"
       "minimizers (1, 10, 1, 5, 4, 3) and the same exponentials in other orders; n = 6 only",
       "Biggs, 1971; problem 18 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 6, 6, 6);
}

}  // namespace lookahead::functions
