#include <algorithm>

#include "optimizer/adam_rule.hpp"

namespace lookahead::optimizers {
namespace {

struct AmsgradParameters : AdamParameters {
  AmsgradParameters() { amsgrad = true; }
};

template <Scalar T>
class Amsgrad final : public AdamRule<T> {
 public:
  Amsgrad(const AmsgradParameters& parameters, const OptimizerSeat& seat)
      : AdamRule<T>(parameters, seat, false) {}
};

Parameters parameters() {
  Parameters all = adam_parameters();
  std::erase_if(all, [](const Parameter& parameter) { return parameter.name == "amsgrad"; });
  return all;
}

}  // namespace

OptimizerEntry amsgrad() {
  return optimizer_entry<Amsgrad, AmsgradParameters>(
      {"amsgrad", "Adam with the largest second moment so far, so that its steps never grow again",
       "m, v as in adam;  w = max(w, v);  x = x - lr/(1-beta1^t) m / (sqrt(w)/sqrt(1-beta2^t) + epsilon)\n"
       "maximum: corrected takes the maximum of v/(1-beta2^t)",
       "Reddi, Kale and Kumar, ICLR 2018"},
      parameters(), 1e-3);
}

}  // namespace lookahead::optimizers
