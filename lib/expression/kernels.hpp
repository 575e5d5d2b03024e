#pragma once
#include "expression/operation.hpp"
#include "expression/tape.hpp"

namespace lookahead::expression {

// The numbers that a block of terms is done with: `padded` of them, a multiple of 8, of which the last repeat
// number `count` - 1.
struct Block {
  const double* const* values;  // by register
  double* const* adjoints;
  Index count, padded;
  bool guarded;  // where an adjoint is 0 its product with a derivative is 0, whatever that is
  double* sums;  // totals of the loop's outputs, for steps that are added up; null: they are kept
  bool in_row;   // the terms' places go on from the first
};

// Does the steps from `step` on that apply an operation, until one that does something else, or `end`; returns
// that.
const Instruction* go_forward(const Instruction* step, const Instruction* end, const Block& block);
// The same for the reverse sweep, of these instructions.
const ReverseStep* apply_reverse(const ReverseStep* step, const ReverseStep* end,
                                 const Instruction* instructions, const Block& block);

// The derivative of an operation by one of its operands.
double slope(Operation operation, int operand, double a, double b, double out, double number);

}  // namespace lookahead::expression
