#pragma once
#include <cstddef>

namespace lookahead {

// Asks the system to back memory that has not been touched yet with large pages, as far as whole ones lie in
// it: rows met in random order then cost fewer lookups of addresses. A wish; nothing depends on it.
void prefer_huge_pages(void* begin, std::size_t bytes);

// Backs memory that is about to be written by one call, where every page touched would be a fault by itself. The
// content stays what it is. A wish, as above.
void populate(void* begin, std::size_t bytes);

}  // namespace lookahead
