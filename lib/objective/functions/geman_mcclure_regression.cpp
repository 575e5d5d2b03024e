#include "objective/planted_regression.hpp"

namespace lookahead::functions {
namespace {

struct GemanMcClure {
  static constexpr bool convex = false;
  static double height(double u) { return 0.5 * u / (1 + u); }
  static double weight(double u) { return 1 / ((1 + u) * (1 + u)); }
};

}  // namespace

FunctionEntry geman_mcclure_regression() {
  return robust_entry<GemanMcClure>(
      {"geman_mcclure_regression", "robust non-convex regression: the loss is bounded",
       "f(x) = mean of r^2 / 2 / (1 + (r/c)^2), c = scale",
       "Geman and McClure, Bulletin of the International Statistical Institute 52, 1987"});
}

}  // namespace lookahead::functions
