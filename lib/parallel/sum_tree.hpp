#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "base/scalar.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// The order in which `count` items are added, whatever they are divided among: a binary tree whose nodes are
// halves of halves of them. Node number `place` of level l has the items from floor(count place / 2^l) up to
// floor(count (place + 1) / 2^l), as rank `place` of 2^l ranks has them by items_of_rank(). A node of several items
// has two children, neither of them empty; one of a single item is a leaf.
class SumTree {
 public:
  struct Node {
    int level = 0;
    Index place = 0;
    bool operator==(const Node&) const = default;
  };

  // count >= 1.
  explicit SumTree(Index count) : count_(count) {}

  static constexpr Node root() { return {}; }
  static constexpr Node left(Node node) { return {node.level + 1, 2 * node.place}; }
  static constexpr Node right(Node node) { return {node.level + 1, 2 * node.place + 1}; }
  ItemRange items(Node node) const {
    const Index first = boundary(node.level, node.place);
    return {first, boundary(node.level, node.place + 1) - first};
  }
  // The levels below the root.
  int depth() const { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(count_ - 1))); }

  // The nodes whose items are those of a range, as few as there are, in the order of their items.
  std::vector<Node> nodes_of(ItemRange range) const {
    std::vector<Node> nodes;
    cover(root(), range, nodes);
    return nodes;
  }

 private:
  Index boundary(int level, Index place) const { return (count_ * place) >> level; }
  void cover(Node node, ItemRange range, std::vector<Node>& nodes) const {
    const auto [first, count] = items(node);
    if (first >= range.first + range.count || first + count <= range.first) return;
    if (first >= range.first && first + count <= range.first + range.count) return nodes.push_back(node);
    cover(left(node), range, nodes);
    cover(right(node), range, nodes);
  }

  Index count_;
};

}  // namespace lookahead
