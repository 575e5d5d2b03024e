#include "expression/fuse.hpp"

#include <vector>

namespace lookahead::expression {
namespace {

// How often nodes are operands of what makes the result.
std::vector<int> uses_of(const Graph& graph, int result) {
  std::vector<int> uses(static_cast<std::size_t>(graph.size()));
  uses[static_cast<std::size_t>(result)] = 1;
  for (int node = graph.size() - 1; node >= 0; --node) {
    if (uses[static_cast<std::size_t>(node)] == 0) continue;
    const Node& it = graph[node];
    for (const int operand : {it.a, it.b, it.c, it.index}) {
      if (operand >= 0) ++uses[static_cast<std::size_t>(operand)];
    }
  }
  return uses;
}

}  // namespace

void fuse(Graph& graph, int result) {
  const std::vector<int> uses = uses_of(graph, result);
  for (int node = 0; node < graph.size(); ++node) {
    Node it = graph[node];
    const bool sum = it.operation == Operation::add || it.operation == Operation::subtract;
    if (!sum && it.operation != Operation::multiply) continue;
    const auto joins = [&](int operand, Operation operation) {
      const Node& other = graph[operand];
      return other.operation == operation && uses[static_cast<std::size_t>(operand)] == 1 &&
             other.ranges == it.ranges;
    };
    const bool add = it.operation == Operation::add;
    int plain = it.a, joined = it.b;
    const auto choose = [&](Operation operation) {
      if (joins(it.b, operation)) return true;
      if (it.operation == Operation::subtract || !joins(it.a, operation)) return false;
      plain = it.b;
      joined = it.a;
      return true;
    };
    if (choose(Operation::square)) {
      it.operation = !sum  ? Operation::scaled_square
                     : add ? Operation::add_square
                           : Operation::subtract_square;
      it.b = graph[joined].a;
    } else if (sum && choose(Operation::multiply)) {
      it.operation = add ? Operation::add_product : Operation::subtract_product;
      it.b = graph[joined].a;
      it.c = graph[joined].b;
    } else {
      continue;
    }
    it.a = plain;
    graph.replace(node, it);
  }
}

}  // namespace lookahead::expression
