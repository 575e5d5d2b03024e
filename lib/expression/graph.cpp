#include "expression/graph.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <tuple>

namespace lookahead::expression {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What makes two nodes the same, as bytes.
std::string key_of(const Node& node) {
  const int parts[] = {static_cast<int>(node.operation),
                       static_cast<int>(node.reduction),
                       node.a,
                       node.b,
                       node.c,
                       node.index,
                       node.source,
                       (node.cut ? 1 : 0) + (node.drawn ? 2 : 0)};
  std::string key(sizeof parts + sizeof node.number, '\0');
  std::memcpy(key.data(), parts, sizeof parts);
  std::memcpy(key.data() + sizeof parts, &node.number, sizeof node.number);
  return key;
}

constexpr double most_rows = 0x1p53;

bool is_whole(double number) { return std::floor(number) == number && std::abs(number) < 1e15; }

}  // namespace

int Graph::add(Node node) {
  // Without the number of an index, which is not what makes two the same.
  const std::string key = key_of(node);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  if (node.operation == Operation::index) {
    if (ranges_ >= most_ranges) return -1;
    node.source = ranges_++;
  }
  derive(node);
  nodes_.push_back(node);
  known_.emplace(key, size() - 1);
  return size() - 1;
}

void Graph::derive(Node& node) const {
  const auto take = [&](int operand) {
    if (operand < 0) return;
    const Node& from = (*this)[operand];
    node.ranges |= from.ranges;
    node.varies |= from.varies;
    node.active |= from.active;
  };
  if (node.operation == Operation::index) {
    node.ranges = std::uint64_t{1} << node.source;
    node.whole = true;
    node.least = node.b < 0 ? 0 : (*this)[node.b].least;
    node.most = node.c < 0 ? most_rows : (*this)[node.c].most;
    // The bounds of an inner index depend on the outer ones.
    if (node.b >= 0) node.ranges |= (*this)[node.b].ranges | (*this)[node.c].ranges;
    return;
  }
  take(node.a);
  take(node.b);
  take(node.c);
  if (node.operation == Operation::reduce) {
    node.ranges &= ~(std::uint64_t{1} << (*this)[node.index].source);
    node.ranges |= (*this)[node.index].ranges & ~(std::uint64_t{1} << (*this)[node.index].source);
  }
  if (node.operation == Operation::point) node.active = node.varies = true;
  if (node.operation == Operation::column) {
    node.varies = true;
    node.ranges |= (*this)[node.index].ranges;
  }
  if (is_flat(node.operation)) node.active = false;
  bound(node);
}

void Graph::bound(Node& node) const {
  node.least = -infinity;
  node.most = infinity;
  if (node.varies) return;
  const auto at = [&](int operand) -> const Node& { return (*this)[operand]; };
  const auto is_finite = [](const Node& it) { return std::isfinite(it.least) && std::isfinite(it.most); };
  const auto between = [&](std::initializer_list<double> values) {
    // Infinity times zero may be anything.
    if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) return;
    std::tie(node.least, node.most) = std::minmax(values);
  };
  switch (node.operation) {
    case Operation::constant:
      node.least = node.most = node.number;
      node.whole = is_whole(node.number);
      break;
    case Operation::list: {
      const auto& values = lists[static_cast<std::size_t>(node.source)];
      const auto [least, most] = std::minmax_element(values.begin(), values.end());
      between({*least, *most});
      node.whole = std::all_of(values.begin(), values.end(), is_whole);
      break;
    }
    case Operation::add:
      node.least = at(node.a).least + at(node.b).least;
      node.most = at(node.a).most + at(node.b).most;
      node.whole = at(node.a).whole && at(node.b).whole;
      break;
    case Operation::subtract:
      node.least = at(node.a).least - at(node.b).most;
      node.most = at(node.a).most - at(node.b).least;
      node.whole = at(node.a).whole && at(node.b).whole;
      break;
    case Operation::multiply:
      between({at(node.a).least * at(node.b).least, at(node.a).least * at(node.b).most,
               at(node.a).most * at(node.b).least, at(node.a).most * at(node.b).most});
      node.whole = at(node.a).whole && at(node.b).whole;
      break;
    case Operation::negate:
      node.least = -at(node.a).most;
      node.most = -at(node.a).least;
      node.whole = at(node.a).whole;
      break;
    case Operation::square:
    case Operation::whole_power:
    case Operation::abs: {
      node.whole = at(node.a).whole && node.number >= 0;
      const bool falls = at(node.a).least < 0 &&
                         (node.operation != Operation::whole_power || std::fmod(node.number, 2) == 0);
      if (!is_finite(at(node.a)) || node.number < 0) break;
      between({applied(node.operation, at(node.a).least, 0, node.number),
               applied(node.operation, at(node.a).most, 0, node.number)});
      if (falls) node.least = std::min(node.least, 0.0);
      break;
    }
    case Operation::smaller:
    case Operation::larger:
      node.least = applied(node.operation, at(node.a).least, at(node.b).least, 0);
      node.most = applied(node.operation, at(node.a).most, at(node.b).most, 0);
      node.whole = at(node.a).whole && at(node.b).whole;
      break;
    case Operation::modulo:
      node.whole = at(node.a).whole && at(node.b).whole;
      if (is_finite(at(node.a)) && at(node.b).least > 0) {
        node.least = 0;
        node.most = node.whole ? at(node.b).most - 1 : at(node.b).most;
      }
      break;
    case Operation::floor:
    case Operation::ceil:
      node.least = applied(node.operation, at(node.a).least, 0, 0);
      node.most = applied(node.operation, at(node.a).most, 0, 0);
      node.whole = true;
      break;
    case Operation::select:
      node.least = std::min(at(node.b).least, at(node.c).least);
      node.most = std::max(at(node.b).most, at(node.c).most);
      node.whole = at(node.b).whole && at(node.c).whole;
      break;
    default:
      break;
  }
  if (!(node.least <= node.most)) {
    node.least = -infinity;
    node.most = infinity;
  }
}

int Graph::constant(double number) { return add({.number = number}); }

int Graph::unary(Operation operation, int a, TextPart at) {
  const Node& operand = (*this)[a];
  if (is_constant(a)) return constant(applied(operation, operand.number, 0, 0));
  if (operation == Operation::negate && operand.operation == Operation::negate) return operand.a;
  if (operation == Operation::abs || operation == Operation::sqrt) guarded |= operand.active;
  if (operation == Operation::relu) guarded = true;
  return add({.operation = operation, .a = a, .at = at});
}

int Graph::binary(Operation operation, int a, int b, TextPart at) {
  if (is_constant(a) && is_constant(b))
    return constant(applied(operation, (*this)[a].number, (*this)[b].number, 0));
  switch (operation) {
    case Operation::add:
      if (is_constant(a, 0)) return b;
      if (is_constant(b, 0)) return a;
      if (a > b) std::swap(a, b);
      break;
    case Operation::subtract:
      if (is_constant(b, 0)) return a;
      if (is_constant(a, 0)) return unary(Operation::negate, b, at);
      break;
    case Operation::multiply:
      if (is_constant(a, 1)) return b;
      if (is_constant(b, 1)) return a;
      if (a == b) return unary(Operation::square, a, at);
      if (a > b) std::swap(a, b);
      break;
    case Operation::divide:
      if (is_constant(b, 1)) return a;
      break;
    case Operation::power:
      return power(a, b, at);
    case Operation::smaller:
    case Operation::larger:
      guarded = true;
      break;
    default:
      break;
  }
  return add({.operation = operation, .a = a, .b = b, .at = at});
}

int Graph::power(int a, int b, TextPart at) {
  if (is_constant(b)) {
    const double exponent = (*this)[b].number;
    if (is_constant(a) && !(is_whole(exponent) && std::abs(exponent) <= largest_whole_power))
      return constant(applied(Operation::power, (*this)[a].number, exponent, 0));
    if (exponent == 1) return a;
    if (exponent == 2) return unary(Operation::square, a, at);
    if (exponent == 0.5) return unary(Operation::sqrt, a, at);
    if (exponent == -1) return binary(Operation::divide, constant(1), a, at);
    if (is_whole(exponent) && std::abs(exponent) <= largest_whole_power) {
      if (is_constant(a)) return constant(whole_power((*this)[a].number, exponent));
      if (exponent == 0) return constant(1);
      return add({.operation = Operation::whole_power, .a = a, .number = exponent, .at = at});
    }
  }
  return add({.operation = Operation::power, .a = a, .b = b, .at = at});
}

int Graph::weighed(int term, int weight, TextPart at) {
  return select(weight, binary(Operation::multiply, term, weight, at), constant(0), at);
}

int Graph::select(int condition, int a, int b, TextPart at) {
  if (is_constant(condition)) return (*this)[condition].number != 0 ? a : b;
  if (a == b) return a;
  guarded = true;
  const int made = add({.operation = Operation::select, .a = condition, .b = a, .c = b, .at = at});
  // The condition tells which, and has no part in the derivative.
  nodes_[static_cast<std::size_t>(made)].active = (*this)[a].active || (*this)[b].active;
  return made;
}

int Graph::point(int place, bool cut, TextPart at) {
  return add({.operation = Operation::point, .a = place, .cut = cut, .at = at});
}

int Graph::list(int source, int place, bool cut, TextPart at) {
  if (is_constant(place)) {
    const auto& values = lists[static_cast<std::size_t>(source)];
    const double last = static_cast<double>(values.size()) - 1;
    return constant(values[static_cast<std::size_t>(std::clamp((*this)[place].number, 0.0, last))]);
  }
  return add({.operation = Operation::list, .a = place, .source = source, .cut = cut, .at = at});
}

int Graph::column(int source, TextPart at) {
  return add({.operation = Operation::column, .index = row(), .source = source, .at = at});
}

int Graph::index(int from, int to, int depth) {
  return add({.operation = Operation::index, .b = from, .c = to, .number = static_cast<double>(depth)});
}

int Graph::drawn(int from, int to) {
  return add({.operation = Operation::index, .b = from, .c = to, .drawn = true});
}

int Graph::row() { return index(-1, -1, 0); }

int Graph::reduce(Reduction reduction, int index, int term, TextPart at) {
  if (reduction == Reduction::smallest || reduction == Reduction::largest) guarded = true;
  return add({.operation = Operation::reduce,
              .reduction = reduction,
              .a = term,
              .b = (*this)[index].b,
              .c = (*this)[index].c,
              .index = index,
              .at = at});
}

Affine affine_in(const Graph& graph, int place, int index, int depth) {
  constexpr int deepest = 64;
  if (depth > deepest) return {};
  const Node& node = graph[place];
  const std::uint64_t bit = std::uint64_t{1} << graph[index].source;
  if (place == index) return {true, 1};
  if ((node.ranges & bit) == 0) return {node.whole, 0};
  const auto whole = [&](int operand) {
    return graph.is_constant(operand) && graph[operand].whole && std::abs(graph[operand].number) < 1e9;
  };
  switch (node.operation) {
    case Operation::add:
    case Operation::subtract: {
      const Affine a = affine_in(graph, node.a, index, depth + 1);
      const Affine b = affine_in(graph, node.b, index, depth + 1);
      const Index sign = node.operation == Operation::add ? 1 : -1;
      return {a.is && b.is, a.stride + sign * b.stride};
    }
    case Operation::multiply: {
      const int factor = whole(node.a) ? node.a : node.b;
      if (!whole(factor)) return {};
      const Affine other = affine_in(graph, factor == node.a ? node.b : node.a, index, depth + 1);
      return {other.is && std::abs(other.stride) < 1'000'000'000,
              other.stride * static_cast<Index>(graph[factor].number)};
    }
    case Operation::negate: {
      const Affine a = affine_in(graph, node.a, index, depth + 1);
      return {a.is, -a.stride};
    }
    default:
      return {};
  }
}

}  // namespace lookahead::expression
