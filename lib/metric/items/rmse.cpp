#include <cmath>

#include "metric/row_mean.hpp"

namespace lookahead::metrics {
namespace {

struct SquaredError {
  SquaredError(const NoParameters&, const MetricSeat&) {}
  double of(std::span<const double> prediction, double target) const {
    const double residual = prediction[0] - target;
    return residual * residual;
  }
  double finish(double mean) const { return std::sqrt(mean); }
};

}  // namespace

MetricEntry rmse() {
  return mean_entry<SquaredError>(
      {"rmse", "root of the mean squared error", "sqrt(mean (prediction - target)^2)", "none"}, {}, false,
      false);
}

}  // namespace lookahead::metrics
