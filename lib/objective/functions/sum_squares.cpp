#include "objective/functions/facts.hpp"
#include "objective/functions/weighted_squares.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct SumSquares : WeightedSquares {
  SumSquares(const NoParameters&, Index d) : WeightedSquares(weights(d)) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {10}, {0});
    facts.smoothness = 2.0 * static_cast<double>(d);
    facts.convex = true;
    return facts;
  }

 private:
  static Aligned<double> weights(Index d) {
    Aligned<double> weights(static_cast<std::size_t>(d));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<double>(i + 1);
    return weights;
  }
};

}  // namespace

FunctionEntry sum_squares() {
  return kernel_entry<SumSquares, NoParameters>(
      {"sum_squares",
       "squares with weights 1, 2, ..., n: mildly ill-conditioned, the axis-parallel ellipsoid",
       "f(x) = sum_i i x_i^2; start 10, ..., 10 (no convention exists: the corner of the domain); L = 2 n",
       "Molga and Smutnicki, Test functions for optimization needs, 2005"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
