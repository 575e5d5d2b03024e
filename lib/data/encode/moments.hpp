#pragma once
#include <vector>

#include "data/encode/row_parts.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// Of a numeric column, over the training rows, each as often as its weight says; one of weight 0 is not
// there.
struct Moments {
  Index count = 0;  // of the cells that are not missing
  double mean = 0;  // of these cells
  // Population, with missing cells at the mean; exactly 0 for a column that is constant but for rounding.
  double sd = 0;
  bool rounded = false;  // constant but for rounding, and not the same number everywhere
};

// Of every column of the table (meaningless for columns of text). weights: one per row; empty: all are 1. The
// same for any number of threads.
std::vector<Moments> moments_of(const Table& table, const RowParts& parts, const std::vector<double>& weights,
                                Index threads);

}  // namespace lookahead
