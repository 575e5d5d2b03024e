#include "loss/pointwise.hpp"
#include "loss/scale.hpp"

namespace lookahead::losses {
namespace {

struct PseudoHuber {
  ResidualScale delta;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / delta.size;
    const V square = ratio * ratio;
    const V root = vector_math::sqrt_of(1 + square);
    // The difference of the root and 1, without its cancellation.
    return {delta.size * delta.size * (square / (1 + root)), residual / root};
  }
  static double curvature() { return 1; }
  double steepness() const { return delta.size; }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry pseudo_huber() {
  return pointwise_loss<PseudoHuber, ResidualScale>(
      {"pseudo_huber", "smooth between a parabola for small residuals and straight lines for large ones",
       "delta^2 (sqrt(1 + (r/delta)^2) - 1), r = score - target",
       "Charbonnier, Blanc-Feraud, Aubert, Barlaud, IEEE Trans. Image Processing 6, 1997"},
      LossUse::numbers, residual_scale("delta"));
}

}  // namespace lookahead::losses
