#include "metric/class_counts.hpp"

namespace lookahead::metrics {
namespace {

struct HarmonicMean : ClassCounts {
  HarmonicMean(const NoParameters&, const MetricSeat& seat) : ClassCounts(seat.classes) {}
  double value() const {
    if (classes() == 2) return f1(1);
    return mean_over_classes(classes(), [&](std::size_t c) { return f1(c); });
  }
};

}  // namespace

MetricEntry f1() {
  return metric_entry<HarmonicMean>(
      {"f1",
       "harmonic mean of precision and recall: of the event, with more than two classes the mean of all",
       "f1_c = 2 right_c / (rows_c + predicted_c)\n"
       "two classes: that of the event, which is data.event or the second class, numbers before texts;\n"
       "undefined where it neither occurs nor is predicted\n"
       "more: mean over the classes that occur or are predicted",
       "van Rijsbergen, Information Retrieval, 1979"},
      {}, true, true);
}

}  // namespace lookahead::metrics
