#include "objective/functions/facts.hpp"
#include "objective/functions/two_sums.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Zakharov {
  Zakharov(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5, 10}, {7}, {0});
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    const auto [squares, along] = shards.sum(n, [&](std::size_t from, std::size_t size) {
      TwoSums sums;
      for (std::size_t i = from; i < from + size; ++i) {
        const double here = static_cast<double>(x[i]);
        sums.first += here * here;
        sums.second += 0.5 * static_cast<double>(i + 1) * here;
      }
      return sums;
    });
    if constexpr (want_gradient) {
      const double slope = along + 2 * along * along * along;
      shards.each(n, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          gradient[i] = static_cast<T>(2 * static_cast<double>(x[i]) + static_cast<double>(i + 1) * slope);
        }
      });
    }
    return squares + along * along + (along * along) * (along * along);
  }
};

}  // namespace

FunctionEntry zakharov() {
  return kernel_entry<Zakharov, NoParameters>(
      {"zakharov",
       "Zakharov's convex quartic: a round bowl, and a wall that rises with the fourth power in one "
       "direction",
       "f(x) = sum_i x_i^2 + s^2 + s^4 with s = sum_i i x_i / 2; start 7, ..., 7 (no convention exists)",
       "Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation 4, 2013"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
