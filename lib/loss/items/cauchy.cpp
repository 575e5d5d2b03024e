#include "loss/robust.hpp"

namespace lookahead::losses {

LossEntry cauchy() {
  return pointwise_loss<robust::Cauchy, ResidualScale>(
      {"cauchy", "robust and not convex: grows as a logarithm", "c^2/2 log(1 + (r/c)^2), r = score - target",
       "Holland and Welsch, Communications in Statistics A6, 1977"},
      LossUse::numbers, residual_scale("c"));
}

}  // namespace lookahead::losses
