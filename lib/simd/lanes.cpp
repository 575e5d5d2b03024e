#include "simd/lanes.hpp"

#include <cmath>

namespace lookahead {
namespace {

// Sums term(i) over [0, n): whole groups of eight in lanes, then the rest one by one.
template <class Eight, class One>
double lane_sum(Index n, Eight eight, One one) {
  Lanes sum{};
  Index i = 0;
  for (; i + lane_count <= n; i += lane_count) sum += eight(i);
  double rest = 0;
  for (; i < n; ++i) rest += one(i);
  return total(sum) + rest;
}

}  // namespace

template <Scalar T>
double dot(std::span<const T> a, std::span<const T> b) {
  const T* p = a.data();
  const T* q = b.data();
  return lane_sum(
      std::ssize(a), [=](Index i) { return widen(p + i) * widen(q + i); },
      [=](Index i) { return static_cast<double>(p[i]) * static_cast<double>(q[i]); });
}

template <Scalar T>
double squared_norm(std::span<const T> x) {
  return dot<T>(x, x);
}

template <Scalar T>
double squared_distance(std::span<const T> a, std::span<const T> b) {
  const T* p = a.data();
  const T* q = b.data();
  return lane_sum(
      std::ssize(a),
      [=](Index i) {
        const Lanes difference = widen(p + i) - widen(q + i);
        return difference * difference;
      },
      [=](Index i) {
        const double difference = static_cast<double>(p[i]) - static_cast<double>(q[i]);
        return difference * difference;
      });
}

template <Scalar T>
bool all_finite(std::span<const T> x) {
  // inf * 0 and nan * 0 are nan. Four sums, so that none waits for the one before.
  const T* p = x.data();
  const Index n = std::ssize(x);
  double rest = 0;
  Index i = n / (4 * lane_count) * (4 * lane_count);
  for (Index j = i; j < n; ++j) rest += static_cast<double>(p[j]) * 0.0;
  if (i == 0) return rest == 0;
  Lanes poison[4] = {};
  while ((i -= 4 * lane_count) >= 0) {
    for (Index j = 0; j < 4; ++j) poison[j] += widen(p + i + j * lane_count) * 0.0;
  }
  return total((poison[0] + poison[1]) + (poison[2] + poison[3])) + rest == 0;
}

template double dot(std::span<const float>, std::span<const float>);
template double dot(std::span<const double>, std::span<const double>);
template double squared_norm(std::span<const float>);
template double squared_norm(std::span<const double>);
template double squared_distance(std::span<const float>, std::span<const float>);
template double squared_distance(std::span<const double>, std::span<const double>);
template bool all_finite(std::span<const float>);
template bool all_finite(std::span<const double>);

}  // namespace lookahead
