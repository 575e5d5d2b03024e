#pragma once
#include <map>
#include <utility>

#include "expression/tape.hpp"

namespace lookahead::expression {

// Which node a register is, by loop and register.
using NodesOfValues = std::map<std::pair<int, int>, int>;

// Adds the steps of the reverse sweep to all loops of a tape (Griewank and Walther, "Evaluating Derivatives",
// 2008, section 3.2). `result`: the register of loop 0 whose adjoint is 1.
void add_reverse_sweeps(const Graph& graph, Tape& tape, const NodesOfValues& nodes, int result);

}  // namespace lookahead::expression
