#include <cmath>

#include "metric/metric.hpp"

namespace lookahead::metrics {

MetricEntry rmse() {
  MetricEntry entry{{{"rmse", "root of the mean squared error", "sqrt(mean (prediction - target)^2)", "none"},
                     {},
                     nullptr,
                     {}},
                    false,
                    false,
                    nullptr,
                    nullptr};
  entry.add = [](MetricSums& sums, const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.targets.size(); ++i) {
      const double residual = rows.predictions[i] - rows.targets[i];
      sums[0] += residual * residual;
    }
    sums[1] += static_cast<double>(rows.targets.size());
  };
  entry.finish = [](const MetricSums& sums) { return std::sqrt(sums[0] / sums[1]); };
  return entry;
}

}  // namespace lookahead::metrics
