#pragma once
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/options.hpp"

namespace lookahead {

// The training files, in order: paths as they are, unless no such file is there and the name is a pattern,
// which stands for all files of its folder that fit it, sorted by name. `notes` gets what patterns stand for.
// Faults, of kind data: a pattern that fits none.
Checked<std::vector<std::string>> training_files(const TrainingFiles& train, std::vector<std::string>& notes);

}  // namespace lookahead
