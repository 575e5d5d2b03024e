#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/scalar.hpp"
#include "optimizer/strong_wolfe.hpp"

namespace lookahead {

// The points of a search that started at a step of the wrong order, and whether it failed for that.
template <Scalar T>
class Sight {
 public:
  explicit Sight(const LinePoint& start) : start_(start) {}

  void see(const LinePoint& p) {
    longest_ = std::max(longest_, p.t);
    if (p.t < shortest_.t) shortest_ = p;
    unchanged_ = unchanged_ && unchanged(p);
  }
  // A search that only went on and found the value falling has done what it should; one that believed a minimum
  // bracketed has compared rounding errors.
  bool too_near(const LinePoint& end) const {
    return unchanged_ && !(end.t == longest_ && end.value < start_.value);
  }
  // All points lay far beyond the minimum: the slope rises more steeply than it fell, as it does not at a kink.
  bool too_far(const LinePoint& end) const {
    return end.t == 0 && !(std::abs(shortest_.slope) <= -2 * start_.slope);
  }
  // Neither value nor slope has changed by more than rounding.
  bool unchanged(const LinePoint& p) const {
    return same_slope(p) && std::abs(p.value - start_.value) <= tiny * std::abs(start_.value);
  }
  bool same_slope(const LinePoint& p) const {
    return std::abs(p.slope - start_.slope) <= tiny * std::abs(start_.slope);
  }
  double longest() const { return longest_; }
  const LinePoint& shortest() const { return shortest_; }

 private:
  static constexpr double tiny = std::same_as<T, double> ? 0x1p-26 : 0x1p-12;  // the root of epsilon, about
  LinePoint start_;
  LinePoint shortest_{std::numeric_limits<double>::infinity(), 0, 0};
  double longest_ = 0;
  bool unchanged_ = true;
};

constexpr Index most_far_evaluations = 40;

// A step that meets the strong Wolfe conditions on a line where those in `sight` were all too short or all too
// long, by any power of ten: t = 0 if there was none. The exponent of t grows or falls ever faster until there
// is an interval, and that is divided in the middle of its exponents, or where a parabola's slope vanishes.
template <Scalar T, class Evaluate>
LinePoint far_step(const LinePoint& start, const Sight<T>& sight, bool outward,
                   const WolfeConditions& conditions, Evaluate evaluate) {
  const auto vertex = [&](const LinePoint& p) { return p.t / (1 - p.slope / start.slope); };
  double low = 0, high = std::numeric_limits<double>::infinity(), guess = 0;
  if (outward) {
    low = sight.longest();
  } else {
    high = sight.shortest().t;
    guess = vertex(sight.shortest());
  }
  int growth = 8;
  for (Index i = 0; i < most_far_evaluations; ++i) {
    double t = guess;
    if (!(t > low && t < high)) {
      if (low > 0 && !std::isinf(high)) {
        t = std::sqrt(low) * std::sqrt(high);
      } else {
        t = low > 0 ? std::min(std::ldexp(low, growth), static_cast<double>(std::numeric_limits<T>::max()))
                    : std::ldexp(high, -growth);
        growth = std::min(2 * growth, 1024);
      }
      if (!(t > low && t < high)) break;
    }
    const LinePoint here = evaluate(t);
    const bool decreases = here.value <= start.value + conditions.decrease * t * start.slope;
    if (decreases && std::abs(here.slope) <= -conditions.curvature * start.slope) return here;
    // A change that does not stand out from rounding says nothing of where the slope vanishes.
    guess = sight.same_slope(here) ? 0 : vertex(here);
    // Where rounding has not let x move, the value has not fallen as it must from further on.
    (sight.unchanged(here) || (decreases && here.slope < 0) ? low : high) = t;
  }
  return {};
}

}  // namespace lookahead
