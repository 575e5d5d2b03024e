#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "objective/evaluation.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::outside {

// The gradient at x by central differences of value(point), which are 2 x.size() evaluations; the step of a
// coordinate is cbrt(2^-52) max(1, |x_i|), where the errors of truncation and of rounding are of one size. x is
// changed on the way and put back. Returns the value at x, or the first fault; where the value is not finite there is
// no gradient, and its components are NaN.
template <class Value>
Evaluation by_differences(std::span<double> x, std::span<double> gradient, const Value& value) {
  const double unit = math::cbrt(std::numeric_limits<double>::epsilon());
  const Evaluation here = value(x);
  if (here.fault != nullptr || !std::isfinite(here.value)) {
    std::fill(gradient.begin(), gradient.end(), std::numeric_limits<double>::quiet_NaN());
    return here;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double at = x[i], step = unit * std::max(1.0, std::abs(at));
    const double right = at + step, left = at - step;
    x[i] = right;
    const Evaluation above = value(x);
    x[i] = left;
    const Evaluation below = above.fault != nullptr ? above : value(x);
    x[i] = at;
    if (below.fault != nullptr) return below;
    gradient[i] = (above.value - below.value) / (right - left);
  }
  return here;
}

}  // namespace lookahead::outside
