#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/fault.hpp"
#include "data/encode/row_parts.hpp"
#include "data/options.hpp"

namespace lookahead {

// Which of `classes.size()` rows are held out, a function of the arguments alone: close to `fraction` of
// every class (all 0 for a regression), at least one row in all; no class loses its last row. `part` has
// random numbers of its own. The order of rows is not changed by it.
std::vector<bool> held_out_rows(const std::vector<std::uint32_t>& classes, double fraction,
                                std::uint64_t seed, RowPart part = RowPart::validation);

// The parts of `classes.size()` rows as the fractions of the options say, drawn with their split_seed: the
// test rows first, so that they do not depend on the validation, then the validation rows of the others, both
// close to their fraction of all rows. Empty where there are no fractions, or where one of them gets no row.
RowParts split_rows(const std::vector<std::uint32_t>& classes, const DataOptions& options);

// Whether the options hold out rows of the training file.
bool has_fractions(const DataOptions& options);
// The fault of `rows` rows that split_rows() could not split.
Fault too_few_to_split(const std::string& file, Index rows, const DataOptions& options);

// The fold, 0 <= fold < folds, of each of `classes.size()` rows, a function of the arguments alone: random,
// the folds' sizes and their shares of every class (all 0 for a regression) as equal as can be.
std::vector<std::uint32_t> fold_of_rows(const std::vector<std::uint32_t>& classes, Index folds,
                                        std::uint64_t seed);

}  // namespace lookahead
