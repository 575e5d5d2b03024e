#pragma once
#include "metric/class_counts.hpp"

namespace lookahead {

// What became of the rows of every class: how many there are, up to most_classes classes by class (down) and
// predicted class (across) too, and their weights, of which shares are made as in the metrics. Rows of weight 0
// are none.
class ConfusionCounts {
 public:
  static constexpr Index most_classes = 200;

  ConfusionCounts(const NoParameters&, const MetricSeat& seat)
      : counts_(seat.classes),
        shares_(seat.classes),
        matrix_(seat.classes > most_classes ? 0 : static_cast<std::size_t>(seat.classes * seat.classes)) {}

  void add(const MetricRows& rows) {
    weighted_ = weighted_ || !rows.weights.empty();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.weight(i) == 0) continue;
      const auto actual = static_cast<std::size_t>(rows.targets[i]);
      const std::size_t predicted = most_probable(rows.prediction(i));
      counts_.add(actual, predicted, 1);
      shares_.add(actual, predicted, rows.weight(i));
      if (!matrix_.empty()) matrix_[actual * counts_.classes() + predicted] += 1;
    }
  }
  void merge(const ConfusionCounts& later) {
    counts_.merge(later.counts_);
    shares_.merge(later.shares_);
    weighted_ = weighted_ || later.weighted_;
    for (std::size_t i = 0; i < matrix_.size(); ++i) matrix_[i] += later.matrix_[i];
  }
  void exchange(Archive& archive) {
    counts_.exchange(archive);
    shares_.exchange(archive);
    archive.exchange("confusion.weighted", weighted_);
    archive.exchange("confusion.matrix", std::span<double>(matrix_));
  }
  double value() const { return std::numeric_limits<double>::quiet_NaN(); }

  // Of rows that count 1 each.
  const ClassCounts& counts() const { return counts_; }
  // Of rows by their weights: those of precision, recall and f1.
  const ClassCounts& shares() const { return shares_; }
  // Whether the rows have weights, so that the shares are not those of the counts.
  bool weighted() const { return weighted_; }
  // classes x classes, row after row; empty for too many classes.
  const std::vector<double>& matrix() const { return matrix_; }

 private:
  ClassCounts counts_, shares_;
  bool weighted_ = false;
  std::vector<double> matrix_;
};

using Confusion = MetricOf<ConfusionCounts>;

}  // namespace lookahead
