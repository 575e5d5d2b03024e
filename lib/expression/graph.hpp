#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/scalar.hpp"
#include "expression/operation.hpp"
#include "expression/syntax.hpp"

namespace lookahead::expression {

// One value of an expression. Operands are nodes of lower numbers.
struct Node {
  Operation operation = Operation::constant;
  Reduction reduction = Reduction::sum;  // reduce
  int a = -1, b = -1, c = -1;            // operands; point, list: a is the place; reduce: a is the term
  int index = -1;                        // reduce: the index's node
  int source = 0;                        // list, column: which; index: its number
  double number = 0;                     // constant; the exponent of whole_power
  // index: b and c are its bounds. point, list: the place is cut to what there is, since the branch that reads
  // beyond is not taken.
  bool cut = false;
  bool drawn = false;  // index: the rows say which of its numbers are taken

  // What follows from the above.
  std::uint64_t ranges = 0;    // the indices it depends on, one bit each
  bool active = false;         // whether it depends on the point, by a derivative that is not 0 everywhere
  bool varies = false;         // whether it depends on the point or on a column
  bool whole = false;          // whether it is known to be a whole number
  double least = 0, most = 0;  // bounds of a node that does not vary
  TextPart at = {};            // where the text says so first
};

// The values of an expression, each of them once. Constants are folded.
class Graph {
 public:
  static constexpr int most_ranges = 64;

  const Node& operator[](int node) const { return nodes_[static_cast<std::size_t>(node)]; }
  int size() const { return static_cast<int>(nodes_.size()); }

  // The node, which may be there already or be folded. `at`: where faults of its value are shown.
  int constant(double number);
  int unary(Operation operation, int a, TextPart at);
  int binary(Operation operation, int a, int b, TextPart at);
  int power(int a, int b, TextPart at);
  int select(int condition, int a, int b, TextPart at);
  // weight * term, and 0 where the weight is 0: a row of weight 0 is not there, whatever its term.
  int weighed(int term, int weight, TextPart at);
  int point(int place, bool cut, TextPart at);
  int list(int source, int place, bool cut, TextPart at);
  int column(int source, TextPart at);
  // The index of a reduction inside of `depth` others; -1: there are too many different ones.
  int index(int from, int to, int depth);
  // The index of the rows of a table; there is one at most.
  int row();
  // The index of a sum between these constants of which the rows name the terms.
  int drawn(int from, int to);
  int reduce(Reduction reduction, int index, int term, TextPart at);

  // Puts another node with the same value in its place. No more are made after this.
  void replace(int node, const Node& by) { nodes_[static_cast<std::size_t>(node)] = by; }

  bool is_constant(int node) const { return (*this)[node].operation == Operation::constant; }
  bool is_constant(int node, double number) const {
    return is_constant(node) && (*this)[node].number == number;
  }

  std::vector<std::vector<double>> lists;
  // Whether branches may be computed that are not taken, so that 0 times infinity is 0 in their derivatives.
  bool guarded = false;

 private:
  int add(Node node);
  void derive(Node& node) const;
  void bound(Node& node) const;

  std::vector<Node> nodes_;
  std::unordered_map<std::string, int> known_;
  int ranges_ = 0;
};

// A place as stride * index + rest, where that is all it is of this index.
struct Affine {
  bool is = false;
  Index stride = 0;
};
Affine affine_in(const Graph& graph, int place, int index, int depth = 0);

}  // namespace lookahead::expression
