#include "study/statistics/profiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/scalar_math.hpp"

namespace lookahead::statistics {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

std::vector<Step> distribution_steps(std::vector<double> numbers) {
  const auto all = static_cast<double>(numbers.size());
  std::sort(numbers.begin(), numbers.end());
  std::vector<Step> steps;
  for (std::size_t i = 0; i < numbers.size() && numbers[i] < infinite; ++i) {
    if (i + 1 < numbers.size() && numbers[i + 1] == numbers[i]) continue;
    steps.push_back({numbers[i], static_cast<double>(i + 1) / all});
  }
  return steps;
}

double share_at(std::span<const Step> steps, double x) {
  const auto after = std::upper_bound(steps.begin(), steps.end(), x,
                                      [](double at, const Step& step) { return at < step.x; });
  return after == steps.begin() ? 0 : std::prev(after)->y;
}

std::vector<double> performance_ratios(std::span<const double> values) {
  const double least = values.empty() ? infinite : *std::min_element(values.begin(), values.end());
  std::vector<double> ratios;
  for (const double value : values) {
    if (std::isinf(value)) {
      ratios.push_back(infinite);
    } else {
      ratios.push_back(value == least ? 1 : value / least);
    }
  }
  return ratios;
}

bool is_solved(double start, double f, double minimum, double tau) {
  return start - f >= (1 - tau) * (start - minimum);
}

std::vector<double> usual_targets() {
  std::vector<double> targets;
  for (int i = 10; i >= -40; --i) targets.push_back(math::pow(10, i / 5.0));
  return targets;
}

double average_runtime(std::span<const Attempt> attempts) {
  double sum = 0, successes = 0;
  for (const Attempt& attempt : attempts) {
    sum += attempt.evaluations;
    successes += attempt.reached ? 1 : 0;
  }
  return successes > 0 ? sum / successes : infinite;
}

}  // namespace lookahead::statistics
