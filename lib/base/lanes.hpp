#pragma once
#include <cstring>
#include <span>

#include "base/scalar.hpp"

namespace lookahead {

// Eight doubles side by side. A sum kept in eight lanes has one fixed order of additions on every processor
// and at every address, which the compiler's own vectorized reductions do not promise.
using Lanes = double __attribute__((vector_size(64)));
inline constexpr Index lane_count = 8;

// Sixteen floats side by side, for what is done in single precision throughout.
using FloatLanes = float __attribute__((vector_size(64)));
inline constexpr Index float_lane_count = 16;

// Eight consecutive numbers as doubles; no alignment needed.
[[gnu::always_inline]] inline Lanes widen(const double* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
[[gnu::always_inline]] inline Lanes widen(const float* from) {
  using Floats = float __attribute__((vector_size(32)));
  Floats floats;
  std::memcpy(&floats, from, sizeof floats);
  return __builtin_convertvector(floats, Lanes);
}

// Stores eight doubles as eight numbers of the run's precision.
[[gnu::always_inline]] inline void narrow(double* to, Lanes lanes) { std::memcpy(to, &lanes, sizeof lanes); }
[[gnu::always_inline]] inline void narrow(float* to, Lanes lanes) {
  using Floats = float __attribute__((vector_size(32)));
  const Floats floats = __builtin_convertvector(lanes, Floats);
  std::memcpy(to, &floats, sizeof floats);
}

// The lanes' total, pairwise, in a fixed order.
[[gnu::always_inline]] inline double total(Lanes lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// Sum over i of a_i b_i, |x|^2 and |a - b|^2, in double. The spans of a pair have equal length.
template <Scalar T>
double dot(std::span<const T> a, std::span<const T> b);
template <Scalar T>
double squared_norm(std::span<const T> x);
template <Scalar T>
double squared_distance(std::span<const T> a, std::span<const T> b);

// Whether every coordinate is finite.
template <Scalar T>
bool all_finite(std::span<const T> x);

}  // namespace lookahead
