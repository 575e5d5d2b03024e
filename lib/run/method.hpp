#pragma once
#include <optional>
#include <vector>

#include "base/checked.hpp"
#include "run/plan.hpp"
#include "theory/bounds.hpp"

namespace lookahead {

// The agents of a spec as the convergence theorem sees them: all levels as one, (N) of lib/theory/README.md.
// Products over the levels of the smallest and largest values that schedules take.
struct Method {
  Index largest_k = 1;
  double least_alpha = 1, largest_alpha = 1;
  double largest_rate = 0;  // 0: lr: auto, not settled
  Index workers = 1;
  bool constant = true;  // k, alpha and the learning rate do not change
};
Method method_of(const Spec& spec);

// Whether the fast agents are plain SGD, without momentum and weight decay; and whether the slow step is
// plain.
bool plain_sgd(const OptimizerSpec& optimizer);
bool plain_lookahead(const LookaheadSpec& lookahead);

// Steps of one pass of a fast agent over its rows; 0 without data.
Index steps_per_pass(const Plan& plan);

// The length in steps that the schedules of a run are made for; 0 where the problem does not say.
Index schedule_horizon(const Plan& plan);

// The inner steps of stop.rounds, where they can be told beforehand: not where the schedule of some k spans the run,
// or of more rounds than can be looked at.
std::optional<double> steps_of_rounds(const Plan& plan);

// The inner steps of one agent that the plan's stop rules allow, where they count any.
std::optional<double> planned_steps(const Plan& plan);

// The rates of every round of the planned steps, for one level whose schedules change between rounds only. A
// last round that is cut short is one of fewer steps. The fault's text says what is in the way: several
// levels, changes within rounds or with what the run meets, too many steps to look at.
Checked<std::vector<theory::Rates>> scheduled_rounds(const Plan& plan, double steps);

}  // namespace lookahead
