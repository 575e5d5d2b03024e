#pragma once
#include <string>
#include <string_view>

namespace lookahead {

// In lower case, of the letters A to Z; other characters are as they were.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) c = lower(c);
  return low;
}

}  // namespace lookahead
