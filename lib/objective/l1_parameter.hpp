#pragma once
#include "options/catalog.hpp"

namespace lookahead {

// The penalty l1 |w|_1 of a model's weights but intercepts. Values and gradients of the model leave it out, as it has
// no gradient at zero: whoever trains the model takes it by proximal steps.
struct L1Parameters {
  double l1 = 0;
};

// The parameter l1 of a model with parameters P.
template <class P>
Parameters l1_parameters() {
  return {param(
      "l1", static_cast<double P::*>(&P::l1),
      "strength of the penalty l1 |w|_1, which makes weights zero after plain steps along a direction, those of sgd, "
      "svrg, saga and sarah; intercepts are free",
      at_least(0))};
}

// That parameter of parameters P.
template <class P>
double l1_of(const Values& parameters) {
  return parameters.as<P>().l1;
}

}  // namespace lookahead
