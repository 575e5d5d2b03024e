#pragma once
#include <string>
#include <vector>

#include "run/plan.hpp"

namespace lookahead {

// Whether the stop rules that count end the run within its first round, so that its result is the start.
template <Scalar T>
bool ends_before_first_round(const Plan<T>& plan);

// Sentences about what a run would do without effect, each with its cure: no round is completed, a schedule
// or a warm-up is longer than the run, resets at syncs keep the rule from adapting.
template <Scalar T>
std::vector<std::string> cautions(const Plan<T>& plan);

}  // namespace lookahead
