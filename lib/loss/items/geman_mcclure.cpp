#include "loss/robust.hpp"

namespace lookahead::losses {

LossEntry geman_mcclure() {
  return pointwise_loss<robust::GemanMcClure, ResidualScale>(
      {"geman_mcclure", "robust and not convex: bounded by c^2/2",
       "r^2/2 / (1 + (r/c)^2), r = score - target",
       "Geman and McClure, Bulletin of the International Statistical Institute 52, 1987"},
      LossUse::numbers, residual_scale("c"));
}

}  // namespace lookahead::losses
