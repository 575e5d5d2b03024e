#include "metric/class_counts.hpp"

namespace lookahead::metrics {
namespace {

struct MeanRecall : ClassCounts {
  MeanRecall(const NoParameters&, const MetricSeat& seat) : ClassCounts(seat.classes) {}
  double value() const {
    return mean_over_classes(classes(), [&](std::size_t c) { return recall(c); });
  }
};

}  // namespace

MetricEntry balanced_accuracy() {
  return metric_entry<MeanRecall>(
      {"balanced_accuracy", "mean over the classes of the share of their rows that are predicted rightly",
       "mean over classes c of right_c / rows_c; classes without rows are left out",
       "Brodersen, Ong, Stephan and Buhmann, ICPR 2010"},
      {}, true, true);
}

}  // namespace lookahead::metrics
