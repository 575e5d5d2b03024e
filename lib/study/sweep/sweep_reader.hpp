#pragma once
#include "options/report.hpp"
#include "study/sweep/sweep_file.hpp"

namespace lookahead {

// Reads the map of a sweep file; what is wrong goes to the report. `source` says where it comes from.
SweepFile sweep_of(const Node& root, const SweepSource& source, Report& report);

}  // namespace lookahead
