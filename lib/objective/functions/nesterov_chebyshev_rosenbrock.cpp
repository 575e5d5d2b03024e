#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct NesterovChebyshevRosenbrock {
  NesterovChebyshevRosenbrock(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-1, 1}, {1}, {1});
    facts.start.front() = -1;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    const auto at = [=](Index i) { return static_cast<double>(x[i]); };
    const auto link = [=](Index i) { return at(i + 1) - 2 * at(i) * at(i) + 1; };
    const double first = at(0) - 1;
    double sum = from == 0 ? 0.25 * first * first : 0.0;
    double slope = from == 0 ? 0.5 * first : 2 * link(from - 1);
    for (Index i = from; i < std::min(to, d - 1); ++i) {
      const double a = link(i);
      sum += a * a;
      if constexpr (want_gradient) gradient[i] = static_cast<T>(slope - 8 * a * at(i));
      slope = 2 * a;
    }
    if constexpr (want_gradient) {
      if (to == d) gradient[d - 1] = static_cast<T>(slope);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry nesterov_chebyshev_rosenbrock() {
  return kernel_entry<NesterovChebyshevRosenbrock, NoParameters>(
      {"nesterov_chebyshev_rosenbrock",
       "Nesterov's smooth chain of Chebyshev polynomials: its valley oscillates ever faster, hard from n = 5 "
       "on",
       "f(x) = (x_1 - 1)^2 / 4 + sum_{i<n} (x_{i+1} - 2 x_i^2 + 1)^2; start (-1, 1, ..., 1); minimizer 1",
       "Gurbuzbalaban and Overton, Nonlinear Analysis 75, 2012 (Nesterov's first variant)"},
      {}, 2, 2, 0);
}

}  // namespace lookahead::functions
