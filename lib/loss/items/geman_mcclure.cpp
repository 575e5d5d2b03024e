#include <numbers>

#include "loss/pointwise.hpp"
#include "loss/scale.hpp"

namespace lookahead::losses {
namespace {

struct GemanMcClure {
  ResidualScale c;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    const V ratio = residual / c.size;
    const V share = 1 / (1 + ratio * ratio);
    return {0.5 * (residual * share) * residual, (residual * share) * share};
  }
  static double curvature() { return 1; }                                     // from -1/4 to 1
  double steepness() const { return 3 * std::numbers::sqrt3 / 16 * c.size; }  // at r = c / sqrt 3
  static constexpr bool convex = false;
};

}  // namespace

LossEntry geman_mcclure() {
  return pointwise_loss<GemanMcClure, ResidualScale>(
      {"geman_mcclure", "robust and not convex: bounded by c^2/2",
       "r^2/2 / (1 + (r/c)^2), r = score - target",
       "Geman and McClure, Bulletin of the International Statistical Institute 52, 1987"},
      LossUse::numbers, residual_scale("c"));
}

}  // namespace lookahead::losses
