#pragma once
#include <span>

#include "simd/packs.hpp"

namespace lookahead {

// Eight doubles side by side. A sum kept in eight lanes has one fixed order of additions on every processor
// and at every address, which the compiler's own vectorized reductions do not promise.
using Lanes = packs::Pack<double, 8>;
inline constexpr Index lane_count = 8;

// Sixteen floats side by side, for what is done in single precision throughout.
using FloatLanes = packs::Pack<float, 16>;
inline constexpr Index float_lane_count = 16;

// Eight consecutive numbers as doubles; no alignment needed.
template <Scalar T>
[[gnu::always_inline]] inline Lanes widen(const T* from) {
  return packs::load<double, 8>(from);
}

// Stores eight doubles as eight numbers of the run's precision.
template <Scalar T>
[[gnu::always_inline]] inline void narrow(T* to, Lanes lanes) {
  packs::store<T, 8>(to, packs::converted<T, 8, double>(lanes));
}

// The lanes' total, pairwise, in a fixed order.
[[gnu::always_inline]] inline double total(Lanes lanes) { return packs::total<double, 8>(lanes); }

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
