#pragma once
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/dataset.hpp"
#include "data/encode/encoding.hpp"
#include "data/encode/row_parts.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// Where the columns of an encoding stand in a table.
struct Sources {
  std::vector<std::size_t> features;  // one per column of the encoding
  Index target = -1;                  // -1: the table has none
  Index weights = -1;                 // -1: all rows count the same
  Index exposure = -1;                // -1: there is none
};

// Turns the rows of `table` into those of their part, giving back the table's memory on the way; they lie as
// `order` says. A target that is missing becomes NaN. `unseen` gets, for every column of the encoding, how many cells
// held a text that is no level. The same for any number of threads. Faults, of kind data: not enough memory, a number
// beyond the range of T.
template <Scalar T>
Checked<Done> encode_rows(Table& table, const Encoding& encoding, const Sources& sources,
                          const RowParts& parts, const RowOrder& order, PartSets<T>& sets,
                          std::vector<Index>& unseen, Index threads);

// What is to be said of cells of `file` that held a text that is no level.
std::vector<std::string> unseen_notes(const Encoding& encoding, const std::vector<Index>& unseen,
                                      const std::string& file);

}  // namespace lookahead
