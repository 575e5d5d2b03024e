#pragma once
#include <vector>

#include "engine/agent.hpp"
#include "engine/pool.hpp"

namespace lookahead {

// Several agents that walk side by side from one point, each on its own thread where there are enough; x is
// the mean of their points, added up in their order. A sync further out brings them together. What they cost
// is counted together, their steps once. Where one of them diverges, all end and x is its point. `pool` must
// outlive the workers, and no agent may use it. `start` is where all begin.
template <Scalar T>
std::unique_ptr<Agent<T>> workers(std::vector<std::unique_ptr<Agent<T>>> agents, Pool& pool,
                                  std::span<const T> start);

}  // namespace lookahead
