#include <cmath>

#include "metric/row_mean.hpp"

namespace lookahead::metrics {
namespace {

struct AbsoluteError {
  AbsoluteError(const NoParameters&, const MetricSeat&) {}
  double of(std::span<const double> prediction, double target) const {
    return std::abs(prediction[0] - target);
  }
};

}  // namespace

MetricEntry mae() {
  return mean_entry<AbsoluteError>({"mae", "mean absolute error", "mean |prediction - target|", "none"}, {},
                                   false, false);
}

}  // namespace lookahead::metrics
