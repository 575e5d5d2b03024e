#include "objective/planted_regression.hpp"

namespace lookahead::functions {

FunctionEntry welsch_regression() {
  return robust_entry<robust::Welsch>(
      {"welsch_regression", "robust non-convex regression: the loss is bounded and flat for large residuals",
       "f(x) = mean of c^2 / 2 (1 - exp(-(r/c)^2)), c = scale",
       "Holland and Welsch, Communications in Statistics A6, 1977"});
}

}  // namespace lookahead::functions
