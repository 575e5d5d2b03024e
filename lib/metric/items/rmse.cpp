#include "metric/metric.hpp"
#include "metric/squares.hpp"

namespace lookahead::metrics {
namespace {

class RootMeanSquare {
 public:
  RootMeanSquare(const NoParameters&, const MetricSeat&) {}

  void add(const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double weight = rows.weight(i);
      // A row that does not count must not make the mean infinite.
      if (weight == 0) continue;
      const double residual = rows.predictions[i] - rows.targets[i];
      errors_.add(weight * (residual * residual), weight, residual);
      weight_ += weight;
    }
  }
  void merge(const RootMeanSquare& later) {
    errors_.merge(later.errors_);
    weight_ += later.weight_;
  }
  double value() const { return errors_.root_of_mean(weight_); }

 private:
  Squares errors_;
  double weight_ = 0;
};

}  // namespace

MetricEntry rmse() {
  return metric_entry<RootMeanSquare>(
      {"rmse", "root of the mean squared error", "sqrt(mean (prediction - target)^2)", "none"}, {}, false,
      false);
}

}  // namespace lookahead::metrics
