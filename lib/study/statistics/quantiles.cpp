#include "study/statistics/quantiles.hpp"

#include <algorithm>
#include <cmath>

namespace lookahead::statistics {

double middle(double a, double b) {
  if (a == b) return a;
  if (std::isinf(a) && std::isinf(b)) return 0;
  const double sum = a + b;
  return std::isinf(sum) && std::isfinite(a) && std::isfinite(b) ? a / 2 + b / 2 : sum / 2;
}

double quantile(std::span<const double> sorted, double share) {
  const double place = static_cast<double>(sorted.size() - 1) * share;
  const auto below = std::min(static_cast<std::size_t>(place), sorted.size() - 1);
  const double a = sorted[below], b = sorted[std::min(below + 1, sorted.size() - 1)];
  const double part = place - static_cast<double>(below);
  if (a == b || part == 0) return a;
  if (std::isinf(a) && std::isinf(b)) return part < 0.5 ? a : part > 0.5 ? b : 0;
  if (std::isinf(a)) return a;
  if (std::isinf(b)) return b;
  // The half that is nearer is the more exact one, which keeps the result between both.
  const double way = b - a;
  if (std::isinf(way)) return a * (1 - part) + b * part;
  return part < 0.5 ? a + way * part : b - way * (1 - part);
}

double median(std::vector<double> numbers) {
  const auto half = static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), numbers.begin() + half, numbers.end());
  const double upper = numbers[static_cast<std::size_t>(half)];
  if (numbers.size() % 2 == 1) return upper;
  return middle(*std::max_element(numbers.begin(), numbers.begin() + half), upper);
}

Quartiles quartiles(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return {numbers.front(), quantile(numbers, 0.25), median(numbers), quantile(numbers, 0.75), numbers.back()};
}

std::optional<Interval> median_interval(std::vector<double> numbers) {
  constexpr double tail = 0.025, normal_cut = 1.959963984540054;  // of the standard normal distribution
  constexpr std::size_t most_exact = 1000;                        // 2^-1000 is a normal number
  std::sort(numbers.begin(), numbers.end());
  const auto n = static_cast<double>(numbers.size());
  // How many numbers are cut off on each side, and one more: the median lies beyond the first `cut` of them
  // with a probability of at most `tail`.
  std::size_t cut = 0;
  if (numbers.size() > most_exact) {
    cut = static_cast<std::size_t>(n / 2 - normal_cut * std::sqrt(n) / 2);
  } else {
    const double scale = std::ldexp(1.0, -static_cast<int>(numbers.size()));
    double binomial = 1;
    for (double sum = scale; sum <= tail; sum += binomial * scale) {
      binomial *= (n - static_cast<double>(cut)) / static_cast<double>(cut + 1);
      ++cut;
    }
  }
  if (cut == 0) return std::nullopt;
  return Interval{numbers[cut - 1], numbers[numbers.size() - cut]};
}

}  // namespace lookahead::statistics
