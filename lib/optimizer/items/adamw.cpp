#include "optimizer/adam_rule.hpp"

namespace lookahead::optimizers {
namespace {

struct AdamWParameters : AdamParameters {
  AdamWParameters() { weight_decay = 1e-2; }
};

template <Scalar T>
class AdamW final : public AdamRule<T> {
 public:
  AdamW(const AdamWParameters& parameters, const OptimizerSeat& seat) : AdamRule<T>(parameters, seat, true) {}
};

}  // namespace

OptimizerEntry adamw() {
  return optimizer_entry<AdamW, AdamWParameters>(
      {"adamw", "Adam with weight decay apart from the gradient",
       "x = (1 - lr weight_decay) x, then the step of adam with the gradient as it is",
       "Loshchilov and Hutter, ICLR 2019"},
      adam_parameters(), 1e-3);
}

}  // namespace lookahead::optimizers
