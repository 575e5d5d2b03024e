#pragma once
#include <span>
#include <utility>

#include "expression/graph.hpp"
#include "expression/syntax.hpp"

namespace lookahead::expression {

// A condition on indices under which an element is read: a node, and whether it holds.
using Condition = std::pair<int, bool>;

// Whether a place is a whole number from 0 to size - 1 for all values of the indices it depends on that meet
// the conditions. `indices`: the nodes of all indices around it, from the outermost. `effort`: nodes that may be
// evaluated to find out, of which it takes what it needs.
enum class Places { inside, outside, unknown };
struct PlacesFound {
  Places places = Places::inside;
  double outside = 0;  // the first place that is not inside
};
PlacesFound check_places(const Graph& graph, int place, Index size, std::span<const int> indices,
                         std::span<const Condition> conditions, double& effort);

// What is wrong with a place, which stands at `at`, of the vector or list of that name.
TextFault fault_of(const PlacesFound& found, const std::string& name, Index size, std::size_t at);

}  // namespace lookahead::expression
