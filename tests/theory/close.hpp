#pragma once
#include <algorithm>
#include <cmath>

namespace lookahead::test {

// Relative, whatever the size of the numbers; equal infinities are close.
inline bool close(double a, double b, double relative) {
  return a == b || std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

}  // namespace lookahead::test
