#include "study/statistics/paired.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "simd/scalar_math.hpp"

namespace lookahead::statistics {
namespace {

// ln(larger / smaller) of two positive numbers.
double log_ratio(double larger, double smaller) {
  const double ratio = larger / smaller;
  return std::isfinite(ratio) ? math::log(ratio) : math::log(larger) - math::log(smaller);
}

double difference(const Pair& pair, bool ratio) {
  if (pair.a == pair.b) return 0;
  // Infinite differences as they are, and never inf - inf.
  if (std::isinf(pair.a)) return pair.a;
  if (std::isinf(pair.b)) return -pair.b;
  if (!ratio) {
    // What overflows is large, and not infinite.
    constexpr double most = std::numeric_limits<double>::max();
    return std::clamp(pair.a - pair.b, -most, most);
  }
  return pair.a > pair.b ? log_ratio(pair.a, pair.b) : -log_ratio(pair.b, pair.a);
}

}  // namespace

std::vector<Pair> pairs_of(std::vector<SeedValue> a, std::vector<SeedValue> b) {
  const auto by_seed = [](const SeedValue& x, const SeedValue& y) { return x.seed < y.seed; };
  std::sort(a.begin(), a.end(), by_seed);
  std::sort(b.begin(), b.end(), by_seed);
  std::vector<Pair> pairs;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (left->seed == right->seed) {
      pairs.push_back({left->seed, left->value, right->value});
      ++left;
      ++right;
    } else {
      ++(left->seed < right->seed ? left : right);
    }
  }
  return pairs;
}

bool has_ratios(std::span<const Pair> pairs) {
  const auto fits = [](double value) { return value > 0 || std::isinf(value); };
  return std::all_of(pairs.begin(), pairs.end(),
                     [&](const Pair& pair) { return fits(pair.a) && fits(pair.b); });
}

std::vector<double> differences(std::span<const Pair> pairs, bool ratio) {
  std::vector<double> all;
  all.reserve(pairs.size());
  for (const Pair& pair : pairs) all.push_back(difference(pair, ratio));
  return all;
}

double win(const Pair& pair, bool larger_is_better) {
  if (pair.a == pair.b) return 0.5;
  return (pair.a > pair.b) == larger_is_better ? 1 : 0;
}

double wins(std::span<const Pair> pairs, bool larger_is_better) {
  double sum = 0;
  for (const Pair& pair : pairs) sum += win(pair, larger_is_better);
  return sum / static_cast<double>(pairs.size());
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double most = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    most = std::max(most, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
    corrected[order[i]] = most;
  }
  return corrected;
}

}  // namespace lookahead::statistics
