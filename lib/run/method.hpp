#pragma once
#include <optional>
#include <span>
#include <vector>

#include "run/plan.hpp"
#include "theory/bounds.hpp"

namespace lookahead {

// The agents of a spec as the convergence theorem sees them: all levels as one, (N) of lib/theory/README.md.
// Products over the levels of the smallest and largest values that schedules take.
struct Method {
  Index largest_k = 1;
  double least_alpha = 1, largest_alpha = 1;
  double largest_rate = 0;
  Index workers = 1;
  bool constant = true;  // k, alpha and the learning rate do not change

  theory::Rates rates() const { return {largest_k, largest_alpha, largest_rate}; }
};
Method method_of(const Spec& spec);

// Whether the fast agents are plain SGD: no momentum, no weight decay; and whether the slow step is plain.
bool plain_sgd(const OptimizerSpec& optimizer);
bool plain_lookahead(const LookaheadSpec& lookahead);

// The inner steps of one agent that the plan's stop rules allow, where they count any.
template <Scalar T>
std::optional<double> planned_steps(const Plan<T>& plan);

// The rates of every whole round of the planned steps, for one level whose schedules change between rounds
// only. None where they change within rounds or depend on the run, for several levels, or where there are
// more than a million rounds.
template <Scalar T>
std::optional<std::vector<theory::Rates>> scheduled_rounds(const Plan<T>& plan, double steps);

}  // namespace lookahead
