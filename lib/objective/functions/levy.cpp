#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Levy {
  Levy(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-10, 10}, {0.9, 1.1}, {1}); }

  // In u = w - 1 = (x - 1) / 4 all waves start at zero, so that f(x*) is exactly zero. Derivatives of squared
  // sines are sines of the double angle.
  template <Scalar T, bool want_gradient>
  double part(const T* x, T* gradient, Index from, Index to, Index d) const {
    constexpr double pi = std::numbers::pi;
    const auto shifted = [x](Index i) { return (static_cast<double>(x[i]) - 1) / 4; };
    const double first = shifted(0);
    double sum = 0;
    if (from == 0) {
      const double front = math::sin(pi * first);
      sum = front * front;
    }
    for (Index i = from; i < std::min(to, d - 1); ++i) {
      const double u = shifted(i);
      const double wave = math::sin(pi * u + 1);
      const double factor = 1 + 10 * wave * wave;
      sum += u * u * factor;
      if constexpr (want_gradient) {
        double slope = 2 * u * factor + 10 * pi * u * u * math::sin(2 * (pi * u + 1));
        if (i == 0) slope += pi * math::sin(2 * pi * first);
        gradient[i] = static_cast<T>(slope / 4);
      }
    }
    if (to < d) return sum;
    const double last = shifted(d - 1);
    const double wave = math::sin(2 * pi * last);
    const double factor = 1 + wave * wave;
    if constexpr (want_gradient) {
      double slope = 2 * last * factor + 2 * pi * last * last * math::sin(4 * pi * last);
      if (d == 1) slope += pi * math::sin(2 * pi * first);
      gradient[d - 1] = static_cast<T>(slope / 4);
    }
    return sum + last * last * factor;
  }
};

}  // namespace

FunctionEntry levy() {
  return kernel_entry<Levy, NoParameters>(
      {"levy", "Levy's function number 3: a parabola with waves that grow with the distance from the minimum",
       "f(x) = sin^2(pi w_1) + sum_{i<n} (w_i - 1)^2 (1 + 10 sin^2(pi w_i + 1)) + (w_n - 1)^2 (1 + sin^2(2 "
       "pi w_n))\n"
       "with w_i = 1 + (x_i - 1) / 4; start 0.9, 1.1, 0.9, ...",
       "Levy and Montalvo, SIAM J. Sci. Stat. Comput. 6, 1985 (Levy03 of the usual collections)"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
