#include <cmath>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct DifferentPowersParameters {
  bool root = true;
};

class DifferentPowers {
 public:
  DifferentPowers(const DifferentPowersParameters& p, Index) : root_(p.root) {}
  // Convex with the root too: a norm of the convex functions |x_i|^(p_i / 2).
  static Facts facts(const DifferentPowersParameters& p, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {3.5}, {0});
    facts.convex = true;
    facts.smooth_at_minimum = !p.root;
    facts.locally_smooth = !p.root;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    const auto here = [=](std::size_t i) { return static_cast<double>(x[i]); };
    const auto excess = [=](std::size_t i) {
      return 4 * static_cast<double>(i) / static_cast<double>(d - 1);
    };
    const double sum = shards.sum(n, [&](std::size_t from, std::size_t size) {
      double part = 0;
      for (std::size_t i = from; i < from + size; ++i)
        part += here(i) * here(i) * math::pow(std::abs(here(i)), excess(i));
      return part;
    });
    const double value = root_ ? std::sqrt(sum) : sum;
    if constexpr (want_gradient) {
      // At the cusp of the root, x = 0, the gradient is taken as zero.
      const double outer = !root_ ? 1.0 : value > 0 ? 0.5 / value : 0.0;
      shards.each(n, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          const double power = math::pow(std::abs(here(i)), excess(i));
          gradient[i] = static_cast<T>(outer * (2 + excess(i)) * here(i) * power);
        }
      });
    }
    return value;
  }

 private:
  bool root_;
};

}  // namespace

FunctionEntry different_powers() {
  return kernel_entry<DifferentPowers, DifferentPowersParameters>(
      {"different_powers", "powers from 2 to 6: the nearer the minimum, the worse conditioned",
       "f(x) = sqrt(sum_i |x_i|^(2 + 4 (i-1) / (n-1))); start 3.5, ..., 3.5 (no convention exists); n >= 2\n"
       "without the root for root: false; with it, the minimum at 0 is a cusp",
       "Hansen, Finck, Ros, Auger, Real-Parameter Black-Box Optimization Benchmarking 2009 (f14, unrotated)"},
      {param("root", &DifferentPowersParameters::root, "whether the root of the sum is taken")}, 2, 2, 0);
}

}  // namespace lookahead::functions
