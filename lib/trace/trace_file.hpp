#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/checked.hpp"

namespace lookahead {

// Some columns of a run's trace, column after column, one entry per row.
struct TraceColumns {
  std::vector<std::vector<double>> numbers;  // NaN where a cell is empty
  std::vector<std::string> events;
};

// Of a run's folder without a trace.
Fault no_trace(const std::filesystem::path& folder);

// Reads the wanted columns of numbers, and the events. Faults (kind data): a file that can not be read or has
// not all of the columns, a cell that is no number.
Checked<TraceColumns> read_trace(const std::filesystem::path& file, const std::vector<std::string>& columns);

}  // namespace lookahead
