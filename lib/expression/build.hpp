#pragma once
#include <optional>

#include "expression/graph.hpp"
#include "expression/names.hpp"
#include "expression/syntax.hpp"

namespace lookahead::expression {

// The values that a text stands for.
struct Built {
  Graph graph;
  int result = -1;
  double terms = 0;  // of all reductions together, at most
  Index drawn = 0;   // terms of the sampled sum
  std::optional<TextFault> fault;
};

// Gives the names of a text their meaning. Faults: unknown names, arguments that do not fit, elements that are
// not there, ranges that are no constants, too many nodes.
Built build(const Syntax& syntax, const Names& names);

}  // namespace lookahead::expression
