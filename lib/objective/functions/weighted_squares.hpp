#pragma once
#include <algorithm>
#include <utility>

#include "base/aligned.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {

// n numbers spaced evenly in the logarithm from `first` to 1, increasing or decreasing; 1 alone for n = 1.
inline Aligned<double> log_spaced_weights(double first, Index n) {
  Aligned<double> values(static_cast<std::size_t>(n), 1.0);
  for (Index i = 0; i + 1 < n; ++i) {
    const double part = static_cast<double>(n - 1 - i) / static_cast<double>(n - 1);
    values[static_cast<std::size_t>(i)] = math::pow(first, part);
  }
  return values;
}

// sum_i a_i (x_i - c_i)^2, the part that the functions along the axes share. No centers: c = 0.
class WeightedSquares {
 public:
  explicit WeightedSquares(Aligned<double> weights, Aligned<double> centers = {})
      : weights_(std::move(weights)), centers_(std::move(centers)) {}

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index) const {
    return centers_.empty() ? sum<T, want_gradient, false>(x, gradient, from, to)
                            : sum<T, want_gradient, true>(x, gradient, from, to);
  }

 private:
  template <Scalar T, bool want_gradient, bool centered>
  double sum(const T* __restrict x, T* __restrict gradient, Index from, Index to) const {
    const double* __restrict a = weights_.data();
    const double* __restrict c = centers_.data();
    Lanes sums{};
    Index i = from;
    for (; i + lane_count <= to; i += lane_count) {
      Lanes here = widen(x + i);
      if constexpr (centered) here -= widen(c + i);
      const Lanes half_slope = widen(a + i) * here;
      sums += half_slope * here;
      if constexpr (want_gradient) narrow(gradient + i, 2.0 * half_slope);
    }
    double sum = total(sums);
    for (; i < to; ++i) {
      double here = static_cast<double>(x[i]);
      if constexpr (centered) here -= c[i];
      const double half_slope = a[i] * here;
      sum += half_slope * here;
      if constexpr (want_gradient) gradient[i] = static_cast<T>(2 * half_slope);
    }
    return sum;
  }

  Aligned<double> weights_;
  Aligned<double> centers_;
};

}  // namespace lookahead::functions
