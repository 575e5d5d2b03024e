#pragma once
#include <span>

#include "data/batch.hpp"
#include "expression/tape.hpp"
#include "parallel/shards.hpp"

namespace lookahead::expression {

// The first step whose result is no finite number.
struct Diagnosis {
  bool found = false;
  TextPart at;  // in the text
  double result = 0;
};

// What a tape is done with.
struct Inputs {
  std::span<const double> point;
  double* gradient = nullptr;  // as long as the point; null: not wanted. The tape adds to it.
  std::span<const double* const> columns = {};
  const Batch* rows = nullptr;  // of the columns
  Shards shards = {};
  Diagnosis* diagnosis = nullptr;  // null: not wanted
};

// How many doubles of working space it needs.
std::size_t space_of(const Tape& tape);

// The value, and the gradient if it is wanted: the same value with and without. No allocation; the same bits
// whatever threads the shards have. `space` has space_of() numbers.
double execute(const Tape& tape, const Inputs& inputs, double* space);

}  // namespace lookahead::expression
