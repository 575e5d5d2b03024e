#include "theory/spectral.hpp"

#include <cmath>

#include "simd/scalar_math.hpp"
#include "theory/number.hpp"
#include "theory/powers.hpp"

namespace lookahead::theory {

Complex round_multiplier(Complex lambda, Index k, double alpha) {
  return 1.0 - alpha + alpha * power(lambda, k, Complex(1));
}

double per_step(double factor, Index k) { return math::pow(factor, 1 / static_cast<double>(k)); }

double alpha_limit(Complex lambda, Index k) {
  if (lambda == 1.0) return infinity;
  // 1 - lambda^k = (1 - lambda) sum, exact also where lambda is close to 1.
  const Complex sum = geometric_sum(lambda, k);
  // Where the sum is its own rounding error, lambda is a root of unity.
  if (modulus(sum) <= 1e-14 * static_cast<double>(k)) return 0;
  const Complex inverse = 1.0 / ((1.0 - lambda) * sum);
  // A power that overflows leaves no room for alpha.
  return std::isfinite(inverse.real()) ? 2 * inverse.real() : 0;
}

double stability_edge(Index k, double alpha) {
  const double ratio = 2 / alpha - 1, root = per_step(std::abs(ratio), k);
  if (ratio <= 0) return 1 - root;
  return k % 2 == 0 ? 2 : 1 + root;
}

Matrix2 momentum_step(double curvature, double gamma, const Momentum& momentum) {
  const double step = gamma * curvature, beta = momentum.beta;
  if (momentum.nesterov) return {1 - step * (1 + beta), beta * beta, -step, beta};
  return {1 - step, beta, -step, beta};
}

Matrix2 momentum_round(double curvature, const Rates& rates, const Momentum& momentum,
                       MomentumAtSync at_sync) {
  const Matrix2 inner = power(momentum_step(curvature, rates.gamma, momentum), rates.k);
  const double alpha = rates.alpha, rest = 1 - rates.alpha;
  switch (at_sync) {
    case MomentumAtSync::keep:
      return {rest + alpha * inner.a, alpha * inner.b, inner.c, inner.d};
    case MomentumAtSync::reset:
      return {rest + alpha * inner.a, 0, 0, 0};
    case MomentumAtSync::pullback:
      break;
  }
  return {rest + alpha * inner.a, alpha * inner.b, alpha * inner.c, rest + alpha * inner.d};
}

Slowest slowest_alone(std::span<const double> curvatures, double gamma, const Momentum& momentum) {
  Slowest slowest;
  for (const double curvature : curvatures) {
    const double rate = spectral_radius(momentum_step(curvature, gamma, momentum));
    if (rate >= slowest.rate) slowest = {rate, curvature};
  }
  return slowest;
}

Slowest slowest_under_lookahead(std::span<const double> curvatures, const Rates& rates,
                                const Momentum& momentum, MomentumAtSync at_sync) {
  Slowest slowest;
  for (const double curvature : curvatures) {
    const Matrix2 round = momentum_round(curvature, rates, momentum, at_sync);
    const double rate = per_step(spectral_radius(round), rates.k);
    if (rate >= slowest.rate) slowest = {rate, curvature};
  }
  return slowest;
}

std::vector<double> curvatures_between(double smallest, double largest, Index count) {
  std::vector<double> curvatures(static_cast<std::size_t>(count), smallest);
  for (std::size_t i = 1; i + 1 < curvatures.size(); ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(count - 1);
    curvatures[i] = smallest * math::pow(largest / smallest, part);
  }
  curvatures.back() = largest;
  return curvatures;
}

}  // namespace lookahead::theory
