#pragma once
#include <vector>

#include "base/checked.hpp"
#include "data/dataset.hpp"
#include "data/table.hpp"

namespace lookahead {

// The offsets of the rows in `kept` and in `held_out`, which `is_held_out` (empty: none) tells apart: the
// logarithms of a column of the table (-1: none, and no offsets). Faults, of kind data: an exposure that is
// not above 0.
template <Scalar T>
Checked<Done> encode_exposure(const Table& table, Index column, const std::vector<bool>& is_held_out,
                              Dataset<T>& kept, Dataset<T>& held_out);

}  // namespace lookahead
