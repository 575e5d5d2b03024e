#include "optimizer/outer/fed_rule.hpp"

namespace lookahead::outers {
namespace {

template <Scalar T>
using FedAdagrad = FedRule<T, Second::summed>;

}  // namespace

OptimizerEntry adagrad() {
  return fed_entry<FedAdagrad>("adagrad",
                               "FedAdagrad, differences divided by the root of the sum of their squares",
                               "v = v + D^2", false);
}

}  // namespace lookahead::outers
