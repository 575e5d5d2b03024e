#pragma once
#include <cstdint>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// Which of `classes.size()` rows are held out for validation, a function of the arguments alone: close to
// `fraction` of every class (all 0 for a regression), at least one row in all; no class loses its last row.
// The order of rows is not changed by it.
std::vector<bool> held_out_rows(const std::vector<std::uint32_t>& classes, double fraction,
                                std::uint64_t seed);

// The fold, 0 <= fold < folds, of each of `classes.size()` rows, a function of the arguments alone: random,
// the folds' sizes and their shares of every class (all 0 for a regression) as equal as can be.
std::vector<std::uint32_t> fold_of_rows(const std::vector<std::uint32_t>& classes, Index folds,
                                        std::uint64_t seed);

}  // namespace lookahead
