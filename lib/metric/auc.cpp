#include <cstdint>

#include "metric/class_counts.hpp"

namespace lookahead::metrics {
namespace {

// Keeps the scores of all rows: with two classes 12 bytes a row, otherwise 8 for every class and 4.
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
  }

  void merge(RankStatistic& later) {
    append(scores_, later.scores_);
    append(targets_, later.targets_);
    append(weights_, later.weights_);
    unordered_ = unordered_ || later.unordered_;
  }

  double value() const {
    if (unordered_) return std::numeric_limits<double>::quiet_NaN();
    std::vector<Scored> rows(targets_.size());
    return mean_over_classes(classes_ - first_,
                             [&](std::size_t column) { return against_rest(column, rows); });
  }

 private:
  struct Scored {
    double score;
    double weight;  // negative: of another class
  };

  template <class V>
  static void append(V& values, V& later) {
    if (values.empty()) {
      values = std::move(later);
    } else {
      values.insert(values.end(), later.begin(), later.end());
    }
    later = V();
  }

  // The share of pairs of a row of the class and one of another in which the first scores higher.
  double against_rest(std::size_t column, std::vector<Scored>& rows) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double weight = weights_.empty() ? 1 : weights_[i];
      rows[i] = {scores_[i * (classes_ - first_) + column],
                 targets_[i] == column + first_ ? weight : -weight};
    }
    std::sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });
    double pairs = 0, own = 0, others = 0;
    for (std::size_t i = 0; i < rows.size();) {
      double own_here = 0, others_here = 0;
      const double score = rows[i].score;
      for (; i < rows.size() && rows[i].score == score; ++i) {
        (rows[i].weight > 0 ? own_here : others_here) += std::abs(rows[i].weight);
      }
      pairs += own_here * (others + others_here / 2);
      own += own_here;
      others += others_here;
    }
    return pairs / (own * others);
  }

  std::size_t classes_, first_;
  std::vector<double> scores_;
  std::vector<std::uint32_t> targets_;
  std::vector<double> weights_;  // empty: all 1
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
       "only",
       "Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology, 1982"},
      {}, true, true);
}

}  // namespace lookahead::metrics
