#include "loss/robust.hpp"

namespace lookahead::losses {

LossEntry welsch() {
  return pointwise_loss<robust::Welsch, ResidualScale>(
      {"welsch", "robust and not convex: bounded by c^2/2 and flat for large residuals",
       "c^2/2 (1 - exp(-(r/c)^2)), r = score - target",
       "Holland and Welsch, Communications in Statistics A6, 1977"},
      LossUse::numbers, residual_scale("c"));
}

}  // namespace lookahead::losses
