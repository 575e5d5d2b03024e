#pragma once
#include <vector>

#include "base/unset.hpp"

namespace lookahead {

// Rows ready for a model.
template <Scalar T>
struct Dataset {
  Index rows = 0;
  Index columns = 0;
  Unset<T> features;       // rows x columns, row after row, no padding
  std::vector<T> targets;  // one per row: the number to predict, or the class as 0, 1, ...
};

}  // namespace lookahead
