#pragma once
#include <vector>

#include "base/checked.hpp"
#include "data/encode/row_parts.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// The weights of the rows of each part from a column of the table (-1: none, and no weights); in each divided
// by their own mean; one that is missing is NaN and has no part in it. Faults, of kind data: all of a part
// are 0.
template <Scalar T>
Checked<Done> encode_weights(const Table& table, Index column, const RowParts& parts, PartSets<T>& sets);

// The weights of all rows from the table's column of weights, in its units unless their sum would be beyond
// the numbers; empty where there is none, or where no training row counts, which encode_weights() refuses.
std::vector<double> row_weights(const Table& table, const RowParts& parts);

// The weights of all rows as they stand in the table, for rows that are only a part; NaN for a missing one.
template <Scalar T>
void copy_weights(const Table& table, Index column, Dataset<T>& rows);

}  // namespace lookahead
