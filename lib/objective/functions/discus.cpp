#include "objective/functions/facts.hpp"
#include "objective/functions/weighted_squares.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Discus : WeightedSquares {
  Discus(const NoParameters&, Index d) : WeightedSquares(weights(d)) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {3.5}, {0});
    facts.smoothness = 2e6;
    facts.convex = true;
    return facts;
  }

 private:
  static Aligned<double> weights(Index d) {
    Aligned<double> weights(static_cast<std::size_t>(d), 1.0);
    weights.front() = 1e6;
    return weights;
  }
};

}  // namespace

FunctionEntry discus() {
  return kernel_entry<Discus, NoParameters>(
      {"discus", "one direction a million times as steep as all others",
       "f(x) = 1e6 x_1^2 + sum_{i>1} x_i^2; start 3.5, ..., 3.5 (no convention exists); L = 2e6; n >= 2",
       "Hansen, Finck, Ros, Auger, Real-Parameter Black-Box Optimization Benchmarking 2009 (f11, unrotated)"},
      {}, 2, 2, 0);
}

}  // namespace lookahead::functions
