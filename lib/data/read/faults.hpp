#pragma once
#include <string>

#include "base/fault.hpp"

namespace lookahead {

// At most this many faults are reported of one file.
inline constexpr std::size_t most_faults = 20;

// Leaves at most 20 faults of a file, in the order of their lines. Where there are more, or `beyond` that
// were not kept, the last one says how many.
void limit_faults(Faults& faults, std::size_t beyond, const std::string& file);

// The rows of a file have found no room: in the memory, or on disk in the folder for temporary files.
Fault no_room_for_rows(const std::string& file, bool on_disk);

}  // namespace lookahead
