#include <cmath>

#include "theory/bounds.hpp"

namespace lookahead::theory {
namespace {

// The least whole number of steps from which on enough(steps) holds; none up to 1e300.
template <class Enough>
std::optional<double> fewest(Enough enough) {
  if (enough(1)) return 1;
  double low = 1, high = 2;
  while (!enough(high)) {
    if (high > 1e300) return std::nullopt;
    low = high;
    high *= 2;
  }
  for (;;) {
    const double middle = std::floor(low + (high - low) / 2);
    if (!(low < middle && middle < high)) return high;
    (enough(middle) ? high : low) = middle;
  }
}

}  // namespace

std::optional<double> steps_for(const Constants& constants, const Rates& rates, const Workers& workers,
                                double epsilon) {
  if (!admits(constants, rates, workers)) return std::nullopt;
  return fewest([&](double steps) { return bound(constants, rates, workers, steps).total() <= epsilon; });
}

std::optional<double> steps_for_best(const Constants& constants, Index k, double alpha,
                                     const Workers& workers, double epsilon) {
  return fewest([&](double steps) {
    const double gamma = gamma_best(constants, k, alpha, workers, steps);
    return bound(constants, {k, alpha, gamma}, workers, steps).total() <= epsilon;
  });
}

}  // namespace lookahead::theory
