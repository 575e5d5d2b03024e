#include "theory/optimal_alpha.hpp"

#include <algorithm>
#include <cmath>

#include "simd/lanes.hpp"

namespace lookahead::theory {

double AlphaQuotient::within(double low, double high) const {
  if (!(denominator > 0) || !std::isfinite(value())) return high;
  return std::clamp(value(), low, high);
}

AlphaQuotient alpha_from_minimum(std::span<const double> from_minimum, std::span<const double> curved,
                                 std::span<const double> difference) {
  return {dot(from_minimum, curved), dot(difference, curved)};
}

AlphaQuotient alpha_from_gradients(std::span<const double> slow_gradient,
                                   std::span<const double> fast_gradient,
                                   std::span<const double> difference) {
  const double slope = dot(slow_gradient, difference);
  return {slope, slope - dot(fast_gradient, difference)};
}

AlphaQuotient alpha_from_diagonal(std::span<const double> curvature, std::span<const double> fast_gradient,
                                  std::span<const double> difference) {
  double bent = 0;
  for (std::size_t i = 0; i < difference.size(); ++i) bent += curvature[i] * difference[i] * difference[i];
  return {bent + dot(fast_gradient, difference), bent};
}

}  // namespace lookahead::theory
