#include "optimizer/adam_rule.hpp"

namespace lookahead::optimizers {
namespace {

template <Scalar T>
class Adam final : public AdamRule<T> {
 public:
  Adam(const AdamParameters& parameters, const OptimizerSeat& seat) : AdamRule<T>(parameters, seat, false) {}
};

}  // namespace

OptimizerEntry adam() {
  return optimizer_entry<Adam, AdamParameters>(
      {"adam", "adaptive moments, bias corrected; with amsgrad: true AMSGrad",
       "m = beta1 m + (1-beta1) g;  v = beta2 v + (1-beta2) g^2\n"
       "x = x - lr/(1-beta1^t) m / (sqrt(v)/sqrt(1-beta2^t) + epsilon)\n"
       "weight_decay is added to the gradient: g + weight_decay x",
       "Kingma and Ba, ICLR 2015; Reddi, Kale and Kumar, ICLR 2018"},
      adam_parameters(), 1e-3);
}

}  // namespace lookahead::optimizers
