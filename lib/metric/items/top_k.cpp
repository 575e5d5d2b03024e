#include <optional>

#include "base/text.hpp"
#include "metric/row_mean.hpp"

namespace lookahead::metrics {
namespace {

struct TopKParameters {
  std::optional<Index> k;
};

Index usual(const MetricSeat& seat) { return std::clamp<Index>(seat.classes / 2, 1, 5); }

struct AmongFirst {
  AmongFirst(const TopKParameters& parameters, const MetricSeat& seat)
      : k(parameters.k.value_or(usual(seat))) {}
  double of(std::span<const double> prediction, std::span<const double> scores, double target) const {
    const auto own = static_cast<std::size_t>(target);
    Index before = 0;
    for (std::size_t c = 0; c < prediction.size(); ++c) {
      if (prediction[c] != prediction[own]) {
        before += prediction[c] > prediction[own] ? 1 : 0;
        continue;
      }
      // Where both are rounded to 0 the scores still tell which is the larger.
      const bool told = prediction[c] == 0 && !scores.empty() && scores[c] != scores[own];
      before += (told ? scores[c] > scores[own] : c < own) ? 1 : 0;
    }
    return before < k ? 1 : 0;
  }
  Index k;
};

}  // namespace

MetricEntry top_k() {
  MetricEntry entry = mean_entry<AmongFirst, TopKParameters>(
      {"top_k", "share of rows whose class is among the k most probable ones",
       "mean [class is one of the k classes of largest p]; of equal probabilities the first class counts "
       "more",
       "none"},
      {param("k", &TopKParameters::k,
             "how many of the most probable classes count, fewer than there are; unset: half of them, from 1 "
             "to 5",
             at_least(1), at_most(most_counted))},
      true, true);
  entry.settle = [](const Values& parameters, const MetricSeat& seat) -> std::optional<Values> {
    auto settled = parameters.as<TopKParameters>();
    if (settled.k) return std::nullopt;
    settled.k = usual(seat);
    return Values::of(settled);
  };
  entry.misfit = [](const Values& parameters, const MetricSeat& seat) -> std::string {
    const Index k = parameters.as<TopKParameters>().k.value_or(1);
    if (k < seat.classes) return {};
    return "with k = " + to_text(k) + " of " + to_text(seat.classes) + " classes it is always 1";
  };
  return entry;
}

}  // namespace lookahead::metrics
