#include "loss/pointwise.hpp"

namespace lookahead::losses {
namespace {

struct LogCosh {
  template <class V>
  LossValues<V> at(V score, V target) const {
    constexpr double ln2 = 0x1.62e42fefa39efp-1;
    const V residual = score - target;
    const V size = vector_math::abs_of(residual);
    const V slope = vector_math::tanh_of(residual);
    // log cosh r = -1/2 log(1 - tanh^2 r) near 0, and |r| - log 2 + log(1 + e^{-2|r|}) further out, where
    // e^{-2|r|} = (1 - tanh|r|) / (1 + tanh|r|): each where it does not cancel.
    const auto near = size < 1;
    const V height = vector_math::abs_of(slope);
    const V logarithm = vector_math::log1p_of(near ? -slope * slope : (1 - height) / (1 + height));
    return {near ? -0.5 * logarithm : (size - ln2) + logarithm, slope};
  }
  static double curvature() { return 1; }
  static double steepness() { return 1; }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry log_cosh() {
  return pointwise_loss<LogCosh>(
      {"log_cosh",
       "the logarithm of the hyperbolic cosine: a parabola for small residuals, straight for large ones",
       "log cosh r, r = score - target", "Green, IEEE Trans. Medical Imaging 9, 1990"},
      LossUse::numbers);
}

}  // namespace lookahead::losses
