#pragma once
#include <vector>

#include "base/note.hpp"
#include "study/sweep/sweep_file.hpp"

namespace lookahead {

// What a sweep file says and may not mean: a single seed in the place of a number of seeds, values that put a
// name in the place of a block of the problem, whose other keys go. `seeds`: as the file says it, or nullptr.
std::vector<Note> sweep_notes(const SweepFile& file, const Node* seeds);

}  // namespace lookahead
