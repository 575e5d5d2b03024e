#pragma once
#include "base/checked.hpp"
#include "data/encode/encoding.hpp"
#include "data/encode/row_parts.hpp"
#include "data/sparse/libsvm.hpp"

namespace lookahead {

// What stands in place of an index that has no feature.
inline constexpr std::uint32_t unseen_index = 0xFFFF'FFFF;

// Replaces the indices of all entries by their features, or unseen_index; how many entries have that.
Index number_features(EntryChunks& entries, const Encoding& encoding);

// Encodes the rows of a table whose indices number_features() has replaced, with `unseen` entries among them that
// are left out; their entries are gone afterwards. Each set takes the rows of its part, as `order` says. A label
// that is missing or no known class becomes NaN. Faults, of kind data: a number beyond the range of T, no room on
// disk. Throws MoreThanMemory or std::bad_alloc where a process could not hold its share.
template <Scalar T>
Checked<Done> encode_sparse(SparseTable& table, Index unseen, const Encoding& encoding, const RowParts& parts,
                            const RowOrder& order, PartSets<T>& sets);

}  // namespace lookahead
