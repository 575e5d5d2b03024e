#pragma once
#include <vector>

#include "base/checked.hpp"
#include "data/dataset.hpp"
#include "data/table.hpp"

namespace lookahead {

// The weights of the rows in `kept` and in `held_out`, which `is_held_out` (empty: none) tells apart, from a
// column of the table (-1: none, and no weights); in each divided by their own mean. Faults, of kind data:
// all of them are 0.
template <Scalar T>
Checked<Done> encode_weights(const Table& table, Index column, const std::vector<bool>& is_held_out,
                             Dataset<T>& kept, Dataset<T>& held_out);

// The weights of all rows as they stand in the table, for rows that are only a part.
template <Scalar T>
void copy_weights(const Table& table, Index column, Dataset<T>& rows);

}  // namespace lookahead
