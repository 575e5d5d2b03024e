#include "metric/row_mean.hpp"

namespace lookahead::metrics {
namespace {

struct Right {
  Right(const NoParameters&, const MetricSeat&) {}
  double of(std::span<const double> prediction, double target) const {
    return static_cast<double>(most_probable(prediction)) == target ? 1 : 0;
  }
};

}  // namespace

MetricEntry accuracy() {
  return mean_entry<Right>({"accuracy", "share of rows whose most probable class is the right one",
                            "mean [argmax_k p_k = class]; the first of equal probabilities", "none"},
                           {}, true, true);
}

}  // namespace lookahead::metrics
