#include <algorithm>
#include <cmath>

#include "study/compare/comparison.hpp"
#include "study/statistics/bootstrap.hpp"
#include "study/statistics/signed_rank.hpp"

namespace lookahead {

using statistics::Pair;

Contrast contrast_of(const std::vector<std::vector<Pair>>& problems, bool larger_is_better,
                     std::uint64_t seed) {
  constexpr std::size_t least_resampled = 5;  // pairs of each of several problems
  std::vector<Pair> all;
  bool enough = true;
  for (const auto& pairs : problems) {
    all.insert(all.end(), pairs.begin(), pairs.end());
    enough = enough && (problems.size() == 1 || pairs.size() >= least_resampled);
  }
  Contrast contrast;
  contrast.pairs = std::ssize(all);
  contrast.equal_pairs = std::ranges::count_if(all, [](const Pair& pair) { return pair.a == pair.b; });
  contrast.problems = std::ssize(problems);
  contrast.ratio = statistics::has_ratios(all);
  contrast.all_infinite = !all.empty() && std::ranges::all_of(all, [](const Pair& pair) {
    return std::isinf(pair.a) && std::isinf(pair.b);
  });
  contrast.wins = statistics::wins(all, larger_is_better);
  std::vector<std::vector<double>> differences, wins;
  for (const auto& pairs : problems) {
    differences.push_back(statistics::differences(pairs, contrast.ratio));
    wins.emplace_back();
    for (const Pair& pair : pairs) wins.back().push_back(statistics::win(pair, larger_is_better));
  }
  const auto pooled = statistics::differences(all, contrast.ratio);
  contrast.effect = statistics::walsh_median(pooled);
  const auto test = statistics::signed_rank_test(pooled);
  contrast.p = contrast.p_holm = test.p;
  contrast.exact = test.exact;
  if (contrast.pairs < statistics::least_pairs || !enough) return contrast;
  contrast.interval = problems.size() == 1
                          ? statistics::walsh_interval(pooled)
                          : statistics::bootstrap_interval(differences, statistics::walsh_median, seed);
  const auto mean = [](const std::vector<double>& numbers) {
    double sum = 0;
    for (const double number : numbers) sum += number;
    return sum / static_cast<double>(numbers.size());
  };
  // Every draw of equal numbers is the same.
  if (contrast.wins == 0 || contrast.wins == 1) {
    contrast.wins_interval = {contrast.wins, contrast.wins};
  } else {
    contrast.wins_interval = statistics::bootstrap_interval(wins, mean, seed);
  }
  return contrast;
}

}  // namespace lookahead
