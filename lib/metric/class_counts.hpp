#pragma once
#include <cmath>
#include <limits>
#include <vector>

#include "metric/metric.hpp"

namespace lookahead {

// Total weight of the rows of every class: all of them, those predicted to be of it, and those rightly so.
class ClassCounts {
 public:
  explicit ClassCounts(Index classes)
      : right_(static_cast<std::size_t>(classes)), actual_(right_), predicted_(right_) {}

  void add(const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      add(static_cast<std::size_t>(rows.targets[i]), most_probable(rows.prediction(i)), rows.weight(i));
    }
  }
  void add(std::size_t actual, std::size_t predicted, double weight) {
    actual_[actual] += weight;
    predicted_[predicted] += weight;
    if (actual == predicted) right_[actual] += weight;
  }
  void merge(const ClassCounts& later) {
    for (std::size_t c = 0; c < right_.size(); ++c) {
      right_[c] += later.right_[c];
      actual_[c] += later.actual_[c];
      predicted_[c] += later.predicted_[c];
    }
  }

  void exchange(Archive& archive) {
    for (std::vector<double>* weights : {&right_, &actual_, &predicted_})
      archive.exchange("classes.weights", std::span<double>(*weights));
  }

  std::size_t classes() const { return right_.size(); }
  double support(std::size_t c) const { return actual_[c]; }
  double predicted(std::size_t c) const { return predicted_[c]; }
  // NaN where nothing was predicted to be of the class, or nothing is.
  double precision(std::size_t c) const { return right_[c] / predicted_[c]; }
  double recall(std::size_t c) const { return right_[c] / actual_[c]; }
  double f1(std::size_t c) const { return 2 * right_[c] / (actual_[c] + predicted_[c]); }

 private:
  std::vector<double> right_, actual_, predicted_;
};

// The mean over the classes for which value(c) is defined, each counting the same; NaN where there is none.
template <class F>
double mean_over_classes(std::size_t classes, F value) {
  double sum = 0, count = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const double one = value(c);
    if (std::isnan(one)) continue;
    sum += one;
    ++count;
  }
  return sum / count;
}

}  // namespace lookahead
