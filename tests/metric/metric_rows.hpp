#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "metric/metric.hpp"

namespace lookahead::test {

struct Rows {
  Index classes = 0;
  std::vector<double> predictions, targets, weights = {};

  MetricRows part(std::size_t from, std::size_t count) const {
    const auto width = static_cast<std::size_t>(classes == 0 ? 1 : classes);
    MetricRows rows{std::span(predictions).subspan(from * width, count * width),
                    std::span(targets).subspan(from, count),
                    {},
                    static_cast<Index>(width)};
    if (!weights.empty()) rows.weights = std::span(weights).subspan(from, count);
    return rows;
  }
  MetricRows all() const { return part(0, targets.size()); }
};

// `setting` is the value of the entry's first parameter, as in a problem file.
inline std::unique_ptr<Metric> metric_of(const MetricEntry& entry, const MetricSeat& seat,
                                         const std::string& setting = "") {
  Values parameters = entry.defaults();
  Report report;
  if (!setting.empty())
    entry.parameters.front().read(parameters.target(), Node::scalar(setting), Path(), report);
  REQUIRE(report.empty());
  return entry.make(parameters, seat);
}

inline double value_of(const std::string& name, const Rows& rows, const std::string& setting = "",
                       bool counts = false) {
  const auto metric = metric_of(*metric_catalog().find(name), {rows.classes, counts}, setting);
  metric->add(rows.all());
  return metric->value();
}

}  // namespace lookahead::test
