#pragma once
#include "run/plan.hpp"

namespace lookahead {

// Measures the constants of a plan, or takes what is known of its function, its model and their rows. A
// function of the plan alone, on the caller's thread and on `pool`. Takes a few seconds at most where an
// evaluation is quick. Faults: the objective's.
Checked<ProblemConstants> problem_constants(const Plan& plan, Pool& pool);

}  // namespace lookahead
