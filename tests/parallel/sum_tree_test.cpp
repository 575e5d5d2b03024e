#include "parallel/sum_tree.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lookahead;

namespace {

// The tree below a node, in brackets.
std::string drawn(const SumTree& tree, SumTree::Node node) {
  const ItemRange items = tree.items(node);
  if (items.count == 1) return std::to_string(items.first);
  return "(" + drawn(tree, SumTree::left(node)) + " " + drawn(tree, SumTree::right(node)) + ")";
}

void check_nodes(const SumTree& tree, SumTree::Node node, int depth) {
  const ItemRange items = tree.items(node);
  CHECK(node.level <= depth);
  if (items.count == 1) return;
  const ItemRange left = tree.items(SumTree::left(node)), right = tree.items(SumTree::right(node));
  CHECK(left.first == items.first);
  CHECK(left.count >= 1);
  CHECK(right.first == left.first + left.count);
  CHECK(right.count >= 1);
  CHECK(left.count + right.count == items.count);
  check_nodes(tree, SumTree::left(node), depth);
  check_nodes(tree, SumTree::right(node), depth);
}

}  // namespace

TEST_CASE("the tree of a sum halves its items again and again") {
  CHECK(drawn(SumTree(1), SumTree::root()) == "0");
  CHECK(drawn(SumTree(3), SumTree::root()) == "(0 (1 2))");
  CHECK(drawn(SumTree(5), SumTree::root()) == "((0 1) (2 (3 4)))");
  CHECK(drawn(SumTree(8), SumTree::root()) == "(((0 1) (2 3)) ((4 5) (6 7)))");
}

TEST_CASE("every node of several items has two children that share them, and depth() says how far it goes") {
  for (Index count = 1; count <= 200; ++count) {
    const SumTree tree(count);
    check_nodes(tree, SumTree::root(), tree.depth());
  }
  CHECK(SumTree(1).depth() == 0);
  CHECK(SumTree(8).depth() == 3);
  CHECK(SumTree(9).depth() == 4);
}

TEST_CASE("the nodes of the ranks' items are all items in their order, one for each of a power of two") {
  for (Index count = 1; count <= 70; ++count) {
    const SumTree tree(count);
    for (Index ranks = 1; ranks <= count; ++ranks) {
      Index next = 0;
      for (Index rank = 0; rank < ranks; ++rank) {
        const ItemRange own = items_of_rank(count, ranks, rank);
        const std::vector<SumTree::Node> nodes = tree.nodes_of(own);
        CHECK(next == own.first);
        for (const SumTree::Node node : nodes) {
          CHECK(tree.items(node).first == next);
          next += tree.items(node).count;
        }
        if ((ranks & (ranks - 1)) == 0) CHECK(nodes.size() == 1);
      }
      CHECK(next == count);
    }
  }
}
