#include "objective/planted_regression.hpp"

namespace lookahead::functions {

FunctionEntry cauchy_regression() {
  return robust_entry<robust::Cauchy>({"cauchy_regression",
                                       "robust non-convex regression: the loss grows as a logarithm",
                                       "f(x) = mean of c^2 / 2 log(1 + (r/c)^2), c = scale",
                                       "Holland and Welsch, Communications in Statistics A6, 1977"});
}

}  // namespace lookahead::functions
