#pragma once
#include <limits>
#include <optional>

#include "base/scalar.hpp"
#include "options/codec.hpp"

namespace lookahead {

// Why a run ended.
enum class StopReason {
  steps,
  rounds,
  epochs,
  evals,
  target,
  grad_norm,
  time,
  patience,
  stalled,  // nothing can change any more
  divergence,
  signal,
  evaluation  // one could not be made
};
template <>
struct Words<StopReason> {
  static constexpr std::pair<const char*, StopReason> table[] = {
      {"steps", StopReason::steps},     {"rounds", StopReason::rounds},
      {"epochs", StopReason::epochs},   {"evals", StopReason::evals},
      {"target", StopReason::target},   {"grad_norm", StopReason::grad_norm},
      {"time", StopReason::time},       {"patience", StopReason::patience},
      {"stalled", StopReason::stalled}, {"divergence", StopReason::divergence},
      {"signal", StopReason::signal},   {"evaluation", StopReason::evaluation}};
};

// The conditions that end a run; the first one met does.
struct StopRules {
  std::optional<Index> steps, rounds, epochs, evals;
  std::optional<double> target, grad_norm, seconds;
  std::optional<Index> patience;  // epochs in which the slow point moved, without a better metric
};

// How far a run is.
struct Counts {
  Index steps = 0, rounds = 0, epochs = 0, grad_evals = 0;
  double seconds = 0;  // on the wall
  Index epochs_without_gain = 0;
};

// How near a run has come to the ends that hang on values, at all moments when they are judged, or would be.
struct Nearest {
  double excess = std::numeric_limits<double>::quiet_NaN();     // the least
  double grad_norm = std::numeric_limits<double>::quiet_NaN();  // the least; NaN where no rule asked for it
  Index epochs_without_gain = 0;                                // the most
  bool meets_losses = false;  // `excess` is known, and the same, whether or not a rule asks for it
};

// Which of the conditions on counts is met; a pure function.
std::optional<StopReason> stop_by_counts(const StopRules& rules, const Counts& counts);

// Which of the conditions on values is met: excess = loss - f* (or the loss), NaN where it was not evaluated.
std::optional<StopReason> stop_by_values(const StopRules& rules, double excess, double grad_norm);

// Whether a loss means divergence: not finite, or above the limit.
inline bool has_diverged(double loss, double limit) {
  return !(loss <= limit && loss >= std::numeric_limits<double>::lowest());
}

// The loss above which a run has diverged: that of the start, and factor * max(1, |loss at the start|) more.
double divergence_limit(double factor, double start_loss);

}  // namespace lookahead
