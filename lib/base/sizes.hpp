#pragma once
#include <algorithm>
#include <initializer_list>
#include <limits>

#include "base/scalar.hpp"

namespace lookahead {

// Larger than any memory, and small enough that one more sum or comparison stays in range. Sizes beyond it
// count as this, so that whoever compares a size with the memory refuses them.
inline constexpr Index most_size = std::numeric_limits<Index>::max() / 4;

// Sum and product of sizes >= 0, at most most_size.
inline Index sum_of_sizes(std::initializer_list<Index> sizes) {
  Index sum = 0;
  for (const Index size : sizes) sum = size > most_size - sum ? most_size : sum + size;
  return sum;
}
inline Index product_of_sizes(std::initializer_list<Index> sizes) {
  Index product = 1;
  for (const Index size : sizes) {
    if (size == 0) return 0;
  }
  for (const Index size : sizes) product = size > most_size / product ? most_size : product * size;
  return product;
}

}  // namespace lookahead
