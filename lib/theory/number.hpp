#pragma once
#include <limits>

namespace lookahead::theory {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

inline double square(double x) { return x * x; }

}  // namespace lookahead::theory
