#include "objective/functions/facts.hpp"
#include "objective/functions/two_sums.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct VariablyDimensioned {
  VariablyDimensioned(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {0}, {1});
    for (Index i = 0; i < d; ++i) {
      facts.start[static_cast<std::size_t>(i)] = 1 - static_cast<double>(i + 1) / static_cast<double>(d);
    }
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    const auto [squares, along] = shards.sum(n, [&](std::size_t from, std::size_t size) {
      TwoSums sums;
      for (std::size_t i = from; i < from + size; ++i) {
        const double offset = static_cast<double>(x[i]) - 1;
        sums.first += offset * offset;
        sums.second += static_cast<double>(i + 1) * offset;
      }
      return sums;
    });
    if constexpr (want_gradient) {
      const double slope = 2 * along + 4 * along * along * along;
      shards.each(n, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          gradient[i] =
              static_cast<T>(2 * (static_cast<double>(x[i]) - 1) + static_cast<double>(i + 1) * slope);
        }
      });
    }
    return squares + along * along + (along * along) * (along * along);
  }
};

}  // namespace

FunctionEntry variably_dimensioned() {
  return kernel_entry<VariablyDimensioned, NoParameters>(
      {"variably_dimensioned", "a convex quartic for any n, ever steeper in one direction as n grows",
       "f(x) = sum_i (x_i - 1)^2 + s^2 + s^4 with s = sum_i i (x_i - 1); start x_i = 1 - i/n",
       "problem 25 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 10, 1, 0);
}

}  // namespace lookahead::functions
