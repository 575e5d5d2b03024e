#pragma once
#include <string>
#include <vector>

#include "run/plan.hpp"

namespace lookahead {

// Whether the stop rules that count end the run within its first round, so that its result is the start.
bool ends_before_first_round(const Plan& plan);

// Sentences about what a run would do without effect, each with its cure: no round is completed, a schedule
// or a warm-up is longer than the run, resets at syncs keep the rule from adapting.
std::vector<std::string> cautions(const Plan& plan);

// Where the formulas of its objective or loss may have kinks, each as a place and its text.
std::vector<std::string> kinks_of(const Plan& plan);

}  // namespace lookahead
