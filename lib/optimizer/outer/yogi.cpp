#include "optimizer/outer/fed_rule.hpp"

namespace lookahead::outers {
namespace {

template <Scalar T>
using FedYogi = FedRule<T, Second::signed_step>;

}  // namespace

OptimizerEntry yogi() {
  return fed_entry<FedYogi>("yogi",
                            "FedYogi, as FedAdam with a second moment that grows by steps of equal share",
                            "v = v - (1-beta2) D^2 sign(v - D^2)", true);
}

}  // namespace lookahead::outers
