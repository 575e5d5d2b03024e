#pragma once
#include "parallel/shards.hpp"
#include "simd/lanes.hpp"

namespace lookahead {

// The sums of simd/lanes.hpp over shards: where a vector is one shard the same bits.

template <Scalar T>
double dot(const Shards& shards, std::span<const T> a, std::span<const T> b) {
  return shards.sum(a.size(), [&](std::size_t from, std::size_t size) {
    return dot<T>(a.subspan(from, size), b.subspan(from, size));
  });
}

template <Scalar T>
double squared_norm(const Shards& shards, std::span<const T> x) {
  return shards.sum(
      x.size(), [&](std::size_t from, std::size_t size) { return squared_norm<T>(x.subspan(from, size)); });
}

template <Scalar T>
double squared_distance(const Shards& shards, std::span<const T> a, std::span<const T> b) {
  return shards.sum(a.size(), [&](std::size_t from, std::size_t size) {
    return squared_distance<T>(a.subspan(from, size), b.subspan(from, size));
  });
}

template <Scalar T>
bool all_finite(const Shards& shards, std::span<const T> x) {
  return shards.merged(
      x.size(), [&](std::size_t from, std::size_t size) { return all_finite<T>(x.subspan(from, size)); },
      [](bool a, bool b) { return a && b; });
}

}  // namespace lookahead
