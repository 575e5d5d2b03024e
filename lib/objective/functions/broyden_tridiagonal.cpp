#include <vector>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct BroydenTridiagonal {
  BroydenTridiagonal(const NoParameters&, Index) {}
  // The root nearest to the start, by Newton's method; the linear systems are tridiagonal.
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {-1}, {-1});
    auto& x = facts.minimizers.front();
    const std::size_t n = x.size();
    std::vector<double> upper(n), change(n);
    for (int step = 0; step < 30; ++step) {
      for (std::size_t i = 0; i < n; ++i) {
        const double before = i > 0 ? x[i - 1] : 0;
        const double after = i + 1 < n ? x[i + 1] : 0;
        const double residual = (3 - 2 * x[i]) * x[i] - before - 2 * after + 1;
        const double pivot = 3 - 4 * x[i] + (i > 0 ? upper[i - 1] : 0);
        upper[i] = -2 / pivot;
        change[i] = (residual + (i > 0 ? change[i - 1] : 0)) / pivot;
      }
      for (std::size_t i = n - 1; i-- > 0;) change[i] -= upper[i] * change[i + 1];
      for (std::size_t i = 0; i < n; ++i) x[i] -= change[i];
    }
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    const auto at = [=](Index i) { return i < 0 || i >= d ? 0.0 : static_cast<double>(x[i]); };
    const auto residual = [=](Index i) {
      return i < 0 || i >= d ? 0.0 : (3 - 2 * at(i)) * at(i) - at(i - 1) - 2 * at(i + 1) + 1;
    };
    double sum = 0;
    double before = residual(from - 1);
    double here = residual(from);
    for (Index i = from; i < to; ++i) {
      const double after = residual(i + 1);
      sum += here * here;
      if constexpr (want_gradient) {
        gradient[i] = static_cast<T>(2 * ((3 - 4 * at(i)) * here - after - 2 * before));
      }
      before = here;
      here = after;
    }
    return sum;
  }
};

}  // namespace

FunctionEntry broyden_tridiagonal() {
  return kernel_entry<BroydenTridiagonal, NoParameters>(
      {"broyden_tridiagonal", "a tridiagonal system of quadratic equations, easy for any n",
       "f(x) = sum_i ((3 - 2 x_i) x_i - x_{i-1} - 2 x_{i+1} + 1)^2 with x_0 = x_{n+1} = 0; start -1, ..., "
       "-1, the\n"
       "convention of More; the minimizer, with f* = 0, is the root nearest to the start",
       "Broyden, Mathematics of Computation 19, 1965; problem 30 of More, Garbow, Hillstrom, ACM TOMS 7, "
       "1981"},
      {}, 10, 1, 0);
}

}  // namespace lookahead::functions
