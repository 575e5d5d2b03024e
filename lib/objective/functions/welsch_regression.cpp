
#include "objective/planted_regression.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Welsch {
  static constexpr bool convex = false;
  static double height(double u) { return -0.5 * math::expm1(-u); }
  static double weight(double u) { return math::exp(-u); }
};

}  // namespace

FunctionEntry welsch_regression() {
  return robust_entry<Welsch>(
      {"welsch_regression", "robust non-convex regression: the loss is bounded and flat for large residuals",
       "f(x) = mean of c^2 / 2 (1 - exp(-(r/c)^2)), c = scale",
       "Holland and Welsch, Communications in Statistics A6, 1977"});
}

}  // namespace lookahead::functions
