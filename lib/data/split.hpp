#pragma once
#include <cstdint>
#include <vector>

#include "base/checked.hpp"

namespace lookahead {

// Which of `classes.size()` rows are held out for validation, a function of the arguments alone: close to
// `fraction` of every class (all 0 for a regression), at least one row in all; no class loses its last row.
// The order of rows is not changed by it.
std::vector<bool> held_out_rows(const std::vector<std::uint32_t>& classes, double fraction,
                                std::uint64_t seed);

}  // namespace lookahead
