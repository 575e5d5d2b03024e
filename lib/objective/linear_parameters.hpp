#pragma once
#include "objective/penalty.hpp"

namespace lookahead {

// What every model has whose scores are linear in its weights.
struct LinearParameters : PenaltyParameters {
  bool intercept = true;
};

template <class P = LinearParameters>
Parameters linear_parameters() {
  return together({penalty_parameters<P>(),
                   {param("intercept", static_cast<bool P::*>(&P::intercept),
                          "whether a constant b is added to every score; false: scores are w.x alone")}});
}

}  // namespace lookahead
