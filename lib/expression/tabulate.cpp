#include "expression/tabulate.hpp"

#include <bit>
#include <limits>

namespace lookahead::expression {
namespace {

// Entries of all lists together, and nodes that are evaluated for them, at most.
constexpr double most_entries = 1e7, most_evaluations = 5e7;

// Values of the nodes that make one node, for an index at a time.
class Table {
 public:
  Table(const Graph& graph, int node, int index) : graph_(graph), index_(index) {
    std::vector<bool> needed(static_cast<std::size_t>(node) + 1);
    needed.back() = true;
    for (int i = node; i >= 0; --i) {
      if (!needed[static_cast<std::size_t>(i)]) continue;
      nodes_.push_back(i);
      const Node& it = graph[i];
      possible_ &= it.operation != Operation::reduce && it.operation != Operation::column;
      if (i == index) continue;
      for (const int operand : {it.a, it.b, it.c}) {
        if (operand >= 0) needed[static_cast<std::size_t>(operand)] = true;
      }
    }
    values_.resize(static_cast<std::size_t>(node) + 1);
  }

  bool possible() const { return possible_; }
  double nodes() const { return static_cast<double>(nodes_.size()); }

  double at(double index) {
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node)
      value(*node) = value_of(graph_[*node], *node, index);
    return values_.back();
  }

 private:
  double& value(int node) { return values_[static_cast<std::size_t>(node)]; }

  double value_of(const Node& it, int node, double index) {
    if (node == index_) return index;
    switch (it.operation) {
      case Operation::constant:
        return it.number;
      case Operation::list: {
        const auto& list = graph_.lists[static_cast<std::size_t>(it.source)];
        const double last = static_cast<double>(list.size()) - 1, place = value(it.a);
        return list[static_cast<std::size_t>(place > 0 ? (place < last ? place : last) : 0)];
      }
      case Operation::select:
        return value(it.a) != 0 ? value(it.b) : value(it.c);
      default:
        return applied(it.operation, value(it.a), it.b < 0 ? 0 : value(it.b), it.number);
    }
  }

  const Graph& graph_;
  int index_;
  std::vector<int> nodes_;
  std::vector<double> values_;
  bool possible_ = true;
};

}  // namespace

void tabulate(Graph& graph) {
  const auto count = static_cast<std::size_t>(graph.size());
  std::vector<int> index_of(Graph::most_ranges, -1);
  std::vector<bool> costly(count), wanted(count);
  for (int node = 0; node < graph.size(); ++node) {
    const Node& it = graph[node];
    const auto i = static_cast<std::size_t>(node);
    if (it.operation == Operation::index) index_of[static_cast<std::size_t>(it.source)] = node;
    costly[i] = is_costly(it.operation);
    for (const int operand : {it.a, it.b, it.c}) {
      if (operand >= 0 && costly[static_cast<std::size_t>(operand)] && !graph[operand].varies)
        costly[i] = true;
    }
    // The largest that do not vary: those that something which does is made of.
    for (const int operand : {it.a, it.b, it.c}) {
      if (operand >= 0 && (it.varies || it.operation == Operation::reduce))
        wanted[static_cast<std::size_t>(operand)] = true;
    }
  }
  double entries = 0, evaluations = 0;
  for (int node = 0; node < graph.size(); ++node) {
    const auto i = static_cast<std::size_t>(node);
    const Node& it = graph[node];
    if (!wanted[i] || !costly[i] || it.varies || std::popcount(it.ranges) != 1) continue;
    const int index = index_of[static_cast<std::size_t>(std::countr_zero(it.ranges))];
    const Node& range = graph[index];
    if (range.b < 0 || !graph.is_constant(range.b) || !graph.is_constant(range.c)) continue;
    const double from = graph[range.b].number, to = graph[range.c].number;
    if (from < 0 || entries + to + 1 > most_entries) continue;
    Table table(graph, node, index);
    evaluations += table.nodes() * (to - from + 1);
    if (!table.possible() || evaluations > most_evaluations) continue;
    entries += to + 1;
    std::vector<double> list(static_cast<std::size_t>(to) + 1, std::numeric_limits<double>::quiet_NaN());
    for (double at = from; at <= to; ++at) list[static_cast<std::size_t>(at)] = table.at(at);
    Node read = it;
    read.operation = Operation::list;
    read.a = index;
    read.b = read.c = -1;
    read.number = 0;
    read.cut = false;
    read.source = static_cast<int>(graph.lists.size());
    graph.lists.push_back(std::move(list));
    graph.replace(node, read);
  }
}

}  // namespace lookahead::expression
