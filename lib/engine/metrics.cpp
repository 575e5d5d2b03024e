#include "engine/metrics.hpp"

#include <algorithm>
#include <limits>

#include "base/aligned.hpp"
#include "base/archive.hpp"

namespace lookahead {
namespace {

using Metrics = std::vector<std::unique_ptr<Metric>>;

constexpr Index block = 256;
constexpr Index part_rows = 4096;  // rows of a part, at least
constexpr Index most_parts = 64;

// Predictions of a part of the rows, shown to the metrics block by block.
template <Scalar T>
class Showing {
 public:
  Showing(const Dataset<T>& data, Index outputs, std::span<const std::unique_ptr<Metric>> metrics)
      : data_(data), outputs_(outputs), metrics_(metrics) {}

  void show(const Batch& rows, std::span<double> predictions, std::span<const double> scores) {
    const auto& counted = data_.weights_in_metrics();
    for (Index from = 0; from < rows.size(); from += block) {
      const Index count = std::min(block, rows.size() - from);
      targets_.clear();
      weights_.clear();
      for (Index i = from; i < from + count; ++i) {
        const auto row = static_cast<std::size_t>(rows[i]);
        targets_.push_back(static_cast<double>(data_.targets[row]));
        if (!counted.empty()) weights_.push_back(static_cast<double>(counted[row]));
      }
      const auto first = static_cast<std::size_t>(from * outputs_);
      const auto size = static_cast<std::size_t>(count * outputs_);
      const std::span<double> told = predictions.subspan(first, size);
      // Metrics are in the target's own units.
      if (data_.target_mean != 0 || data_.target_sd != 1) {
        for (double& target : targets_) target = target * data_.target_sd + data_.target_mean;
        for (double& prediction : told) prediction = prediction * data_.target_sd + data_.target_mean;
      }
      const MetricRows seen{told, targets_, weights_, outputs_,
                            scores.empty() ? scores : scores.subspan(first, size)};
      for (const auto& metric : metrics_) metric->add(seen);
    }
  }

 private:
  const Dataset<T>& data_;
  Index outputs_;
  std::span<const std::unique_ptr<Metric>> metrics_;
  std::vector<double> targets_, weights_;
};

template <Scalar T>
void add_rows(const Model<T>& model, const Dataset<T>& data, Batch rows, std::span<const T> x,
              std::span<const std::unique_ptr<Metric>> metrics) {
  Aligned<T> scratch(static_cast<std::size_t>(model.scratch(block)));
  std::vector<double> predictions(static_cast<std::size_t>(block * model.outputs()));
  std::vector<double> scores(model.outputs() > 1 ? predictions.size() : 0);
  Showing<T> showing(data, model.outputs(), metrics);
  for (Index from = 0; from < rows.size(); from += block) {
    const Batch some = rows.part(from, std::min(block, rows.size() - from));
    model.predict(x, some, predictions, scores, scratch);
    showing.show(some, predictions, scores);
  }
}

// As many sets of empty metrics as there are parts, behind those there are.
void add_fresh(std::vector<Metrics>& states, Index parts, std::span<const std::unique_ptr<Metric>> metrics) {
  for (Index part = 0; part < parts; ++part) {
    Metrics& state = states.emplace_back();
    state.reserve(metrics.size());
    for (const auto& metric : metrics) state.push_back(metric->fresh());
  }
}
// Puts their content together in order.
void merge(std::span<const std::unique_ptr<Metric>> metrics, const std::vector<Metrics>& states) {
  for (const Metrics& state : states) {
    for (std::size_t m = 0; m < metrics.size(); ++m) metrics[m]->merge(*state[m]);
  }
}

void read_from(const std::string& text, std::span<const std::unique_ptr<Metric>> metrics) {
  Archive archive(std::vector<char>(text.begin(), text.end()));
  for (const auto& metric : metrics) metric->exchange(archive);
}
// The same over the processes of a team, in their order; all have the result.
void merge_in(Team& team, std::span<const std::unique_ptr<Metric>> metrics,
              const std::vector<Metrics>& states) {
  if (team.alone()) return merge(metrics, states);
  std::string text;
  chain_text(team, text, [&](std::string& seen) {
    if (!team.first()) read_from(seen, metrics);
    merge(metrics, states);
    Archive archive;
    for (const auto& metric : metrics) metric->exchange(archive);
    seen.assign(archive.bytes().begin(), archive.bytes().end());
  });
  if (!team.last()) read_from(text, metrics);
}

Metrics made_of(const std::vector<Chosen<MetricEntry>>& metrics, const MetricSeat& seat) {
  Metrics made;
  for (const auto& chosen : metrics) made.push_back(chosen.entry->make(chosen.values, seat));
  return made;
}

// Of rows that are not all seen a metric says nothing.
template <Scalar T>
std::vector<double> values_of(const Metrics& metrics, bool complete, WholeEvaluator<T>& whole) {
  std::vector<double> none(metrics.size(), std::numeric_limits<double>::quiet_NaN());
  if (!complete) return none;
  std::vector<double> values;
  for (const auto& metric : metrics) values.push_back(metric->value(whole.pool(), whole.deadline()));
  if (whole.deadline().given() && whole.agree_on_giving_up(whole.deadline().passed())) return none;
  return values;
}

Index parts_of(Index rows) { return std::clamp<Index>(rows / part_rows, 1, most_parts); }

// Shows the rows to new sets of metrics, ordered parts of them.
template <Scalar T>
void see_parts(const Model<T>& model, const Dataset<T>& data, const Batch& rows, std::span<const T> x,
               std::span<const std::unique_ptr<Metric>> metrics, std::vector<Metrics>& states, Pool& pool,
               const Deadline& deadline) {
  const Index parts = parts_of(rows.size());
  const std::size_t before = states.size();
  add_fresh(states, parts, metrics);
  pool.run(parts, [&](Index part, Index) {
    if (deadline.passed()) return;
    const Index first = rows.size() * part / parts, last = rows.size() * (part + 1) / parts;
    add_rows<T>(model, data, rows.part(first, last - first), x,
                states[before + static_cast<std::size_t>(part)]);
  });
}

}  // namespace

template <Scalar T>
double bytes_of_metrics(const Model<T>& model, Index rows, const Pool& pool) {
  return static_cast<double>(std::min(parts_of(rows), pool.threads())) * sizeof(T) *
         static_cast<double>(model.scratch(block));
}

MetricSeat metric_seat(const Chosen<ModelEntry>& model, Index classes) {
  return {classes, model.entry->counts};
}

template <Scalar T>
bool add_to_metrics(const Model<T>& model, const Dataset<T>& data, Batch rows, std::span<const T> x,
                    std::span<const std::unique_ptr<Metric>> metrics, Pool& pool, const Deadline& deadline) {
  if (metrics.empty()) return true;
  std::vector<Metrics> states;
  see_parts(model, data, rows, x, metrics, states, pool, deadline);
  merge(metrics, states);
  return !deadline.passed();
}

template <Scalar T>
bool add_to_metrics(WholeEvaluator<T>& whole, const Model<T>& model, const Dataset<T>& data,
                    std::span<const T> x, std::span<const std::unique_ptr<Metric>> metrics) {
  if (metrics.empty()) return true;
  if (whole.gave_up()) return false;
  std::vector<Metrics> states;
  for (const Batch& rows : whole.own_parts())
    see_parts(model, data, rows, x, metrics, states, whole.pool(), whole.deadline());
  if (whole.agree_on_giving_up(whole.deadline().passed())) return false;
  if (whole.divided()) {
    merge_in(whole.team(), metrics, states);
  } else {
    merge(metrics, states);
  }
  return true;
}

template <Scalar T>
std::vector<double> evaluate_metrics(WholeEvaluator<T>& whole, const Model<T>& model, const Dataset<T>& data,
                                     std::span<const T> x, const std::vector<Chosen<MetricEntry>>& metrics,
                                     const MetricSeat& seat) {
  const Metrics states = made_of(metrics, seat);
  const bool complete = add_to_metrics<T>(whole, model, data, x, states);
  return values_of(states, complete, whole);
}

template <Scalar T>
ValueAndMetrics evaluate_value_and_metrics(WholeEvaluator<T>& whole, const Model<T>& model,
                                           const Dataset<T>& data, std::span<const T> x,
                                           const std::vector<Chosen<MetricEntry>>& metrics,
                                           const MetricSeat& seat) {
  const Metrics wholes = made_of(metrics, seat);
  std::vector<Metrics> states;
  const Evaluation value = whole.value_by_parts([&](std::size_t, const Batch& rows) {
    const std::size_t before = states.size();
    add_fresh(states, whole.evaluator().parts_of(rows), wholes);
    const auto look = [&](Index i, const Batch& part, std::span<T> scratch) {
      std::vector<double> predictions(static_cast<std::size_t>(part.size() * model.outputs()));
      std::vector<double> scores(model.outputs() > 1 ? predictions.size() : 0);
      const Evaluation of_part = model.value_and_predictions(x, part, predictions, scores, scratch);
      Showing<T>(data, model.outputs(), states[before + static_cast<std::size_t>(i)])
          .show(part, predictions, scores);
      return of_part;
    };
    return whole.evaluator().value_by_parts(rows, look);
  });
  if (whole.gave_up()) return {value, values_of(wholes, false, whole)};
  if (whole.divided()) {
    merge_in(whole.team(), wholes, states);
  } else {
    merge(wholes, states);
  }
  return {value, values_of(wholes, true, whole)};
}

template bool add_to_metrics(const Model<float>&, const Dataset<float>&, Batch, std::span<const float>,
                             std::span<const std::unique_ptr<Metric>>, Pool&, const Deadline&);
template double bytes_of_metrics(const Model<float>&, Index, const Pool&);
template double bytes_of_metrics(const Model<double>&, Index, const Pool&);
template bool add_to_metrics(WholeEvaluator<float>&, const Model<float>&, const Dataset<float>&,
                             std::span<const float>, std::span<const std::unique_ptr<Metric>>);
template std::vector<double> evaluate_metrics(WholeEvaluator<float>&, const Model<float>&,
                                              const Dataset<float>&, std::span<const float>,
                                              const std::vector<Chosen<MetricEntry>>&, const MetricSeat&);
template ValueAndMetrics evaluate_value_and_metrics(WholeEvaluator<float>&, const Model<float>&,
                                                    const Dataset<float>&, std::span<const float>,
                                                    const std::vector<Chosen<MetricEntry>>&,
                                                    const MetricSeat&);
template bool add_to_metrics(const Model<double>&, const Dataset<double>&, Batch, std::span<const double>,
                             std::span<const std::unique_ptr<Metric>>, Pool&, const Deadline&);
template bool add_to_metrics(WholeEvaluator<double>&, const Model<double>&, const Dataset<double>&,
                             std::span<const double>, std::span<const std::unique_ptr<Metric>>);
template std::vector<double> evaluate_metrics(WholeEvaluator<double>&, const Model<double>&,
                                              const Dataset<double>&, std::span<const double>,
                                              const std::vector<Chosen<MetricEntry>>&, const MetricSeat&);
template ValueAndMetrics evaluate_value_and_metrics(WholeEvaluator<double>&, const Model<double>&,
                                                    const Dataset<double>&, std::span<const double>,
                                                    const std::vector<Chosen<MetricEntry>>&,
                                                    const MetricSeat&);

}  // namespace lookahead
