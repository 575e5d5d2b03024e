#pragma once
#include "data/batch.hpp"
#include "data/dataset.hpp"

namespace lookahead {

// The features of a block of rows, one row after the other without gaps: where they lie in the data set, or
// gathered into `space` of block.size() x rows.columns numbers. Zeros of sparse rows are written out.
template <Scalar T>
const T* dense_rows(const Dataset<T>& rows, const Batch& block, T* space);

}  // namespace lookahead
