#include "theory/games.hpp"

#include <algorithm>
#include <cmath>

#include "theory/number.hpp"
#include "theory/powers.hpp"

namespace lookahead::theory {

double bilinear_alpha_limit(double h, Index k) { return alpha_limit(Complex(1, h), k); }

std::optional<BestAlpha> best_alpha(Complex lambda, Index k) {
  const double limit = alpha_limit(lambda, k);
  if (!(limit > 0) || !std::isfinite(limit)) return std::nullopt;
  const Complex lost = (1.0 - lambda) * geometric_sum(lambda, k);
  return BestAlpha{limit / 2, std::abs(lost.imag()) / modulus(lost)};
}

double game_alpha_limit(std::span<const Complex> eigenvalues, double eta, Index k) {
  double limit = infinity;
  for (const Complex eigenvalue : eigenvalues)
    limit = std::min(limit, alpha_limit(1.0 - eta * eigenvalue, k));
  return limit;
}

double bilinear_alpha_limit(std::span<const double> singular_values, double eta, Index k) {
  double limit = infinity;
  for (const double sigma : singular_values) limit = std::min(limit, bilinear_alpha_limit(eta * sigma, k));
  return limit;
}

Matrix2 alternating_step(double h) { return {1, -h, h, 1 - h * h}; }

Complex alternating_eigenvalue(double h) {
  // lambda + 1 / lambda = 2 - h^2
  const double middle = 1 - h * h / 2;
  if (h <= 2) return {middle, h * std::sqrt((2 - h) * (2 + h)) / 2};
  return middle - h * std::sqrt((h - 2) * (h + 2)) / 2;
}

double alternating_alpha_limit(double h, Index k) {
  const Complex lambda = alternating_eigenvalue(h);
  const double limit = alpha_limit(lambda, k);
  if (h > 2) return std::max(0.0, std::min(limit, alpha_limit(1.0 / lambda, k)));
  // On the unit circle it is 1 where it is not 0 or infinity.
  return limit > 0 && std::isfinite(limit) ? 1 : limit;
}

}  // namespace lookahead::theory
