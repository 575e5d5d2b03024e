#pragma once
#include <memory>
#include <string>

#include "base/fault.hpp"

namespace lookahead {

// Where a text stands in the file it was read from, as it is written there: plain, in quotes, or as a block
// that | or > begins.
struct TextOrigin {
  std::shared_ptr<const std::string> file;  // the file's content; null: not known
  std::size_t begin = 0;                    // of the text in it, its quote or |
  Place place = {};                         // of that
};

// The place of byte number `offset` of a text; that of the text itself where the file is not known.
Place place_within(const TextOrigin& origin, std::size_t offset);

}  // namespace lookahead
