#include "run/settle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// The weighted standard deviation of the targets, n in the denominator; 1 where it is 0 or not known.
template <Scalar T>
double target_sd(const Dataset<T>& rows) {
  double weights = 0, mean = 0, squares = 0;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (std::size_t i = 0; i < rows.targets.size(); ++i) {
    const double weight = weight_at(rows.weights, i);
    if (weight == 0) continue;
    const double target = static_cast<double>(rows.targets[i]);
    least = std::min(least, target);
    greatest = std::max(greatest, target);
    weights += weight;
    const double gap = target - mean;
    mean += gap * weight / weights;
    squares += weight * gap * (target - mean);
  }
  const double sd = std::sqrt(squares / weights);
  return least < greatest && sd > 0 && std::isfinite(sd) ? sd : 1;
}

// "smoothing: 0.1" of what was filled in, at any depth; empty where nothing was.
std::string difference(const Node& before, const Node& after, const Path& path) {
  if (after.is_scalar()) {
    if (before.is_scalar() && before.text == "auto" && after.text != "auto")
      return path + ": auto is " + after.text;
    return {};
  }
  for (const Node::Member& member : after.members) {
    const Node* was = before.find(member.key);
    std::string found = was == nullptr ? "" : difference(*was, member.value, path / member.key);
    if (!found.empty()) return found;
  }
  return {};
}

Node written(const Chosen<ModelEntry>& model) { return write_named(model, "type"); }

}  // namespace

template <Scalar T>
Chosen<ModelEntry> settled_model(Chosen<ModelEntry> model, const Dataset<T>& train,
                                 std::vector<Note>& notes) {
  if (model.entry->settle == nullptr) return model;
  if (auto settled = model.entry->settle(model.values, target_sd(train))) {
    const Node before = written(model);
    model.values = std::move(*settled);
    const std::string filled = difference(before, written(model), Path("model"));
    if (!filled.empty()) notes.push_back(filled);
  }
  return model;
}

Checked<Done> settle_metrics_for(Spec& spec, const MetricSeat& seat, Task task) {
  if (!spec.model->entry->task) {
    if (auto settled = settle_metrics(spec, task); !settled) return settled;
  }
  for (Chosen<MetricEntry>& metric : spec.metrics) {
    if (metric.entry->misfit != nullptr) {
      const std::string why = metric.entry->misfit(metric.values, seat);
      if (!why.empty()) {
        return Fault{FaultKind::problem,
                     metric.place.source.empty() ? Place{spec.data->train.text(), 0, 0} : metric.place,
                     "metric " + metric.entry->card.name + ": " + why,
                     "choose a smaller one, or leave the metric out"};
      }
    }
    if (metric.entry->settle == nullptr) continue;
    if (auto settled = metric.entry->settle(metric.values, seat)) metric.values = std::move(*settled);
  }
  return Done{};
}

template Chosen<ModelEntry> settled_model(Chosen<ModelEntry>, const Dataset<float>&, std::vector<Note>&);
template Chosen<ModelEntry> settled_model(Chosen<ModelEntry>, const Dataset<double>&, std::vector<Note>&);

}  // namespace lookahead
