#include <cmath>
#include <numbers>

#include "loss/pointwise.hpp"
#include "loss/scale.hpp"

namespace lookahead::losses {
namespace {

struct Welsch {
  ResidualScale c;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / c.size;
    const V lost = vector_math::expm1_of(-ratio * ratio);
    return {-0.5 * c.size * c.size * lost, residual * (1 + lost)};
  }
  static double curvature() { return 1; }                                       // from -2 e^{-3/2} to 1
  double steepness() const { return c.size / std::sqrt(2 * std::numbers::e); }  // at r = c / sqrt 2
  static constexpr bool convex = false;
};

}  // namespace

LossEntry welsch() {
  return pointwise_loss<Welsch, ResidualScale>(
      {"welsch", "robust and not convex: bounded by c^2/2 and flat for large residuals",
       "c^2/2 (1 - exp(-(r/c)^2)), r = score - target",
       "Holland and Welsch, Communications in Statistics A6, 1977"},
      LossUse::numbers, residual_scale("c"));
}

}  // namespace lookahead::losses
