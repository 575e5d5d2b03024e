#pragma once
#include "data/encode/encode.hpp"

namespace lookahead {

// As encode_rows(), for an encoding that is sparse: columns of text alone, where a row has a one for every
// known level.
template <Scalar T>
Checked<Done> encode_categories(Table& table, const Encoding& encoding, const Sources& sources,
                                const RowParts& parts, PartSets<T>& sets, std::vector<Index>& unseen);

}  // namespace lookahead
