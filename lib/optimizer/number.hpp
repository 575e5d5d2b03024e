#pragma once
#include <bit>
#include <limits>

#include "optimizer/optimizer.hpp"

namespace lookahead {

// A double that stands among an optimizer's counters, so that it is saved and restored to the bit; 0 in a new
// or restarted optimizer.
class Number {
 public:
  double get() const { return std::bit_cast<double>(bits_); }
  void set(double value) { bits_ = std::bit_cast<Index>(value); }
  Counter counter(const char* name) {
    return {name, &bits_, std::numeric_limits<Index>::min(), std::numeric_limits<Index>::max()};
  }

 private:
  Index bits_ = 0;
};

}  // namespace lookahead
