#pragma once
#include <array>
#include <span>

#include "options/catalog.hpp"

namespace lookahead {

// The running sums of a metric over rows. Those of parts of a data set add up to those of the whole.
using MetricSums = std::array<double, 4>;

// What a metric sees of some rows. For classes `predictions` holds `outputs` probabilities per row, for
// regression one value; `targets` one class number or value per row.
struct MetricRows {
  std::span<const double> predictions;
  std::span<const double> targets;
  Index outputs = 1;
  double target_mean = 0;  // mean target of the whole data set, for sums of squares about it
};

// A metric of the catalog: one file of lib/metric each, collected by the build. A pure function of its sums.
struct MetricEntry : Entry {
  bool for_classes = false;
  bool larger_is_better = true;
  void (*add)(MetricSums& sums, const MetricRows& rows) = nullptr;
  double (*finish)(const MetricSums& sums) = nullptr;
};

const Catalog<MetricEntry>& metric_catalog();

}  // namespace lookahead
