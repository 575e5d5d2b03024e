#include "study/statistics/tuning.hpp"

#include <algorithm>
#include <cmath>

#include "simd/scalar_math.hpp"

namespace lookahead::statistics {

TuningCurve::TuningCurve(std::vector<double> values, bool larger_is_better)
    : worst_first_(std::move(values)) {
  std::sort(worst_first_.begin(), worst_first_.end());
  if (!larger_is_better) std::reverse(worst_first_.begin(), worst_first_.end());
}

double TuningCurve::median(Index tries) const {
  const auto count = static_cast<double>(worst_first_.size()), exponent = static_cast<double>(tries);
  std::size_t low = 1, high = worst_first_.size();
  while (low < high) {
    const std::size_t mid = low + (high - low) / 2;
    if (math::pow(static_cast<double>(mid) / count, exponent) >= 0.5) {
      high = mid;
    } else {
      low = mid + 1;
    }
  }
  return worst_first_[low - 1];
}

std::optional<double> TuningCurve::mean(Index tries) const {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(worst_first_.begin(), worst_first_.end(), finite)) return std::nullopt;
  const auto count = static_cast<double>(worst_first_.size()), exponent = static_cast<double>(tries);
  double sum = 0, before = 0;
  for (std::size_t i = 0; i < worst_first_.size(); ++i) {
    const double now = math::pow(static_cast<double>(i + 1) / count, exponent);
    sum += worst_first_[i] * (now - before);
    before = now;
  }
  return sum;
}

}  // namespace lookahead::statistics
