#pragma once

namespace lookahead::functions {

// Two sums over the same coordinates.
struct TwoSums {
  double first = 0, second = 0;
  friend TwoSums operator+(const TwoSums& a, const TwoSums& b) {
    return {a.first + b.first, a.second + b.second};
  }
};

}  // namespace lookahead::functions
