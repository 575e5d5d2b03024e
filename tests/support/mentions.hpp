#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "base/note.hpp"

namespace lookahead::test {

// Whether one of several notes has this part.
inline bool mentions(const std::vector<Note>& notes, const std::string& part) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const Note& note) { return to_string(note).find(part) != std::string::npos; });
}

}  // namespace lookahead::test
