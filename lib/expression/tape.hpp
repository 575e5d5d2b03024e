#pragma once
#include <vector>

#include "base/scalar.hpp"
#include "expression/graph.hpp"

namespace lookahead::expression {

// A step of a tape: registers are numbered within their loop, and hold as many numbers as the loop takes side
// by side.
struct Instruction {
  enum class Kind : std::uint8_t {
    apply,   // operation of registers a, b, c
    point,   // elements of the point
    list,    // elements of list `source`
    column,  // of column `source`
    loop,    // loop number `source`
  };
  Kind kind = Kind::apply;
  Operation operation = Operation::constant;
  int out = -1, a = -1, b = -1, c = -1;
  int source = 0;
  double number = 0;
  // Elements: place = stride * i + number, i the index; gathered: the place is register a, for a stride other than 0
  // that of the first term, from which the others go on.
  Index stride = 0;
  bool gathered = false, cut = false;
  std::uint8_t steady = 0;  // bit k: operand k is the same for all terms
  // Of a loop's output that is a sum, and of nothing else: it is added up without being kept. -1: of none.
  int output = -1;
  int adjoint = -1;         // of an element of the point whose parts go to the gradient itself
  bool first_only = false;  // of its result only the first number is read, by places that go on from there
  TextPart at;              // in the text
};

// A step of the reverse sweep: what operand number `operand` of an instruction gets from the result's adjoint.
struct ReverseStep {
  enum class Kind : std::uint8_t {
    seed,   // adjoint `to` is that of reduction `source`
    apply,  // of forward instruction `source`
    point,  // the gradient gets adjoint `from`
    loop,   // the reverse sweep of loop number `source`
  };
  Kind kind = Kind::apply;
  int source = 0;
  int operand = 0;
  int from = -1, to = -1;  // adjoints
  bool first = false;      // `to` is written, otherwise added to
  bool direct = false;     // `to` is a piece of the gradient
  bool steady = false;     // `from` is the same for all terms
};

// The terms of one or more reductions over one range.
struct Loop {
  struct Constant {
    int value;
    double number;
    bool filled = true;  // the whole register, not only its first number
  };
  // A number of the surrounding loop.
  struct Import {
    int value, outer_value;
    int adjoint = -1, outer_adjoint = -1;
  };
  struct Output {
    Reduction reduction;
    int term;
    int outer_value;
    int outer_adjoint = -1;
    double factor = 0;      // known_seed: the adjoint by that of the surrounding loop's only sum
    int steady = -1;        // the adjoint of all terms, in a register of its own, where it is that of the sum
    bool added_up = false;  // by the step that makes the terms
  };

  // Bounds, inclusive: a number of the surrounding loop, or else a constant. rows: 0 to the number of rows - 1.
  // drawn: `from` and the rows give the indices.
  bool rows = false, drawn = false;
  int from_value = -1, to_value = -1;
  double from = 0, to = 0;

  int index_value = -1;           // the register of the index; -1: not needed
  bool first_index_only = false;  // as Instruction::first_only
  std::vector<Constant> constants;
  std::vector<Import> imports;
  std::vector<Output> outputs;
  std::vector<Instruction> forward;
  std::vector<ReverseStep> reverse;
  std::vector<int> cleared;  // adjoints that are 0 before a block's reverse sweep
  int values = 0, adjoints = 0;
  std::vector<int> inner;  // loops
  // The adjoints of all outputs are known before their terms are, so that the reverse sweep follows at once.
  bool known_seed = false;
  int only_active = -1;  // the only output that depends on the point, where it is a sum
  // Active elements have the same stride and constant rests, so that ranges which do not touch write different
  // parts of the gradient.
  bool apart = false;
  bool active = false;
  bool perhaps_empty = false;  // it may have no terms
  // As Tape::guarded, for this loop and those within: terms of a logsumexp may have no weight.
  bool guarded = false;
  // In loop 0, long and without inner loops: ranges of terms are shared out.
  bool shared = false;

  Index block = 8;        // numbers of a register
  Index stride = 8;       // from one register to the next
  std::size_t space = 0;  // doubles of working space, those of inner loops included
  std::size_t begin = 0;  // of that within the surrounding loop's
};

// Numbers of working space that a shared loop has at most: it stands on the stack of a thread.
inline constexpr std::size_t shard_space = 8192;
// Reductions of one loop at most.
inline constexpr std::size_t most_outputs = 64;

// An expression as steps: loop 0 is done once and holds the result.
struct Tape {
  std::vector<Loop> loops;
  std::vector<std::vector<double>> lists;
  int result = 0;  // register of loop 0
  int alone = -1;  // the loop whose only sum is the result, which needs nothing else; -1: there is none
  bool guarded = false;
  std::size_t space_of_shards = 0;  // doubles of working space where loops are shared out
};

// Lists the steps that make node `result`. Loops over the same range are one where none needs the other.
Tape make_tape(const Graph& graph, int result);

}  // namespace lookahead::expression
