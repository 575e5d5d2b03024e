#include <limits>

#include "simd/scalar_math.hpp"
#include "theory/bounds.hpp"
#include "theory/number.hpp"

namespace lookahead::theory {
Level combined(std::span<const Level> levels) {
  Level product;
  for (const Level& level : levels) {
    if (__builtin_mul_overflow(product.k, level.k, &product.k)) product.k = std::numeric_limits<Index>::max();
    product.alpha *= level.alpha;
  }
  return product;
}

BoundTerms bound_of_rounds(const Constants& constants, std::span<const Rates> rounds) {
  double weights = 0;
  BoundTerms terms;
  for (const Rates& rates : rounds) {
    const double weight = static_cast<double>(rates.k) * rates.alpha * rates.gamma;
    const BoundTerms here = bound(constants, rates, 1);
    weights += weight;
    terms.noise += weight * here.noise;
    terms.disagreement += weight * here.disagreement;
  }
  terms.start = constants.gap == 0 ? 0 : 2 * constants.gap / weights;
  if (weights > 0) {
    terms.noise /= weights;
    terms.disagreement /= weights;
  }
  return terms;
}

double bound_gap(const Constants& constants, const Rates& rates, double mu, double rounds) {
  const double k = static_cast<double>(rates.k), rho = constants.relative_variance;
  const double smoothness = constants.smoothness, step = rates.alpha * rates.gamma;
  const double apart = square(smoothness * (1 - rates.alpha) * rates.gamma) * (k - 1);
  if (!(mu * step <= 1)) return infinity;
  const double span = constants.deterministic() ? k / 2 : k + 2 * rho;
  const double used =
      (1 + rho) * smoothness * step + (apart == 0 ? 0 : apart * span * math::pow(1 - mu * step, 1 - k));
  // A step at the edge of the condition may be beyond it by rounding.
  if (!(used <= 1 + 1e-12)) return infinity;
  const double left = rounds == 0 ? 1 : math::exp(k * rounds * math::log1p(-mu * step));
  return left * constants.gap + (smoothness * step + 2 * apart) * constants.variance / (2 * mu);
}

}  // namespace lookahead::theory
