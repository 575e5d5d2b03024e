#pragma once
#include <limits>
#include <optional>

#include "run/method.hpp"
#include "run/plan.hpp"

namespace lookahead {

// A plan as the formulas of the convergence theorem take it, and the learning rates that they admit. Where k
// and alpha follow schedules, of their largest values; the limits are those of the worst alpha.
struct RateLimits {
  Method method;
  theory::Constants numbers;  // gap is infinite where f_inf is not known
  theory::Workers workers;
  double gap_rounding = 0;      // what f(start) - f_inf may be off by rounding
  std::optional<double> steps;  // T, where the plan says how long it runs
  // The largest rate by condition (C), and the largest that is proved: without noise and with workers it is
  // another one. 0 where there is no smoothness constant.
  double safe = 0, limit = 0;
  // The same with kappa at most 1/2 for drifting workers, whose bound grows without end towards `limit`.
  double moderate = 0;

  // The best rate for T steps; none where there is no T or a number is not finite.
  std::optional<double> best() const;
};
RateLimits rate_limits(const Plan& plan, const ProblemConstants& constants);

// lr: auto. Puts the best rate for the planned steps in the place of `auto`, or the largest admitted one
// where the steps are not known, keeps the constants in the plan and notes what was chosen. A fault where the
// theorem gives no step: gradients of infinite variance, or no curvature at all.
Checked<Done> settle_rate(Plan& plan, Pool& pool);

}  // namespace lookahead
