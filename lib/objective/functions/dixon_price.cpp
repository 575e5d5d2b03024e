
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct DixonPrice {
  DixonPrice(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {1}, {1});
    // 2^-(1 - 2^(1-i)); the last coordinate enters by its square alone.
    auto& minimizer = facts.minimizers.front();
    double part = 1;
    for (double& x : minimizer) {
      x = math::pow(2.0, part - 1);
      part /= 2;
    }
    if (d > 1) {
      facts.minimizers.push_back(minimizer);
      facts.minimizers.back().back() *= -1;
    }
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    const auto at = [=](Index i) { return static_cast<double>(x[i]); };
    const auto weight = [](Index i) { return static_cast<double>(i + 1); };
    const auto link = [=](Index i) { return 2 * at(i) * at(i) - at(i - 1); };
    const double first = at(0) - 1;
    const auto slope_of = [=](Index i) { return 8 * weight(i) * link(i) * at(i); };
    double sum = from == 0 ? first * first : weight(from) * link(from) * link(from);
    double slope = from == 0 ? 2 * first : slope_of(from);
    for (Index i = from + 1; i < to; ++i) {
      const double a = link(i);
      sum += weight(i) * a * a;
      if constexpr (want_gradient) gradient[i - 1] = static_cast<T>(slope - 2 * weight(i) * a);
      slope = 8 * weight(i) * a * at(i);
    }
    // The next coordinate's term has a slope here too.
    if constexpr (want_gradient) {
      gradient[to - 1] = static_cast<T>(to < d ? slope - 2 * weight(to) * link(to) : slope);
    }
    return sum;
  }
};

}  // namespace

FunctionEntry dixon_price() {
  return kernel_entry<DixonPrice, NoParameters>(
      {"dixon_price", "a chain of parabolas with growing weights: a curved valley with two minimizers",
       "f(x) = (x_1 - 1)^2 + sum_{i>1} i (2 x_i^2 - x_{i-1})^2; start 1, ..., 1 (no convention exists)\n"
       "x*_i = 2^-(1 - 2^(1-i)), the last coordinate with either sign",
       "Dixon and Price, Journal of Optimization Theory and Applications 60, 1989"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
