#pragma once
#include <optional>

#include "expression/graph.hpp"

namespace lookahead::expression {

// Where the text has its first kink, jump or pole: a step to the result, a node, whose derivative has no
// Lipschitz constant near some of the numbers that its operands may take as the point moves, as far as their
// bounds tell. None: the function has derivatives of all orders wherever it is finite.
std::optional<TextPart> first_kink(const Graph& graph, int result);

}  // namespace lookahead::expression
