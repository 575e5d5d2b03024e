#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Rastrigin {
  Rastrigin(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5.12, 5.12}, {-3}, {0});
    // At the minima of the cosine: 2 + 10 (2 pi)^2.
    facts.smoothness = 2 + 40 * std::numbers::pi * std::numbers::pi;
    return facts;
  }

  // 10 (1 - cos 2 pi x) is written 20 sin^2 pi x, which loses no digits near the minimum.
  template <Scalar T, bool want_gradient>
  double part(const T* x, T* gradient, Index from, Index to, Index) const {
    constexpr double pi = std::numbers::pi;
    double sum = 0;
    for (Index i = from; i < to; ++i) {
      const double here = x[i];
      if constexpr (want_gradient) {
        const auto [sine, cosine] = math::sine_and_cosine(pi * here);
        sum += here * here + 20 * sine * sine;
        gradient[i] = static_cast<T>(2 * here + 40 * pi * sine * cosine);
      } else {
        const double sine = math::sin(pi * here);
        sum += here * here + 20 * sine * sine;
      }
    }
    return sum;
  }
};

}  // namespace

FunctionEntry rastrigin() {
  return kernel_entry<Rastrigin, NoParameters>(
      {"rastrigin", "a paraboloid under a regular wave: a local minimum near every point of the integer grid",
       "f(x) = 10 n + sum_i x_i^2 - 10 cos(2 pi x_i); start -3, ..., -3",
       "Rastrigin, Systems of Extremal Control, 1974; Muehlenbein, Schomisch, Born, 1991"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
