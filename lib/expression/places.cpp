#include "expression/places.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace lookahead::expression {
namespace {

// Goes through all values of the indices.
class Enumeration {
 public:
  Enumeration(const Graph& graph, int place, Index size, std::span<const int> indices,
              std::span<const Condition> conditions, double& effort)
      : graph_(graph), place_(place), size_(size), conditions_(conditions), effort_(effort) {
    std::vector<bool> needed(static_cast<std::size_t>(graph.size()));
    const auto need = [&](int node) {
      if (node >= 0) needed[static_cast<std::size_t>(node)] = true;
    };
    need(place);
    for (const Condition& condition : conditions) need(condition.first);
    std::uint64_t ranges = 0;
    for (int node = graph.size() - 1; node >= 0; --node) {
      if (!needed[static_cast<std::size_t>(node)]) continue;
      const Node& it = graph[node];
      if (it.operation == Operation::reduce || it.varies) possible_ = false;
      if (it.operation == Operation::index) ranges |= std::uint64_t{1} << it.source;
      need(it.a);
      need(it.b);
      need(it.c);
    }
    for (const int index : indices) {
      if ((ranges >> graph[index].source & 1) == 0) continue;
      if (graph[index].b < 0) possible_ = false;  // rows
      indices_.push_back(index);
    }
    for (int node = 0; node < graph.size(); ++node) {
      if (needed[static_cast<std::size_t>(node)]) nodes_.push_back(node);
    }
    values_.resize(static_cast<std::size_t>(graph.size()));
  }

  PlacesFound run() {
    if (!possible_) return {Places::unknown, 0};
    through(0);
    return found_;
  }

 private:
  double& value(int node) { return values_[static_cast<std::size_t>(node)]; }

  // Of every needed node; an index that has not been set keeps its last value.
  void evaluate() {
    effort_ -= static_cast<double>(nodes_.size());
    for (const int node : nodes_) {
      const Node& it = graph_[node];
      if (it.operation == Operation::index) continue;
      if (it.operation == Operation::constant) {
        value(node) = it.number;
      } else if (it.operation == Operation::list) {
        const auto& list = graph_.lists[static_cast<std::size_t>(it.source)];
        const double last = static_cast<double>(list.size()) - 1;
        const double at = value(it.a);
        value(node) = list[static_cast<std::size_t>(at > 0 ? std::min(at, last) : 0)];
      } else if (it.operation == Operation::select) {
        value(node) = value(it.a) != 0 ? value(it.b) : value(it.c);
      } else {
        value(node) = applied(it.operation, value(it.a), it.b < 0 ? 0 : value(it.b), it.number);
      }
    }
  }

  void through(std::size_t level) {
    if (found_.places != Places::inside) return;
    if (effort_ < 0) {
      found_.places = Places::unknown;
      return;
    }
    evaluate();
    if (level == indices_.size()) {
      check();
      return;
    }
    const Node& index = graph_[indices_[level]];
    const double last = value(index.c);
    for (double i = value(index.b); i <= last && found_.places == Places::inside; ++i) {
      value(indices_[level]) = i;
      through(level + 1);
    }
  }

  void check() {
    for (const auto& [condition, holds] : conditions_) {
      if ((value(condition) != 0) != holds) return;
    }
    const double at = value(place_);
    if (std::floor(at) == at && at >= 0 && at < static_cast<double>(size_)) return;
    found_ = {Places::outside, at};
  }

  const Graph& graph_;
  int place_;
  Index size_;
  std::span<const Condition> conditions_;
  std::vector<int> indices_, nodes_;
  std::vector<double> values_;
  double& effort_;
  bool possible_ = true;
  PlacesFound found_;
};

}  // namespace

PlacesFound check_places(const Graph& graph, int place, Index size, std::span<const int> indices,
                         std::span<const Condition> conditions, double& effort) {
  const Node& node = graph[place];
  if (node.whole && node.least >= 0 && node.most <= static_cast<double>(size) - 1) return {};
  // Most places are inside whatever the conditions are, which may be more than can be enumerated.
  const PlacesFound found = Enumeration(graph, place, size, indices, {}, effort).run();
  if (found.places == Places::inside || conditions.empty()) return found;
  return Enumeration(graph, place, size, indices, conditions, effort).run();
}

TextFault fault_of(const PlacesFound& found, const std::string& name, Index size, std::size_t at) {
  const std::string range = name + "[0] to " + name + "[" + std::to_string(size - 1) + "]";
  if (found.places == Places::unknown)
    return {at, "it cannot be told whether this place is within " + range, ""};
  return {at, name + "[" + to_text(found.outside) + "] is not there: there are " + range,
          std::floor(found.outside) == found.outside ? "" : "a place is a whole number"};
}

}  // namespace lookahead::expression
