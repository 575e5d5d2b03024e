#pragma once
#include <limits>

#include "theory/bounds.hpp"

namespace lookahead::test {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

// Gradients with noise of a bounded variance, with noise that also grows with the gradient, and without.
inline const theory::Constants noisy{2, 0.5, 0, 3}, relative{2, 0.5, 3, 3}, quiet{2, 0, 0, 3};

}  // namespace lookahead::test
