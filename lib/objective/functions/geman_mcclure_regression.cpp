#include "objective/planted_regression.hpp"

namespace lookahead::functions {

FunctionEntry geman_mcclure_regression() {
  return robust_entry<robust::GemanMcClure>(
      {"geman_mcclure_regression", "robust non-convex regression: the loss is bounded",
       "f(x) = mean of r^2 / 2 / (1 + (r/c)^2), c = scale",
       "Geman and McClure, Bulletin of the International Statistical Institute 52, 1987"});
}

}  // namespace lookahead::functions
