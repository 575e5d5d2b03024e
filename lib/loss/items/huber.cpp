#include "loss/pointwise.hpp"
#include "loss/scale.hpp"

namespace lookahead::losses {
namespace {

struct Huber {
  ResidualScale delta;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    V clipped = residual > delta.size ? vector_math::all<V>(delta.size) : residual;
    clipped = clipped < -delta.size ? vector_math::all<V>(-delta.size) : clipped;
    return {clipped * (residual - 0.5 * clipped), clipped};
  }
  static double curvature() { return 1; }
  double steepness() const { return delta.size; }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry huber() {
  return pointwise_loss<Huber, ResidualScale>(
      {"huber", "a parabola for small residuals, straight for large ones",
       "r^2/2 for |r| <= delta, otherwise delta (|r| - delta/2); r = score - target",
       "Huber, Annals of Mathematical Statistics 35, 1964"},
      LossUse::numbers, residual_scale("delta"));
}

}  // namespace lookahead::losses
