#pragma once
#include <algorithm>
#include <limits>

#include "base/letters.hpp"
#include "base/scalar.hpp"

// The characters all delimited text has beside its separators.
namespace lookahead {

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_line_end(char c) { return c == '\n' || c == '\r'; }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number of the line that follows `count` lines from `line` on; the greatest int where it is beyond that.
inline int line_after(int line, Index count) {
  return static_cast<int>(std::min<Index>(line + count, std::numeric_limits<int>::max()));
}

}  // namespace lookahead
