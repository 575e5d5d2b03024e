#include <algorithm>

#include "objective/functions/facts.hpp"
#include "objective/functions/weighted_squares.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Ellipsoid : WeightedSquares {
  Ellipsoid(const NoParameters&, Index d) : WeightedSquares(weights(d)) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {3.5}, {0});
    facts.smoothness = 2e6;
    facts.convex = true;
    return facts;
  }

 private:
  // From 1 up to 1e6.
  static Aligned<double> weights(Index d) {
    Aligned<double> weights = log_spaced_weights(1e6, d);
    std::reverse(weights.begin(), weights.end());
    return weights;
  }
};

}  // namespace

FunctionEntry ellipsoid() {
  return kernel_entry<Ellipsoid, NoParameters>(
      {"ellipsoid", "squares with weights log-spaced from 1 to a million: every scale between is present",
       "f(x) = sum_i 10^(6 (i-1) / (n-1)) x_i^2; start 3.5, ..., 3.5 (no convention exists); L = 2e6; n >= 2",
       "Hansen, Finck, Ros, Auger, Real-Parameter Black-Box Optimization Benchmarking 2009 (f2, unshifted)"},
      {}, 2, 2, 0);
}

}  // namespace lookahead::functions
