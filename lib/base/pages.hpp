#pragma once
#include <cstddef>

namespace lookahead {

// Bytes of a large page, and how many of them lie before an address.
inline constexpr std::size_t huge_page = std::size_t{1} << 21;
std::size_t bytes_into_huge_page(const void* address);

// Asks the system to back memory that has not been touched yet with large pages, as far as whole ones lie in
// it: rows met in random order then cost fewer lookups of addresses. A wish; nothing depends on it.
void prefer_huge_pages(void* begin, std::size_t bytes);

// Backs memory that is about to be written by one call, where every page touched would be a fault by itself. The
// content stays what it is. A wish, as above.
void populate(void* begin, std::size_t bytes);

}  // namespace lookahead
