#pragma once
#include "engine/agent.hpp"
#include "parallel/shards.hpp"

namespace lookahead {

// Puts the mean of an agent's memories, by their shares, in the place of each: of every linear vector. No
// allocation.
template <Scalar T>
void average_memories(Agent<T>& agent, const Shards& shards);

}  // namespace lookahead
