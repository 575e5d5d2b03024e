#pragma once
#include "expression/graph.hpp"

namespace lookahead::expression {

// The value of a node that depends on constants alone.
double constant_reduction(const Graph& graph, int node);

}  // namespace lookahead::expression
