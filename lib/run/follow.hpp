#pragma once
#include <string>

#include "run/solve.hpp"

namespace lookahead {

// Whether a run writes a trace; one that goes on has one where it had one before.
bool writes_trace(const SolveRequest& request);

// What must be the same on all ranks of a run, in lines "what: value": version, instructions where results
// depend on them, problem and data, the state it goes on from.
std::string common_lines(const Plan& plan, const SolveRequest& request);

// The part of a run that ranks but the first have, after muster->answer(): the same steps and folds, and no
// files. The result has the outcome alone. Faults: the first rank did not begin.
Checked<SolveResult> follow(const SolveRequest& request, const Plan& plan, Pool& pool, Watcher& watcher);

}  // namespace lookahead
