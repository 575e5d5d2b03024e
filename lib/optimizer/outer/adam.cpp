#include "optimizer/outer/fed_rule.hpp"

namespace lookahead::outers {
namespace {

template <Scalar T>
using FedAdam = FedRule<T, Second::decayed>;

}  // namespace

OptimizerEntry adam() {
  return fed_entry<FedAdam>("adam", "FedAdam, adaptive moments of the rounds' differences",
                            "v = beta2 v + (1-beta2) D^2", true);
}

}  // namespace lookahead::outers
