#pragma once
#include <filesystem>
#include <string>

#include "study/compare/comparison.hpp"

namespace lookahead {

// The groups of a comparison, each at its point, for other programs. Both want problems with a known minimum.

// An experiment as cocopp reads it: a folder for every group, with a file of information for every problem,
// whose number is its place among the problems (funcId), and its runs' data (.dat, .tdat); seeds are instances.
// The suite is called "lookahead". The folder must be new or empty. Faults: one that is not (output), a run
// without a gap (data).
Checked<Done> write_coco(const Study& study, const Comparison& comparison,
                         const std::filesystem::path& folder);

// One CSV file with the columns that IOHanalyzer's read_pure_csv can be told: evaluations, value, function,
// algorithm, dimension, run (the seed).
Checked<std::string> ioh_csv(const Study& study, const Comparison& comparison);

}  // namespace lookahead
