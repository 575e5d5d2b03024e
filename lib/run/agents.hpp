#pragma once
#include <memory>
#include <vector>

#include "engine/agent.hpp"
#include "engine/evaluator.hpp"
#include "parallel/team.hpp"
#include "run/plan.hpp"

namespace lookahead {

// The agents of a run, on one process of a team, and what they evaluate with.
template <Scalar T>
struct Crew {
  std::unique_ptr<Pool> serial;  // of workers, which are tasks themselves and may not share out theirs
  std::vector<std::unique_ptr<Evaluator<T>>> evaluators;  // one per fast agent of this process
  std::unique_ptr<Agent<T>> agent;                        // the outermost slow agent
  // Steps of one pass of the first fast agent over its rows, which are the most that any has, or of as many
  // independent draws as there are terms; 0: no passes.
  Index steps_per_epoch = 0;
  // Whether a loss that the agent meets at a settled point is that of the whole objective (Agent::best), and
  // whether it meets it at every settled point that it goes on from, which rules that draw for themselves may
  // not do.
  bool exact_losses = false, meets_losses = false;
};

// The most terms that a step evaluates at once.
template <Scalar T>
Index largest_batch(const PlanOf<T>& plan);

// Fast agents under the levels of slow points that the spec asks for; of several workers those of this rank of
// the team, which has no more ranks than there are workers. plan, pool and team must outlive the crew. A loss
// above loss_limit means divergence.
template <Scalar T>
Crew<T> make_crew(const PlanOf<T>& plan, Pool& pool, Team& team, double loss_limit);

}  // namespace lookahead
