#pragma once
#include <optional>

namespace lookahead {

// Gradient clipping before the optimizer sees the gradient.
struct Clip {
  std::optional<double>
      norm;  // scaled to this Euclidean norm at most: g min(1, norm / (|g| + 1e-6)), as PyTorch
  std::optional<double> value;  // every component cut to [-value, value]
};

}  // namespace lookahead
