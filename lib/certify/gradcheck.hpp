#pragma once
#include <limits>
#include <optional>
#include <vector>

#include "run/plan.hpp"

namespace lookahead {

// How a gradient is checked.
struct GradcheckRequest {
  Index points = 2;                 // random points near the start, beside the start itself; >= 0
  Index most = 100;                 // coordinates at a point, >= 1; a random choice where there are more
  std::optional<double> tolerance;  // of the relative error, > 0; default: default_tolerance()
};

// What differences of values in precision T can tell of a right gradient, with room to spare.
template <Scalar T>
constexpr double default_tolerance() {
  return std::same_as<T, double> ? 1e-6 : 1e-3;
}

// One component of the gradient at one point.
struct GradientComponent {
  Index point = 0;  // 0: the start; i: the i-th random point
  Index coordinate = 0;
  double analytic = 0, numeric = 0;
  // |analytic - numeric| / max(|analytic|, |numeric|, u / default_tolerance()), u the uncertainty of numeric,
  // at least T's smallest normal number: components too small for the differences are not judged by digits
  // those do not have. Infinite where the gradient or all values around the point are not finite.
  double relative_error = 0;
  // The gradient jumps here, at the point or within the steps of the differences, and is right on both sides:
  // analytic and numeric need not agree.
  bool kink = false;
};

struct GradcheckReport {
  Index dimension = 0;
  Index points = 0;       // the start included
  Index coordinates = 0;  // checked at each of them
  double tolerance = 0;
  std::vector<GradientComponent> components;  // all that were checked, the worst first, kinks last

  // Of the components that are no kinks.
  double worst_error() const {
    return components.empty() || components.front().kink ? 0 : components.front().relative_error;
  }
  Index kinks() const;
  // How many are above the tolerance, or not comparable.
  Index above() const;
  // How many differ by more than the tolerance, of the largest of all, and are held against more than their own size, as
  // differences of values tell so little of them.
  Index coarse() const;
  bool passed() const { return above() == 0; }
};

// Compares the gradient of the plan's objective (all rows, l2 included, no noise) with differences of its
// values: at the start and at random points near it, which follow from the spec's seed. The differences are
// central, of fourth order (Richardson's extrapolation), the step of each component being the one of a
// falling sequence where neighbours agree best (after Ridders, 1982). Where the two differ, the difference of
// values on either side of the point is compared with the integral of the gradient there: if they agree and
// the gradient varies as much as it differs from the numeric one, that is a kink. Faults: for games, whose
// field is no gradient, and the objective's.
Checked<GradcheckReport> gradcheck(const Plan& plan, Pool& pool, const GradcheckRequest& request);

}  // namespace lookahead
