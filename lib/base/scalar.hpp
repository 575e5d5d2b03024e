#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace lookahead {

// Sizes, positions and counts of coordinates, rows and steps. Signed, so that differences are safe.
using Index = std::ptrdiff_t;

// The two precisions a run can have. Losses, sums, norms and schedules are double in both.
template <class T>
concept Scalar = std::same_as<T, float> || std::same_as<T, double>;

}  // namespace lookahead
