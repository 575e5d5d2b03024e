#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/lanes.hpp"

namespace lookahead::functions {
namespace {

// One link: 100 a^2 + b^2 with a = y - x^2, b = 1 - x.
struct RosenbrockChained {
  RosenbrockChained(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-30, 30}, {-1.2, 1}, {1}); }

  // Gradient gathered per coordinate, so that it is written once and eight links are done side by side.
  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    const auto at = [x](Index i) { return static_cast<double>(x[i]); };
    double sum = 0;
    Index i = from;
    if (i == 0) {
      const double a = at(1) - at(0) * at(0);
      const double b = 1 - at(0);
      sum = 100 * a * a + b * b;
      if constexpr (want_gradient) gradient[0] = static_cast<T>(-400 * a * at(0) - 2 * b);
      i = 1;
    }
    const Index links = std::min(to, d - 1);  // of all coordinates but the last
    if (links - i >= lane_count) {
      Lanes sums{};
      for (; i + lane_count <= links; i += lane_count) {
        const Lanes here = widen(x + i);
        const Lanes a = widen(x + i + 1) - here * here;
        const Lanes b = 1.0 - here;
        sums += 100.0 * a * a + b * b;
        if constexpr (want_gradient) {
          const Lanes before = widen(x + i - 1);
          narrow(gradient + i, 200.0 * (here - before * before) - 400.0 * a * here - 2.0 * b);
        }
      }
      sum += total(sums);
    }
    for (; i < links; ++i) {
      const double a = at(i + 1) - at(i) * at(i);
      const double b = 1 - at(i);
      sum += 100 * a * a + b * b;
      if constexpr (want_gradient) {
        gradient[i] = static_cast<T>(200 * (at(i) - at(i - 1) * at(i - 1)) - 400 * a * at(i) - 2 * b);
      }
    }
    if constexpr (want_gradient) {
      if (to == d) gradient[d - 1] = static_cast<T>(200 * (at(d - 1) - at(d - 2) * at(d - 2)));
    }
    return sum;
  }
};

}  // namespace

FunctionEntry rosenbrock_chained() {
  return kernel_entry<RosenbrockChained, NoParameters>(
      {"rosenbrock_chained",
       "Rosenbrock's valley chained through all coordinates: narrow, curved, hard for large n",
       "f(x) = sum_{i<n} 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2; start -1.2, 1, -1.2, ... (the convention of "
       "More)",
       "Rosenbrock, Computer Journal 3, 1960; Toint, 1978"},
      {}, 2, 2, 0);
}

}  // namespace lookahead::functions
