#include "engine/metrics.hpp"

#include <algorithm>

#include "base/aligned.hpp"

namespace lookahead {
namespace {

using Metrics = std::vector<std::unique_ptr<Metric>>;

constexpr Index block = 256;
constexpr Index part_rows = 4096;  // rows of a part, at least
constexpr Index most_parts = 64;

template <Scalar T>
void add_rows(const Model<T>& model, const Dataset<T>& data, Batch rows, std::span<const T> x,
              std::span<const std::unique_ptr<Metric>> metrics) {
  const auto outputs = static_cast<std::size_t>(model.outputs());
  Aligned<T> scratch(static_cast<std::size_t>(model.scratch(block)));
  std::vector<double> predictions(static_cast<std::size_t>(block) * outputs), targets, weights;
  std::vector<double> scores(outputs > 1 ? predictions.size() : 0);
  for (Index from = 0; from < rows.size(); from += block) {
    const Batch some = rows.part(from, std::min(block, rows.size() - from));
    model.predict(x, some, predictions, scores, scratch);
    targets.clear();
    weights.clear();
    for (Index i = 0; i < some.size(); ++i) {
      const auto row = static_cast<std::size_t>(some[i]);
      targets.push_back(static_cast<double>(data.targets[row]));
      if (const auto& counted = data.weights_in_metrics(); !counted.empty())
        weights.push_back(static_cast<double>(counted[row]));
    }
    const MetricRows seen{std::span(predictions).first(targets.size() * outputs), targets, weights,
                          model.outputs(),
                          std::span(scores).first(scores.empty() ? 0 : targets.size() * outputs)};
    for (const auto& metric : metrics) metric->add(seen);
  }
}

}  // namespace

MetricSeat metric_seat(const Chosen<ModelEntry>& model, Index classes) {
  bool counts = model.entry->card.name == "poisson";
  for (const Parameter& parameter : model.entry->parameters) {
    counts =
        counts || (parameter.name == "loss" && parameter.write(model.parameters.get()).text == "poisson");
  }
  return {classes, counts};
}

template <Scalar T>
void add_to_metrics(const Model<T>& model, const Dataset<T>& data, Batch rows, std::span<const T> x,
                    std::span<const std::unique_ptr<Metric>> metrics, Pool& pool) {
  if (metrics.empty()) return;
  const Index parts = std::clamp<Index>(rows.size() / part_rows, 1, most_parts);
  std::vector<Metrics> states(static_cast<std::size_t>(parts));
  for (Metrics& state : states) {
    for (const auto& metric : metrics) state.push_back(metric->fresh());
  }
  pool.run(parts, [&](Index part, Index) {
    const Index first = rows.size() * part / parts, last = rows.size() * (part + 1) / parts;
    add_rows<T>(model, data, rows.part(first, last - first), x, states[static_cast<std::size_t>(part)]);
  });
  for (const Metrics& state : states) {
    for (std::size_t m = 0; m < metrics.size(); ++m) metrics[m]->merge(*state[m]);
  }
}

template <Scalar T>
std::vector<double> evaluate_metrics(const Model<T>& model, const Dataset<T>& data, Batch rows,
                                     std::span<const T> x, const std::vector<Chosen<MetricEntry>>& metrics,
                                     const MetricSeat& seat, Pool& pool) {
  Metrics states;
  for (const auto& chosen : metrics) states.push_back(chosen.entry->make(chosen.parameters.get(), seat));
  add_to_metrics<T>(model, data, rows, x, states, pool);
  std::vector<double> values;
  for (const auto& state : states) values.push_back(state->value());
  return values;
}

template void add_to_metrics(const Model<float>&, const Dataset<float>&, Batch, std::span<const float>,
                             std::span<const std::unique_ptr<Metric>>, Pool&);
template void add_to_metrics(const Model<double>&, const Dataset<double>&, Batch, std::span<const double>,
                             std::span<const std::unique_ptr<Metric>>, Pool&);
template std::vector<double> evaluate_metrics(const Model<float>&, const Dataset<float>&, Batch,
                                              std::span<const float>, const std::vector<Chosen<MetricEntry>>&,
                                              const MetricSeat&, Pool&);
template std::vector<double> evaluate_metrics(const Model<double>&, const Dataset<double>&, Batch,
                                              std::span<const double>,
                                              const std::vector<Chosen<MetricEntry>>&, const MetricSeat&,
                                              Pool&);

}  // namespace lookahead
