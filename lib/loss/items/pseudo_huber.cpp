#include "loss/robust.hpp"

namespace lookahead::losses {

LossEntry pseudo_huber() {
  return pointwise_loss<robust::PseudoHuber, ResidualScale>(
      {"pseudo_huber", "smooth between a parabola for small residuals and straight lines for large ones",
       "delta^2 (sqrt(1 + (r/delta)^2) - 1), r = score - target",
       "Charbonnier, Blanc-Feraud, Aubert, Barlaud, IEEE Trans. Image Processing 6, 1997"},
      LossUse::numbers, residual_scale("delta"));
}

}  // namespace lookahead::losses
