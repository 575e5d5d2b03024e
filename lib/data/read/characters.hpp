#pragma once
#include "base/letters.hpp"

// The characters all delimited text has beside its separators.
namespace lookahead {

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_line_end(char c) { return c == '\n' || c == '\r'; }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace lookahead
