#pragma once
#include "expression/graph.hpp"

namespace lookahead::expression {

// Puts the values of costly nodes that depend on one index alone into lists, for every index once, so that
// evaluations read them.
void tabulate(Graph& graph);

}  // namespace lookahead::expression
