#pragma once
#include <vector>

#include "base/checked.hpp"
#include "data/encode/row_parts.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// The offsets of the rows of each part: the logarithms of a column of the table (-1: none, and no offsets).
// Faults, of kind data: an exposure that is not above 0.
template <Scalar T>
Checked<Done> encode_exposure(const Table& table, Index column, const RowParts& parts, PartSets<T>& sets);

}  // namespace lookahead
