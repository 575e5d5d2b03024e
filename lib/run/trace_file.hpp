#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/checked.hpp"

namespace lookahead {

// The numbers in some columns of a run's trace, column after column, one per row; NaN where a cell is empty.
// Faults (kind data): a file that can not be read or has not all of the columns, a cell that is no number.
Checked<std::vector<std::vector<double>>> read_trace(const std::filesystem::path& file,
                                                     const std::vector<std::string>& columns);

}  // namespace lookahead
