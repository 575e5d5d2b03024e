#pragma once
#include <optional>
#include <vector>

#include "base/scalar.hpp"
#include "study/statistics/quantiles.hpp"

namespace lookahead::statistics {

// Fewer pairs than this can have no interval and no p < 0.05: 2 / 2^5 is more.
inline constexpr Index least_pairs = 6;

// The estimate of Hodges and Lehmann (1963): the median of the averages (d_i + d_j) / 2, i <= j, of Walsh. Of
// at least one difference; infinite ones of opposite signs average 0.
double walsh_median(std::vector<double> differences);

// The interval that holds the centre of symmetric differences with a probability of at least 0.95: the
// averages of Walsh cut off by the exact distribution of the signed-rank sum (Hollander and Wolfe 1999, 3.4;
// R's wilcox.test with conf.int), beyond 1000 differences by its normal approximation. None for fewer than
// least_pairs. Ties and zeros make it wider than need be, never too narrow.
std::optional<Interval> walsh_interval(std::vector<double> differences);

// Wilcoxon's signed-rank test of differences that are symmetric around 0, two-sided. Zeros take part in the
// ranks and are left out then (Pratt 1959). Exact up to 25 differences without ties and zeros, and over all
// signs up to 20 with them; otherwise the normal approximation with corrections for ties, zeros (Cureton
// 1967) and continuity, as SciPy's.
struct SignedRankTest {
  double p = 1;
  double positive = 0;  // the sum of the ranks of positive differences
  bool exact = false;
};
SignedRankTest signed_rank_test(const std::vector<double>& differences);

// The distribution function of the signed-rank sum of n numbers without ties, at sum.
double signed_rank_probability(Index sum, Index n);

}  // namespace lookahead::statistics
