#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "metric/class_counts.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::metrics {
namespace {

// How much a class is the row's rather than any other one, and the row's weight, negative where it is of
// another class.
struct Scored {
  double score, weight;
};

// Counts the pairs of a row of the class and one of another in which the first has the larger score: rows of
// equal scores are handed over together, scores rising.
class Pairs {
 public:
  void add(double own, double others) {
    pairs_ += own * (others_ + others / 2);
    own_ += own;
    others_ += others;
  }
  double share() const { return pairs_ / (own_ * others_); }

 private:
  double pairs_ = 0, own_ = 0, others_ = 0;
};

// Bins of log-odds, 2048 an octave away from 0 to both sides: those up to `least` are one bin, those from
// `most` on another two.
constexpr float least = 0x1p-20F, most = 0x1p20F;
constexpr int bin_shift = 12;
constexpr std::uint32_t octaves_from(float size) { return std::bit_cast<std::uint32_t>(size) >> bin_shift; }
constexpr std::size_t middle = octaves_from(most) - octaves_from(least);
constexpr std::size_t bin_count = 2 * middle + 1;
std::size_t bin_of(double log_odds) {
  const auto size = static_cast<float>(std::min(std::abs(log_odds), static_cast<double>(most)));
  const std::size_t steps = size <= least ? 0 : octaves_from(size) - octaves_from(least);
  return log_odds < 0 ? middle - steps : middle + steps;
}

// The log-odds of every class against the others together, by the numbers whose softmax the probabilities
// are.
void append_log_odds(std::span<const double> scores, std::vector<double>& out) {
  const std::size_t top = most_probable(scores);
  double total = 0, beside_top = 0;  // of exponentials relative to the largest
  double second = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < scores.size(); ++k) {
    total += math::exp(scores[k] - scores[top]);
    if (k != top) second = std::max(second, scores[k]);
  }
  for (std::size_t k = 0; k < scores.size(); ++k) beside_top += k == top ? 0 : math::exp(scores[k] - second);
  for (std::size_t k = 0; k < scores.size(); ++k) {
    // Without the largest the total loses nothing that counts.
    out.push_back(k == top ? scores[top] - second - math::log(beside_top)
                           : scores[k] - scores[top] - math::log(total - math::exp(scores[k] - scores[top])));
  }
}

// Keeps the scores of rows while they are few, with two classes 12 bytes a row, otherwise 8 for every class
// and 4; of more rows the weights that fall into each bin.
class RankStatistic {
 public:
  RankStatistic(const NoParameters&, const MetricSeat& seat)
      : classes_(static_cast<std::size_t>(seat.classes)), first_(classes_ == 2 ? 1 : 0) {}

  void add(const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.size() && !unordered_; ++i) {
      if (!rows.weights.empty() && rows.weights[i] == 0) continue;
      const std::size_t before = scores_.size();
      append_scores(rows.prediction(i), rows.scores_of(i));
      for (std::size_t s = before; s < scores_.size(); ++s) unordered_ = unordered_ || std::isnan(scores_[s]);
      targets_.push_back(static_cast<std::uint32_t>(rows.targets[i]));
      if (!rows.weights.empty()) weights_.push_back(rows.weights[i]);
    }
    settle();
  }

  void merge(RankStatistic& later) {
    unordered_ = unordered_ || later.unordered_;
    append(scores_, later.scores_);
    append(targets_, later.targets_);
    append(weights_, later.weights_);
    if (bins_.empty()) {
      bins_ = std::move(later.bins_);
    } else {
      for (std::size_t i = 0; i < later.bins_.size(); ++i) bins_[i] += later.bins_[i];
    }
    settle();
  }

  void exchange(Archive& archive) {
    archive.exchange("auc.scores", scores_);
    archive.exchange("auc.targets", targets_);
    archive.exchange("auc.weights", weights_);
    archive.exchange("auc.bins", bins_);
    archive.exchange("auc.unordered", unordered_);
  }

  double value(Pool& pool, const Deadline& deadline) const {
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    if (unordered_) return undefined;
    std::vector<double> areas(columns());
    std::vector<std::vector<Scored>> rows(static_cast<std::size_t>(pool.threads()));
    pool.run(static_cast<Index>(columns()), [&](Index column, Index thread) {
      if (deadline.passed()) return;
      const auto c = static_cast<std::size_t>(column);
      areas[c] = bins_.empty() ? of_rows(c, rows[static_cast<std::size_t>(thread)]) : of_bins(c);
    });
    if (deadline.passed()) return undefined;
    return mean_over_classes(columns(), [&](std::size_t column) { return areas[column]; });
  }

 private:
  static constexpr std::size_t most_rows = std::size_t{1} << 20;

  std::size_t columns() const { return classes_ - first_; }

  // Log-odds: probabilities are rounded to 1 where the scores are beyond 37.
  void append_scores(std::span<const double> probabilities, std::span<const double> scores) {
    if (scores.empty()) {
      for (std::size_t k = first_; k < probabilities.size(); ++k) {
        const double own = probabilities[k];
        const double others = classes_ == 2 ? probabilities[1 - k] : 1 - own;
        scores_.push_back(math::log(own) - math::log(others));
      }
    } else if (classes_ == 2) {
      scores_.push_back(scores[1] - scores[0]);
    } else {
      append_log_odds(scores, scores_);
    }
  }

  template <class V>
  static void append(V& values, V& later) {
    if (values.empty()) {
      values = std::move(later);
    } else {
      values.insert(values.end(), later.begin(), later.end());
    }
    later = V();
  }

  Scored scored(std::size_t row, std::size_t column) const {
    const double weight = weights_.empty() ? 1 : weights_[row];
    return {scores_[row * columns() + column], targets_[row] == column + first_ ? weight : -weight};
  }

  // Scores that have no order have no area: nothing of them is kept. Of many rows bins are.
  void settle() {
    if (unordered_) {
      scores_ = {};
      targets_ = {};
      weights_ = {};
      bins_ = {};
      return;
    }
    if (bins_.empty() && targets_.size() <= most_rows) return;
    bins_.resize(columns() * bin_count * 2);
    for (std::size_t row = 0; row < targets_.size(); ++row) {
      for (std::size_t column = 0; column < columns(); ++column) {
        const Scored s = scored(row, column);
        bins_[2 * (column * bin_count + bin_of(s.score)) + (s.weight > 0 ? 0 : 1)] += std::abs(s.weight);
      }
    }
    scores_ = {};
    targets_ = {};
    weights_ = {};
  }

  double of_rows(std::size_t column, std::vector<Scored>& rows) const {
    rows.resize(targets_.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = scored(i, column);
    std::sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });
    Pairs pairs;
    for (std::size_t i = 0; i < rows.size();) {
      double own = 0, others = 0;
      const double score = rows[i].score;
      for (; i < rows.size() && rows[i].score == score; ++i)
        (rows[i].weight > 0 ? own : others) += std::abs(rows[i].weight);
      pairs.add(own, others);
    }
    return pairs.share();
  }

  double of_bins(std::size_t column) const {
    Pairs pairs;
    const double* bin = bins_.data() + 2 * column * bin_count;
    for (std::size_t i = 0; i < bin_count; ++i, bin += 2) pairs.add(bin[0], bin[1]);
    return pairs.share();
  }

  std::size_t classes_, first_;
  std::vector<double> scores_;
  std::vector<std::uint32_t> targets_;
  std::vector<double> weights_;  // empty: all 1
  std::vector<double> bins_;     // of every column: weights of the class and of others, bin after bin
  bool unordered_ = false;       // some score is not a number
};

}  // namespace

MetricEntry auc() {
  return metric_entry<RankStatistic>(
      {"auc", "area under the curve of true against false positives; 1 is perfect, 0.5 is chance",
       "two classes: share of pairs of a row of the event and one of the other class in which the event is\n"
       "given the larger score, ties counted half; the event is data.event or the second class, numbers\n"
       "before texts\n"
       "more: mean over the classes of the same for class against rest; undefined with rows of one class "
       "only\nof more than 2^20 rows scores are told apart to 1/2048 of themselves",
       "Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology, 1982"},
      {}, true, true);
}

}  // namespace lookahead::metrics
