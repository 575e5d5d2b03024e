#include <cmath>

#include "metric/metric.hpp"

namespace lookahead::metrics {

MetricEntry mae() {
  MetricEntry entry{{{"mae", "mean absolute error", "mean |prediction - target|", "none"}, {}, nullptr, {}},
                    false,
                    false,
                    nullptr,
                    nullptr};
  entry.add = [](MetricSums& sums, const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.targets.size(); ++i)
      sums[0] += std::abs(rows.predictions[i] - rows.targets[i]);
    sums[1] += static_cast<double>(rows.targets.size());
  };
  entry.finish = [](const MetricSums& sums) { return sums[0] / sums[1]; };
  return entry;
}

}  // namespace lookahead::metrics
