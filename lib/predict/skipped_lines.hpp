#pragma once
#include <string>

#include "base/scalar.hpp"
#include "base/text.hpp"

namespace lookahead {

// The note on lines of a file that only the layout of the run's test file leaves out.
inline std::string skipped_text(Index lines) {
  return (lines == 1 ? std::string("its first line is") : "its first " + to_text(lines) + " lines are") +
         " left out, as of the run's test file";
}

}  // namespace lookahead
