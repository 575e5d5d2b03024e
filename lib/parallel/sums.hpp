#pragma once
#include <algorithm>
#include <cmath>

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

// The Euclidean norm, also where the squares leave the range of double: then of x times a power of two. NaN where a
// component is.
template <Scalar T>
double norm(const Shards& shards, std::span<const T> x) {
  const double squares = squared_norm(shards, x);
  if (std::isnormal(squares)) return std::sqrt(squares);
  if (std::isnan(squares)) return squares;
  const double largest = shards.merged(
      x.size(),
      [&](std::size_t from, std::size_t size) {
        double most = 0;
        for (const T v : x.subspan(from, size)) {
          const double a = std::abs(static_cast<double>(v));
          if (a > most) most = a;
        }
        return most;
      },
      [](double a, double b) { return a < b ? b : a; });
  if (!std::isfinite(squares) && !std::isfinite(largest)) return largest;
  if (largest == 0) return 0;
  const int exponent = std::ilogb(largest);
  return std::ldexp(std::sqrt(shards.sum(x.size(),
                                         [&](std::size_t from, std::size_t size) {
                                           double sum = 0;
                                           for (const T v : x.subspan(from, size)) {
                                             const double scaled =
                                                 std::ldexp(static_cast<double>(v), -exponent);
                                             sum += scaled * scaled;
                                           }
                                           return sum;
                                         })),
                    exponent);
}

template <Scalar T>
bool all_finite(const Shards& shards, std::span<const T> x) {
  return shards.merged(
      x.size(), [&](std::size_t from, std::size_t size) { return all_finite<T>(x.subspan(from, size)); },
      [](bool a, bool b) { return a && b; });
}

}  // namespace lookahead
