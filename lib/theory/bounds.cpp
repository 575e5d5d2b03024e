#include "theory/bounds.hpp"

#include <cmath>

namespace lookahead::theory {
namespace {

// The positive root of L^2 a gamma^2 + L b gamma = 1.
double root_of_condition(double smoothness, double a, double b) {
  return 2 / (smoothness * (b + std::sqrt(b * b + 4 * a)));
}

}  // namespace

double gamma_safe(double smoothness, Index k, double alpha, double relative_variance) {
  const double steps = static_cast<double>(k), away = (1 - alpha) * (1 - alpha);
  return root_of_condition(smoothness, away * (steps - 1) * (steps + 2 * relative_variance),
                           (1 + relative_variance) * alpha);
}

double gamma_det(double smoothness, Index k, double alpha) {
  const double steps = static_cast<double>(k), away = (1 - alpha) * (1 - alpha);
  return root_of_condition(smoothness, away * steps * (steps - 1) / 2, alpha);
}

double gamma_limit(const Constants& constants, Index k, double alpha) {
  return constants.deterministic() ? gamma_det(constants.smoothness, k, alpha)
                                   : gamma_safe(constants.smoothness, k, alpha, constants.relative_variance);
}

}  // namespace lookahead::theory
