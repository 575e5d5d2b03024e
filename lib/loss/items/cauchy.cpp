#include "loss/pointwise.hpp"
#include "loss/scale.hpp"

namespace lookahead::losses {
namespace {

struct Cauchy {
  ResidualScale c;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / c.size;
    const V square = ratio * ratio;
    return {0.5 * c.size * c.size * vector_math::log1p_of(square), residual / (1 + square)};
  }
  static double curvature() { return 1; }          // from -1/8 to 1
  double steepness() const { return c.size / 2; }  // at r = c
  static constexpr bool convex = false;
};

}  // namespace

LossEntry cauchy() {
  return pointwise_loss<Cauchy, ResidualScale>(
      {"cauchy", "robust and not convex: grows as a logarithm", "c^2/2 log(1 + (r/c)^2), r = score - target",
       "Holland and Welsch, Communications in Statistics A6, 1977"},
      LossUse::numbers, residual_scale("c"));
}

}  // namespace lookahead::losses
