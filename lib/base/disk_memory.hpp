#pragma once
#include <cstddef>
#include <string>

namespace lookahead {

// Maps a file without a name in the folder for temporary files ($TMPDIR, else /tmp). The machine's memory holds
// only pages that were touched lately, until let_go(). All 0 at first. Throws std::bad_alloc where the folder has
// no room. bytes > 0.
char* map_on_disk(std::size_t bytes);
void unmap(char* begin, std::size_t bytes);

// The process gives up the memory of the pages that hold any of these bytes. Their content stays in the file, and
// the next touch brings it back.
void let_go(const char* begin, std::size_t bytes);

// The folder, and the bytes that it has room for.
std::string disk_memory_folder();
double disk_memory_room();

}  // namespace lookahead
