#include "study/statistics/signed_rank.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

#include "objective/cumulative_normal.hpp"
#include "simd/pack.hpp"

namespace lookahead::statistics {
namespace {

constexpr double tail = 0.025;                    // on each side of an interval
constexpr double normal_cut = 1.959963984540054;  // of the standard normal distribution at it
constexpr Index most_exact = 1000;                // differences of an exact interval
constexpr Index most_plain = 25, most_tied = 20;  // of an exact test

// Whole numbers in the order of the doubles.
std::uint64_t order_of(double value) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}
double ordered(std::uint64_t order) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  return std::bit_cast<double>((order & sign) != 0 ? order & ~sign : ~order);
}

// The averages of Walsh of sorted differences: they rise with both indices.
class WalshAverages {
 public:
  explicit WalshAverages(std::vector<double> differences) : d_(std::move(differences)) {
    std::sort(d_.begin(), d_.end());
    constexpr std::size_t few = 32;
    if (d_.size() > few) return;
    all_.reserve(d_.size() * (d_.size() + 1) / 2);
    for (std::size_t i = 0; i < d_.size(); ++i) {
      for (std::size_t j = i; j < d_.size(); ++j) all_.push_back(middle(d_[i], d_[j]));
    }
  }

  Index count() const {
    const auto n = std::ssize(d_);
    return n * (n + 1) / 2;
  }

  // The k-th smallest, from 1. The order of few averages, each time anew, is quicker than the search for the
  // least number that so many do not exceed, which needs no memory.
  double smallest(Index k) {
    if (!all_.empty()) {
      const auto place = all_.begin() + (k - 1);
      std::nth_element(all_.begin(), place, all_.end());
      return *place;
    }
    std::uint64_t low = order_of(d_.front()), high = order_of(d_.back());
    while (low < high) {
      const std::uint64_t mid = low + (high - low) / 2;
      if (count_up_to(ordered(mid)) >= k) {
        high = mid;
      } else {
        low = mid + 1;
      }
    }
    return ordered(low) + 0.0;  // no -0
  }

 private:
  Index count_up_to(double most) const {
    Index count = 0;
    auto j = std::ssize(d_) - 1;
    for (Index i = 0; i <= j; ++i) {
      const double a = d_[static_cast<std::size_t>(i)];
      while (j >= i && middle(a, d_[static_cast<std::size_t>(j)]) > most) --j;
      count += j - i + 1;
    }
    return count;
  }

  std::vector<double> d_, all_;
};

// The probabilities of the sums 0 ... most of some of these ranks, each taken with probability 1/2.
std::vector<double> sum_probabilities(std::span<const Index> ranks, Index most) {
  std::vector<double> p(static_cast<std::size_t>(most) + 1);
  p[0] = 1;
  std::size_t reached = 0;
  for (const Index rank : ranks) {
    const auto r = static_cast<std::size_t>(rank);
    reached = std::min(reached + r, p.size() - 1);
    for (std::size_t s = reached + 1; s-- > r;) p[s] = (p[s] + p[s - r]) / 2;
    for (std::size_t s = 0; s < std::min(r, reached + 1); ++s) p[s] /= 2;
  }
  return p;
}

std::vector<Index> plain_ranks(Index n) {
  std::vector<Index> ranks(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) ranks[static_cast<std::size_t>(i)] = i + 1;
  return ranks;
}

double sum_up_to(const std::vector<double>& p, Index last) {
  double sum = 0;
  for (Index s = 0; s <= std::min(last, std::ssize(p) - 1); ++s) sum += p[static_cast<std::size_t>(s)];
  return sum;
}

// The smallest sum that signed ranks do not exceed with a probability of at least `tail`.
Index lower_cut(Index n) {
  const double count = static_cast<double>(n) * static_cast<double>(n + 1) / 2;
  if (n > most_exact) {
    const double deviation = std::sqrt(count * static_cast<double>(2 * n + 1) / 12);
    return static_cast<Index>(std::floor(count / 2 - normal_cut * deviation));
  }
  const auto p = sum_probabilities(plain_ranks(n), n * (n + 1) / 4);
  Index sum = 0;
  for (double total = p[0]; total < tail;) total += p[static_cast<std::size_t>(++sum)];
  return sum;
}

// Of absolute differences: twice their ranks, ties sharing the mean of theirs, and what ties take off 24 times
// the variance.
struct Ranks {
  std::vector<Index> doubled;
  Index zeros = 0;
  bool ties = false;  // among what is not 0
  double tied = 0;
};

Ranks ranks_of(const std::vector<double>& differences) {
  std::vector<std::size_t> order(differences.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto size = [&](std::size_t i) { return std::abs(differences[i]); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return size(a) < size(b); });
  Ranks ranks;
  ranks.doubled.resize(differences.size());
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    while (last < order.size() && size(order[last]) == size(order[first])) ++last;
    for (std::size_t i = first; i < last; ++i) ranks.doubled[order[i]] = static_cast<Index>(first + 1 + last);
    const auto equal = static_cast<double>(last - first);
    if (size(order[first]) == 0) {
      ranks.zeros = static_cast<Index>(last - first);
    } else if (last - first > 1) {
      ranks.ties = true;
      ranks.tied += equal * (equal * equal - 1) / 2;
    }
  }
  return ranks;
}

// The sum of doubled ranks is one of a distribution that is symmetric around half of all of them.
double exact_p(const std::vector<Index>& doubled, Index positive) {
  Index all = 0;
  for (const Index rank : doubled) all += rank;
  const auto p = sum_probabilities(doubled, all);
  return std::min(1.0, 2 * sum_up_to(p, std::min(positive, all - positive)));
}

double normal_p(double n, double positive, const Ranks& ranks) {
  const auto zeros = static_cast<double>(ranks.zeros);
  const double mean = (n * (n + 1) - zeros * (zeros + 1)) / 4;
  const double variance =
      (n * (n + 1) * (2 * n + 1) - zeros * (zeros + 1) * (2 * zeros + 1) - ranks.tied) / 24;
  const double off = positive - mean;
  const double continuity = off > 0 ? 0.5 : off < 0 ? -0.5 : 0;
  const double z = std::abs((off - continuity) / std::sqrt(variance));
  const packs::Pack<double, 2> point = {-z, -z};
  return std::min(1.0, 2 * cumulative_normal(point)[0]);
}

}  // namespace

double walsh_median(std::vector<double> differences) {
  WalshAverages averages(std::move(differences));
  const Index count = averages.count();
  const double upper = averages.smallest(count / 2 + 1);
  return count % 2 == 1 ? upper : middle(averages.smallest(count / 2), upper);
}

std::optional<Interval> walsh_interval(std::vector<double> differences) {
  const auto n = std::ssize(differences);
  if (n < least_pairs) return std::nullopt;
  WalshAverages averages(std::move(differences));
  const Index cut = lower_cut(n);
  return Interval{averages.smallest(cut), averages.smallest(averages.count() + 1 - cut)};
}

double signed_rank_probability(Index sum, Index n) {
  if (sum < 0) return 0;
  const Index all = n * (n + 1) / 2;
  return sum_up_to(sum_probabilities(plain_ranks(n), std::min(sum, all)), sum);
}

SignedRankTest signed_rank_test(const std::vector<double>& differences) {
  const auto n = std::ssize(differences);
  const Ranks ranks = ranks_of(differences);
  std::vector<Index> signed_ranks;
  Index positive = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] == 0) continue;
    signed_ranks.push_back(ranks.doubled[i]);
    if (differences[i] > 0) positive += ranks.doubled[i];
  }
  SignedRankTest test;
  test.positive = static_cast<double>(positive) / 2;
  test.exact = n <= (ranks.ties || ranks.zeros > 0 ? most_tied : most_plain);
  if (signed_ranks.empty()) return test;
  test.p =
      test.exact ? exact_p(signed_ranks, positive) : normal_p(static_cast<double>(n), test.positive, ranks);
  return test;
}

}  // namespace lookahead::statistics
