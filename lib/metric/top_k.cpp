#include "metric/row_mean.hpp"

namespace lookahead::metrics {
namespace {

struct TopKParameters {
  Index k = 5;
};

struct AmongFirst {
  AmongFirst(const TopKParameters& parameters, const MetricSeat&) : k(parameters.k) {}
  double of(std::span<const double> prediction, double target) const {
    const auto own = static_cast<std::size_t>(target);
    Index before = 0;
    for (std::size_t c = 0; c < prediction.size(); ++c) {
      if (prediction[c] > prediction[own] || (prediction[c] == prediction[own] && c < own)) ++before;
    }
    return before < k ? 1 : 0;
  }
  Index k;
};

}  // namespace

MetricEntry top_k() {
  return mean_entry<AmongFirst, TopKParameters>(
      {"top_k", "share of rows whose class is among the k most probable ones",
       "mean [class is one of the k classes of largest p]; of equal probabilities the first class counts "
       "more",
       "none"},
      {param("k", &TopKParameters::k, "how many of the most probable classes count", at_least(1),
             at_most(most_counted))},
      true, true);
}

}  // namespace lookahead::metrics
