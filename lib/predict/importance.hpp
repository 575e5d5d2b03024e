#pragma once
#include "predict/weights.hpp"
#include "run/model_file.hpp"

namespace lookahead {

// weights_of() for a file of rows: the permutation importance of its columns.
Checked<WeightsTable> importance(const StoredModel& stored, const WeightsRequest& request, Index threads);

}  // namespace lookahead
