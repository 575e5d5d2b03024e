#include "theory/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/scalar_math.hpp"
#include "theory/number.hpp"

namespace lookahead::theory {
namespace {

// The positive root of L^2 a gamma^2 + L b gamma = 1.
double root_of_condition(double smoothness, double a, double b) {
  return 2 / (smoothness * (b + std::sqrt(b * b + 4 * a)));
}

}  // namespace

double gamma_safe(double smoothness, Index k, double alpha, double relative_variance) {
  const double steps = static_cast<double>(k);
  return root_of_condition(smoothness, square(1 - alpha) * (steps - 1) * (steps + 2 * relative_variance),
                           (1 + relative_variance) * alpha);
}

double gamma_det(double smoothness, Index k, double alpha) {
  const double steps = static_cast<double>(k);
  return root_of_condition(smoothness, square(1 - alpha) * steps * (steps - 1) / 2, alpha);
}

double gamma_limit(const Constants& constants, Index k, double alpha) {
  return constants.deterministic() ? gamma_det(constants.smoothness, k, alpha)
                                   : gamma_safe(constants.smoothness, k, alpha, constants.relative_variance);
}

std::optional<Index> largest_k(const Constants& constants, double alpha, double gamma) {
  // Every operation of gamma_limit() is monotone in k also when rounded, so bisection is exact.
  const auto admitted = [&](Index k) { return gamma <= gamma_limit(constants, k, alpha); };
  Index low = 1, high = std::numeric_limits<Index>::max();
  if (!admitted(low)) return std::nullopt;
  if (admitted(high)) return high;
  while (high - low > 1) {
    const Index middle = low + (high - low) / 2;
    (admitted(middle) ? low : high) = middle;
  }
  return low;
}

double gamma_root(const Constants& constants, Index k, double alpha, double steps) {
  if (constants.variance == 0) return infinity;
  // The root where the cubic term is absent. T stands apart, because it may be as large as a double.
  const double square_root =
      std::sqrt(2 * constants.gap / (constants.smoothness * constants.variance)) / std::sqrt(steps) / alpha;
  // In u = gamma / square_root the cubic is a u^3 + u^2 - 1.
  const double a =
      2 * constants.smoothness * square(1 - alpha) * (static_cast<double>(k) - 1) * square_root / alpha;
  if (a == 0) return square_root;
  // Both 1 and a^(-1/3) lie above the root of this convex increasing function: Newton comes down to it.
  double u = std::min(1.0, 1 / math::cbrt(a));
  for (;;) {
    const double next = u - (u * u * (a * u + 1) - 1) / (u * (3 * a * u + 2));
    if (!(next < u)) return u * square_root;
    u = next;
  }
}

double gamma_best(const Constants& constants, Index k, double alpha, double steps) {
  return std::min(gamma_root(constants, k, alpha, steps), gamma_limit(constants, k, alpha));
}

BoundTerms bound(const Constants& constants, const Rates& rates, double steps) {
  const double step = rates.alpha * rates.gamma, smoothness = constants.smoothness;
  BoundTerms terms;
  // Nothing to descend: also where the step is 0.
  terms.start = constants.gap == 0 ? 0 : 2 * constants.gap / (step * steps);
  terms.noise = step * smoothness * constants.variance;
  terms.disagreement = square((1 - rates.alpha) * rates.gamma * smoothness) *
                       (static_cast<double>(rates.k) - 1) * constants.variance;
  return terms;
}

}  // namespace lookahead::theory
