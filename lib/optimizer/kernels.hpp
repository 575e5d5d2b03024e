#pragma once
#include <cstddef>

#include "base/scalar.hpp"

// What several rules do with the coordinates of a shard.
namespace lookahead::optimizers {

// x -= rate * v over n coordinates.
template <Scalar T>
[[gnu::noinline]] void descend(T* __restrict x, const T* __restrict v, std::size_t n, T rate) {
  for (std::size_t i = 0; i < n; ++i) x[i] -= rate * v[i];
}

// The factors of a sweep for coordinates that do not decay: `decay` goes into the gradient, `shrink`, where there is
// one, is a factor of x.
template <class Scales>
Scales without_decay(Scales scales) {
  scales.decay = 0;
  if constexpr (requires { scales.shrink; }) scales.shrink = 1;
  return scales;
}

}  // namespace lookahead::optimizers
