#pragma once
#include <algorithm>
#include <cmath>

#include "base/scalar.hpp"

namespace lookahead {

// A point along a line: how far, the value there, and the slope in the line's direction.
struct LinePoint {
  double t = 0, value = 0, slope = 0;
};

struct WolfeConditions {
  using DeclaredIn = WolfeConditions;
  double decrease = 1e-4;  // value <= start + decrease t slope(0)
  double curvature = 0.9;  // |slope| <= curvature |slope(0)|
  Index most_evaluations = 25;
};

// The minimizer between two points of the cubic through their values and slopes, kept off both ends; the
// middle where there is none.
inline double cubic_step(const LinePoint& a, const LinePoint& b) {
  const double width = b.t - a.t;
  const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
  const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), width);
  const double t = b.t - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  if (!std::isfinite(t)) return a.t + 0.5 * width;
  const auto [low, high] = std::minmax({a.t + 0.1 * width, b.t - 0.1 * width});
  return std::clamp(t, low, high);
}

// A step that meets the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6), or the
// best one with sufficient decrease met within the evaluations; t = 0 if there was none. `start` is the point
// at t = 0 with a slope below zero, `first` the step tried first. evaluate(t) returns the LinePoint of t;
// keep() is called after the evaluation of every point that is the best so far, the last time for the result.
template <class Evaluate, class Keep>
LinePoint strong_wolfe(const LinePoint& start, double first, const WolfeConditions& conditions,
                       Evaluate evaluate, Keep keep) {
  LinePoint best = start;
  Index evaluations = 0;
  const auto decreases = [&](const LinePoint& p) {
    return p.value <= start.value + conditions.decrease * p.t * start.slope;
  };
  const auto flat = [&](const LinePoint& p) {
    return std::abs(p.slope) <= -conditions.curvature * start.slope;
  };
  const auto visit = [&](double t) {
    const LinePoint p = evaluate(t);
    ++evaluations;
    if (decreases(p) && p.value <= best.value) {
      best = p;
      keep();
    }
    return p;
  };
  // Outward until a minimum is bracketed between `low`, the better end, and `high`.
  LinePoint low = start, high;
  double t = first;
  while (true) {
    if (evaluations >= conditions.most_evaluations) return best;
    const LinePoint here = visit(t);
    if (!decreases(here) || (evaluations > 1 && !(here.value < low.value))) {
      high = here;
      break;
    }
    if (flat(here)) return best;
    if (here.slope >= 0) {
      high = low;
      low = here;
      break;
    }
    low = here;
    t *= 2;
  }
  while (evaluations < conditions.most_evaluations) {
    const LinePoint here = visit(cubic_step(low, high));
    if (!decreases(here) || !(here.value < low.value)) {
      high = here;
      continue;
    }
    if (flat(here)) break;
    if (here.slope * (high.t - low.t) >= 0) high = low;
    low = here;
  }
  return best;
}

}  // namespace lookahead
