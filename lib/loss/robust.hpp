#pragma once
#include <cmath>
#include <numbers>

#include "loss/pointwise.hpp"
#include "loss/scale.hpp"

// Robust losses of the residual r = score - target: a parabola for small residuals and flatter beyond the
// scale c > 0. Every one has second derivative 1 at r = 0 and nowhere a larger one in absolute value. Rules
// of loss/pointwise.hpp.
namespace lookahead::robust {

// Beyond this many scales 1 + ratio^2 is ratio^2, which may be beyond all numbers.
inline constexpr double far = 0x1p60;

struct Cauchy {
  ResidualScale scale;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / scale.size;
    const V square = ratio * ratio;
    const V size = vector_math::abs_of(ratio);
    const V logarithm = size > far ? 2 * vector_math::log_of(size) : vector_math::log1p_of(square);
    return {0.5 * scale.size * scale.size * logarithm, residual / (1 + square)};
  }
  static double curvature() { return 1; }              // from -1/8 to 1
  double steepness() const { return scale.size / 2; }  // at r = c
  static constexpr bool convex = false;
};

struct GemanMcClure {
  ResidualScale scale;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / scale.size;
    const V share = 1 / (1 + ratio * ratio);
    const V value = 0.5 * (residual * share) * residual;
    return {vector_math::abs_of(ratio) > far ? V{} + 0.5 * scale.size * scale.size : value,
            (residual * share) * share};
  }
  static double curvature() { return 1; }                                         // from -1/4 to 1
  double steepness() const { return 3 * std::numbers::sqrt3 / 16 * scale.size; }  // at r = c / sqrt 3
  static constexpr bool convex = false;
};

struct PseudoHuber {
  ResidualScale scale;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / scale.size;
    const V square = ratio * ratio;
    const V size = vector_math::abs_of(ratio);
    const V root = size > far ? size : vector_math::sqrt_of(1 + square);
    // The difference of the root and 1, without its cancellation.
    const V value = scale.size * scale.size * (square / (1 + root));
    return {size > far ? scale.size * vector_math::abs_of(residual) : value, residual / root};
  }
  static double curvature() { return 1; }
  double steepness() const { return scale.size; }
  static constexpr bool convex = true;
};

struct Welsch {
  ResidualScale scale;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / scale.size;
    const V lost = vector_math::expm1_of(-ratio * ratio);
    return {-0.5 * scale.size * scale.size * lost, residual * (1 + lost)};
  }
  static double curvature() { return 1; }                                           // from -2 e^{-3/2} to 1
  double steepness() const { return scale.size / std::sqrt(2 * std::numbers::e); }  // at r = c / sqrt 2
  static constexpr bool convex = false;
};

}  // namespace lookahead::robust
