#include "metric/metric.hpp"

namespace lookahead::metrics {

MetricEntry r2() {
  MetricEntry entry{
      {{"r2", "share of the target's variance that is explained; 1 is perfect, 0 as good as the mean",
        "1 - sum (prediction - target)^2 / sum (target - mean target)^2", "none"},
       {},
       nullptr,
       {}},
      false,
      true,
      nullptr,
      nullptr};
  entry.add = [](MetricSums& sums, const MetricRows& rows) {
    for (std::size_t i = 0; i < rows.targets.size(); ++i) {
      const double residual = rows.predictions[i] - rows.targets[i];
      const double spread = rows.targets[i] - rows.target_mean;
      sums[0] += residual * residual;
      sums[1] += spread * spread;
    }
  };
  entry.finish = [](const MetricSums& sums) { return 1 - sums[0] / sums[1]; };
  return entry;
}

}  // namespace lookahead::metrics
