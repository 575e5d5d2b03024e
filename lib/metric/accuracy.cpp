#include <algorithm>

#include "metric/metric.hpp"

namespace lookahead::metrics {

MetricEntry accuracy() {
  MetricEntry entry{{{"accuracy", "share of rows whose most probable class is the right one",
                      "mean [argmax_k p_k = class]; the first of equal probabilities", "none"},
                     {},
                     nullptr,
                     {}},
                    true,
                    true,
                    nullptr,
                    nullptr};
  entry.add = [](MetricSums& sums, const MetricRows& rows) {
    const auto outputs = static_cast<std::size_t>(rows.outputs);
    for (std::size_t i = 0; i < rows.targets.size(); ++i) {
      const auto row = rows.predictions.subspan(i * outputs, outputs);
      const auto best = std::max_element(row.begin(), row.end()) - row.begin();
      sums[0] += static_cast<double>(best) == rows.targets[i] ? 1 : 0;
    }
    sums[1] += static_cast<double>(rows.targets.size());
  };
  entry.finish = [](const MetricSums& sums) { return sums[0] / sums[1]; };
  return entry;
}

}  // namespace lookahead::metrics
