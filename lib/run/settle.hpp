#pragma once
#include <string>
#include <vector>

#include "base/note.hpp"
#include "engine/metrics.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// The model with what its parameters leave to the data filled in, which is noted.
template <Scalar T>
Chosen<ModelEntry> settled_model(Chosen<ModelEntry> model, const Dataset<T>& train, std::vector<Note>& notes);

// Chooses the metrics where the spec leaves them to the task, and fills in what their parameters leave to the
// data. Faults: a metric that makes no sense for the task, or for so few classes.
Checked<Done> settle_metrics_for(Spec& spec, const MetricSeat& seat, Task task);

}  // namespace lookahead
