#pragma once
#include <vector>

#include "study/table.hpp"

namespace lookahead {

// How far a run had come after so many evaluations: its gap so far, which falls from step to step.
struct ProgressStep {
  double evaluations = 0, gap = 0;
};

// Of a run with a known minimum: from its trace where the sweep has kept it, otherwise from the targets it has
// reached and its end; at least one step, the last of which tells the evaluations of the whole run. Empty for
// runs that take no part. A fault where a trace is damaged, or the minimum is not known.
Checked<std::vector<ProgressStep>> progress_of(const Study& study, Index run);

}  // namespace lookahead
