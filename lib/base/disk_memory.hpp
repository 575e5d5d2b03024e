#pragma once
#include <cstddef>
#include <string>

namespace lookahead {

// Memory whose content lies in a file that has no name any more, in the folder for temporary files ($TMPDIR,
// else /tmp): of it the machine's memory holds what was touched lately, until let_go(). All 0 at first. Throws
// std::bad_alloc where the folder has no room. bytes > 0.
char* map_on_disk(std::size_t bytes);
void unmap(char* begin, std::size_t bytes);

// Takes the pages that hold any of these bytes out of the process's share of the machine's memory. They stay
// as they are, and the next touch brings them back.
void let_go(const char* begin, std::size_t bytes);

// The folder, and the bytes that it has room for.
std::string disk_memory_folder();
double disk_memory_room();

}  // namespace lookahead
