#pragma once
#include "metric/class_counts.hpp"

namespace lookahead {

// What became of the rows of every class: counts per class, and up to most_classes classes the number of rows
// by class (down) and predicted class (across). Rows are counted, whatever their weights.
class ConfusionCounts {
 public:
  static constexpr Index most_classes = 200;

  ConfusionCounts(const NoParameters&, const MetricSeat& seat)
      : counts_(seat.classes),
        matrix_(seat.classes > most_classes ? 0 : static_cast<std::size_t>(seat.classes * seat.classes)) {}

  void add(const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto actual = static_cast<std::size_t>(rows.targets[i]);
      const std::size_t predicted = most_probable(rows.prediction(i));
      counts_.add(actual, predicted, 1);
      if (!matrix_.empty()) matrix_[actual * counts_.classes() + predicted] += 1;
    }
  }
  void merge(const ConfusionCounts& later) {
    counts_.merge(later.counts_);
    for (std::size_t i = 0; i < matrix_.size(); ++i) matrix_[i] += later.matrix_[i];
  }
  void exchange(Archive& archive) {
    counts_.exchange(archive);
    archive.exchange("confusion.matrix", std::span<double>(matrix_));
  }
  double value() const { return std::numeric_limits<double>::quiet_NaN(); }

  const ClassCounts& counts() const { return counts_; }
  // classes x classes, row after row; empty for too many classes.
  const std::vector<double>& matrix() const { return matrix_; }

 private:
  ClassCounts counts_;
  std::vector<double> matrix_;
};

using Confusion = MetricOf<ConfusionCounts>;

}  // namespace lookahead
