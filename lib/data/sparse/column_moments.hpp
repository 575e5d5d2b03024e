#pragma once
#include <limits>
#include <utility>
#include <vector>

#include "data/encode/row_parts.hpp"
#include "data/sparse/entry_chunks.hpp"

namespace lookahead {

// Sums of a column, in the digits that long numbers need: all numbers are added, then all of their deviations.
struct ColumnSums {
  long double sum = 0, squares = 0;  // of deviations
  double count = 0, least = infinity, greatest = -infinity;
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  void add(double x);
  // n: as below.
  void add_deviation(double x, double n);
  // Mean and population standard deviation of n > 0 rows, of which those that were not added are 0; the second
  // is 0 where all are the same but for rounding.
  std::pair<double, double> mean_and_deviation(double n);
};

// Of every column in the training rows, zeros included: as ColumnSums::mean_and_deviation().
struct ColumnMoments {
  std::vector<double> means, deviations;
};

// `rows`: their indices are columns, below `columns`.
ColumnMoments column_moments(const EntryChunks& rows, const RowParts& parts, Index columns);

}  // namespace lookahead
