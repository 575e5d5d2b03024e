#include <algorithm>
#include <cmath>

#include "simd/scalar_math.hpp"
#include "theory/bounds.hpp"
#include "theory/number.hpp"

namespace lookahead::theory {
namespace {

// Fast agents that see the same function without noise move as one.
bool drift_apart(const Constants& constants, const Workers& workers) {
  return workers.count > 1 && !(constants.deterministic() && workers.heterogeneity == 0);
}

// The constants of the mean of the workers' gradients.
Constants of_mean(Constants constants, const Workers& workers) {
  const double count = static_cast<double>(workers.count);
  constants.variance /= count;
  constants.relative_variance /= count;
  return constants;
}

// How far the workers drift apart (W), in units of squared gradients.
struct Drift {
  double scale;          // L^2 gamma^2 (k - 1)
  double span;           // what the mean of |grad f_i - h|^2 is multiplied by
  double weight;         // 1, or 2 where the workers' functions differ
  double contraction;    // kappa, must stay below 1
  double differing;      // 2 zeta^2
  double share;          // 1 - 1/m
  double through_noise;  // v: the drift's part in the noise, by its dependence on the gradients

  Drift(const Constants& constants, const Rates& rates, const Workers& workers) {
    const double k = static_cast<double>(rates.k), m = static_cast<double>(workers.count);
    const double smoothness = constants.smoothness, rho = constants.relative_variance;
    scale = square(smoothness * rates.gamma) * (k - 1);
    share = 1 - 1 / m;
    span = constants.deterministic() ? k / 2 : k + 2 * share * rho;
    weight = workers.heterogeneity > 0 ? 2 : 1;
    contraction = weight * scale * span;
    differing = 2 * workers.heterogeneity;
    through_noise = rho / m * (smoothness * rates.alpha * rates.gamma + 2 * square(1 - rates.alpha) * scale);
  }

  // What the drift takes of the slack of the condition.
  double coupling(double rho) const {
    return (1 + weight * through_noise) * 2 * share * rho * scale / (1 - contraction);
  }
};

// Beside (C) for the mean: with relative noise the drift takes part of the slack.
bool keeps_slack(const Constants& constants, const Rates& rates, const Workers& workers) {
  const double rho = constants.relative_variance;
  if (rho == 0) return true;
  const double mean_rho = of_mean(constants, workers).relative_variance, k = static_cast<double>(rates.k);
  const Drift drift(constants, rates, workers);
  return (1 + mean_rho) * constants.smoothness * rates.alpha * rates.gamma +
             square(1 - rates.alpha) * drift.scale * (k + 2 * mean_rho) + drift.coupling(rho) <=
         1;
}

}  // namespace

bool admits(const Constants& constants, const Rates& rates, const Workers& workers) {
  if (!(rates.gamma > 0)) return false;
  if (!drift_apart(constants, workers)) return rates.gamma <= gamma_limit(constants, rates.k, rates.alpha);
  return rates.gamma <= gamma_limit(of_mean(constants, workers), rates.k, rates.alpha) &&
         Drift(constants, rates, workers).contraction < 1 && keeps_slack(constants, rates, workers);
}

BoundTerms bound(const Constants& constants, const Rates& rates, const Workers& workers, double steps) {
  if (!drift_apart(constants, workers)) return bound(constants, rates, steps);
  BoundTerms terms = bound(of_mean(constants, workers), rates, steps);
  const Drift drift(constants, rates, workers);
  if (drift.contraction >= 1) {
    terms.workers = infinity;
    return terms;
  }
  const double apart = drift.scale * (drift.share * constants.variance + drift.span * drift.differing) /
                       (1 - drift.contraction);
  terms.workers = drift.through_noise * drift.differing + (1 + drift.weight * drift.through_noise) * apart;
  return terms;
}

double gamma_limit(const Constants& constants, Index k, double alpha, const Workers& workers, double most) {
  if (!drift_apart(constants, workers)) return gamma_limit(constants, k, alpha);
  double limit = gamma_limit(of_mean(constants, workers), k, alpha);
  // The contraction is proportional to (L gamma)^2: by L gamma its square is within the range of numbers.
  Constants unit = constants;
  unit.smoothness = 1;
  if (const double at_one = Drift(unit, {k, alpha, 1}, workers).contraction; at_one > 0)
    limit = std::min(limit, std::sqrt(most / at_one) / constants.smoothness);
  const auto drifts = [&] { return Drift(constants, {k, alpha, limit}, workers).contraction >= 1; };
  for (int roundings = 8; roundings > 0 && drifts(); --roundings) limit = std::nextafter(limit, 0.0);
  if (keeps_slack(constants, {k, alpha, limit}, workers)) return limit;
  double low = 0, high = limit;
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (!(low < middle && middle < high)) return low;
    (keeps_slack(constants, {k, alpha, middle}, workers) ? low : high) = middle;
  }
}

double gamma_best(const Constants& constants, Index k, double alpha, const Workers& workers, double steps) {
  if (!drift_apart(constants, workers)) return gamma_best(constants, k, alpha, steps);
  const double limit = gamma_limit(constants, k, alpha, workers);
  const auto total = [&](double gamma) {
    return bound(constants, {k, alpha, gamma}, workers, steps).total();
  };
  // Every term beside the first grows with gamma, and all are convex in log gamma: golden sections.
  if (constants.gap == 0) return total(limit) > 0 ? 0 : limit;
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = math::log(limit) - 0.5 * math::log(steps) - 100, high = math::log(limit);
  double left = high - golden * (high - low), right = low + golden * (high - low);
  double at_left = total(math::exp(left)), at_right = total(math::exp(right));
  while (high - low > 1e-9) {
    if (at_left <= at_right) {
      high = right, right = left, at_right = at_left;
      left = high - golden * (high - low);
      at_left = total(math::exp(left));
    } else {
      low = left, left = right, at_left = at_right;
      right = low + golden * (high - low);
      at_right = total(math::exp(right));
    }
  }
  const double found = std::min(math::exp(low + (high - low) / 2), limit);
  return total(limit) <= total(found) ? limit : found;
}

}  // namespace lookahead::theory
