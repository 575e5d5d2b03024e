#pragma once
#include <vector>

#include "engine/agent.hpp"
#include "parallel/pool.hpp"
#include "parallel/team.hpp"
#include "schedule/schedule.hpp"

namespace lookahead {

// What several agents that walk side by side are made of.
template <Scalar T>
struct WorkersParts {
  // Those of this process, in their order: its items_of_rank() of all agents. On one process these are all.
  std::vector<std::unique_ptr<Agent<T>>> agents;
  // All agents, of the whole team.
  Index count = 0;
  // What every one of all agents counts in their mean, together 1; empty: all the same.
  std::vector<double> shares = {};
  // A learning rate that observes() and that all agents follow() in the place of their own; it receives the
  // mean of their losses after every step. Null: their rates observe nothing.
  std::unique_ptr<Schedule> rate = {};
};

// Several agents that walk side by side from one point, each on its own thread where there are enough, and on
// several processes where the team has them; x is the mean of their points by their shares (WorkersMean). A sync
// further out brings them together. Costs are added up over the agents; steps are counted once. If one agent
// diverges, all end and x is its point. `pool` and `team` must outlive the workers. If this process has several
// agents, none of them may use `pool`. All begin at `start`. All ranks of the team have the same x, and make the
// same calls but exchange().
template <Scalar T>
std::unique_ptr<Agent<T>> workers(WorkersParts<T> parts, Pool& pool, Team& team, std::span<const T> start);

// A schedule with the values of another one, which must outlive it; it receives no losses.
std::unique_ptr<Schedule> follow(const Schedule& leader);

}  // namespace lookahead
