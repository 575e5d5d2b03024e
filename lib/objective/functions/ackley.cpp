#include <cmath>
#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "parallel/sums.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Ackley {
  Ackley(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-32, 32}, {0.02}, {0});
    facts.smooth_at_minimum = false;
    facts.locally_smooth = false;
    return facts;
  }

  // The waves as sin^2 and the exponentials as expm1 lose no digits near the minimum.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    constexpr double pi = std::numbers::pi;
    const auto count = static_cast<std::size_t>(d);
    const double n = static_cast<double>(d);
    const double waves = shards.sum(count, [&](std::size_t from, std::size_t size) {
      double sum = 0;
      for (std::size_t i = from; i < from + size; ++i) {
        const double wave = math::sin(pi * static_cast<double>(x[i]));
        sum += wave * wave;
      }
      return sum;
    });
    const double root = std::sqrt(squared_norm(shards, std::span<const T>(x, count)) / n);
    const double funnel = math::expm1(-0.2 * root);
    const double ripple = math::expm1(-2 * waves / n);
    if constexpr (want_gradient) {
      const double pull = root > 0 ? 4 * (1 + funnel) / (n * root) : 0;
      const double swing = 2 * pi * std::numbers::e * (1 + ripple) / n;
      shards.each(count, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          const double here = x[i];
          gradient[i] = static_cast<T>(pull * here + swing * math::sin(2 * pi * here));
        }
      });
    }
    return -20 * funnel - std::numbers::e * ripple;
  }
};

}  // namespace

FunctionEntry ackley() {
  return kernel_entry<Ackley, NoParameters>(
      {"ackley", "a funnel with a cusp at its bottom under a regular wave of local minima",
       "f(x) = 20 + e - 20 exp(-0.2 sqrt(sum_i x_i^2 / n)) - exp(sum_i cos(2 pi x_i) / n)\n"
       "f* = 0 at 0, where f is not differentiable; start 0.02, ..., 0.02, the convention of ensmallen",
       "Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987; Baeck, Schwefel, 1993"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
