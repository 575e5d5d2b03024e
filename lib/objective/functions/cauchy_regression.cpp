
#include "objective/planted_regression.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Cauchy {
  static constexpr bool convex = false;
  static double height(double u) { return 0.5 * math::log1p(u); }
  static double weight(double u) { return 1 / (1 + u); }
};

}  // namespace

FunctionEntry cauchy_regression() {
  return robust_entry<Cauchy>({"cauchy_regression",
                               "robust non-convex regression: the loss grows as a logarithm",
                               "f(x) = mean of c^2 / 2 log(1 + (r/c)^2), c = scale",
                               "Holland and Welsch, Communications in Statistics A6, 1977"});
}

}  // namespace lookahead::functions
