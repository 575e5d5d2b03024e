#pragma once
#include "expression/graph.hpp"

namespace lookahead::expression {

// Joins sums and products with the squares and products that only they use, which saves steps and changes no
// result.
void fuse(Graph& graph, int result);

}  // namespace lookahead::expression
