#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "metric/class_counts.hpp"

namespace lookahead::metrics {
namespace {

// A row's probability of a class and its weight, negative where it is of another class.
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

// Bins of probabilities, 512 an octave towards 0 and as many towards 1.
constexpr int bin_shift = 14;
constexpr std::uint32_t middle = std::bit_cast<std::uint32_t>(0.5F) >> bin_shift;
constexpr std::size_t bin_count = 2 * middle + 1;
std::size_t bin_of(double probability) {
  const auto bin = [](double small) {
    return std::min(std::bit_cast<std::uint32_t>(static_cast<float>(small)) >> bin_shift, middle);
  };
  return probability <= 0.5 ? bin(probability) : 2 * middle - bin(1 - probability);
}

// Keeps the scores of rows while they are few, with two classes 12 bytes a row, otherwise 8 for every class
// and 4; of more rows the weights that fall into each bin.
class RankStatistic {
 public:
  RankStatistic(const NoParameters&, const MetricSeat& seat)
      : classes_(static_cast<std::size_t>(seat.classes)), first_(classes_ == 2 ? 1 : 0) {}

  void add(const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto scores = rows.prediction(i).subspan(first_);
      scores_.insert(scores_.end(), scores.begin(), scores.end());
      for (const double score : scores) unordered_ = unordered_ || std::isnan(score);
      targets_.push_back(static_cast<std::uint32_t>(rows.targets[i]));
    }
    weights_.insert(weights_.end(), rows.weights.begin(), rows.weights.end());
    bin_if_many();
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
    bin_if_many();
  }

  double value() const {
    if (unordered_) return std::numeric_limits<double>::quiet_NaN();
    std::vector<Scored> rows(bins_.empty() ? targets_.size() : 0);
    return mean_over_classes(columns(), [&](std::size_t column) {
      return bins_.empty() ? of_rows(column, rows) : of_bins(column);
    });
  }

 private:
  static constexpr std::size_t most_rows = std::size_t{1} << 20;

  std::size_t columns() const { return classes_ - first_; }

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

  void bin_if_many() {
    if ((bins_.empty() && targets_.size() <= most_rows) || unordered_) return;
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
       "two classes: share of pairs of a row of the second class, the event, and one of the first in which "
       "the\n"
       "event is given the larger probability, ties counted half\n"
       "more: mean over the classes of the same for class against rest; undefined with rows of one class "
       "only\nof more than 2^20 rows probabilities are told apart to 1/512 of themselves, or of 1 - "
       "themselves",
       "Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology, 1982"},
      {}, true, true);
}

}  // namespace lookahead::metrics
