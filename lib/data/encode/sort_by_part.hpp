#pragma once
#include "data/dataset.hpp"

namespace lookahead {

// Sorts rows of a table that stand as they were dealt out among `parts` (base/parts.hpp). Of dense rows the weights
// and offsets alone: encode_rows() puts features and targets in their places.
template <Scalar T>
void sort_by_part(Dataset<T>& rows, Index parts);

}  // namespace lookahead
