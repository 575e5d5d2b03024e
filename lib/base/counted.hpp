#pragma once
#include <string>

#include "base/text.hpp"

namespace lookahead {

// A number of things in words: "1 row", "12 rows". `thing` takes an s.
inline std::string counted(std::int64_t count, const std::string& thing) {
  return to_text(count) + " " + thing + (count == 1 ? "" : "s");
}

}  // namespace lookahead
