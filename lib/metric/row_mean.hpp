#pragma once
#include "metric/metric.hpp"

namespace lookahead {

// The kernel of a metric that is a weighted mean over rows: a struct R, made of (parameters, seat), with
//   double of(std::span<const double> prediction, double target) const;
// or the same with the row's scores behind the prediction,
// and where the mean is not yet the value
//   double finish(double mean) const;
template <class R, class P = NoParameters>
class RowMean {
 public:
  RowMean(const P& parameters, const MetricSeat& seat) : rule_(parameters, seat) {}
  void add(const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double weight = rows.weight(i);
      // A row that does not count must not make the mean infinite.
      if (weight == 0) continue;
      if constexpr (requires { rule_.of(rows.prediction(i), rows.scores, 0.0); }) {
        sum_ += weight * rule_.of(rows.prediction(i), rows.scores_of(i), rows.targets[i]);
      } else {
        sum_ += weight * rule_.of(rows.prediction(i), rows.targets[i]);
      }
      weight_ += weight;
    }
  }
  void merge(const RowMean& later) {
    sum_ += later.sum_;
    weight_ += later.weight_;
  }
  void exchange(Archive& archive) {
    archive.exchange("mean.sum", sum_);
    archive.exchange("mean.weight", weight_);
  }
  double value() const {
    const double mean = sum_ / weight_;
    if constexpr (requires { rule_.finish(mean); }) return rule_.finish(mean);
    return mean;
  }

 private:
  R rule_;
  double sum_ = 0, weight_ = 0;
};

template <class R, class P = NoParameters>
MetricEntry mean_entry(Card card, Parameters parameters, bool for_classes, bool larger_is_better) {
  return metric_entry<RowMean<R, P>, P>(std::move(card), std::move(parameters), for_classes,
                                        larger_is_better);
}

}  // namespace lookahead
