#include "engine/stopping.hpp"

#include <algorithm>
#include <cmath>

namespace lookahead {

std::optional<StopReason> stop_by_counts(const StopRules& rules, const Counts& counts) {
  if (rules.steps && counts.steps >= *rules.steps) return StopReason::steps;
  if (rules.rounds && counts.rounds >= *rules.rounds) return StopReason::rounds;
  if (rules.epochs && counts.epochs >= *rules.epochs) return StopReason::epochs;
  if (rules.evals && counts.grad_evals >= *rules.evals) return StopReason::evals;
  if (rules.seconds && counts.seconds >= *rules.seconds) return StopReason::time;
  if (rules.patience && counts.epochs_without_gain >= *rules.patience) return StopReason::patience;
  return std::nullopt;
}

std::optional<StopReason> stop_by_values(const StopRules& rules, double excess, double grad_norm) {
  if (rules.target && excess <= *rules.target) return StopReason::target;
  if (rules.grad_norm && grad_norm <= *rules.grad_norm) return StopReason::grad_norm;
  return std::nullopt;
}

double divergence_limit(double factor, double start_loss) {
  return std::min(start_loss + factor * std::max(1.0, std::abs(start_loss)),
                  std::numeric_limits<double>::max());
}

}  // namespace lookahead
