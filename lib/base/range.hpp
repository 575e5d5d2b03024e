#pragma once
#include "base/scalar.hpp"

namespace lookahead {

// The numbers first, ..., last - 1.
struct Range {
  Index first = 0, last = 0;
};

}  // namespace lookahead
