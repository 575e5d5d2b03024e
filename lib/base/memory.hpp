#pragma once
#include <unistd.h>

namespace lookahead {

// Bytes of this machine's memory. A system that promises more than it has ends the program that believes it,
// so requests beyond this are refused before they are made.
inline double physical_memory() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace lookahead
