#include <cmath>

#include "objective/planted_regression.hpp"

namespace lookahead::functions {
namespace {

struct Welsch {
  static constexpr bool convex = false;
  static double height(double u) { return -0.5 * std::expm1(-u); }
  static double weight(double u) { return std::exp(-u); }
};

}  // namespace

FunctionEntry welsch_regression() {
  return robust_entry<Welsch>(
      {"welsch_regression", "robust non-convex regression: the loss is bounded and flat for large residuals",
       "f(x) = mean of c^2 / 2 (1 - exp(-(r/c)^2)), c = scale",
       "Holland and Welsch, Communications in Statistics A6, 1977"});
}

}  // namespace lookahead::functions
