#include "objective/planted_regression.hpp"

namespace lookahead::functions {

FunctionEntry pseudo_huber_regression() {
  return robust_entry<robust::PseudoHuber>(
      {"pseudo_huber_regression",
       "robust convex regression: a parabola for small residuals, straight for large ones",
       "f(x) = mean of c^2 (sqrt(1 + (r/c)^2) - 1), c = scale",
       "Charbonnier, Blanc-Feraud, Aubert, Barlaud, IEEE Trans. Image Processing 6, 1997"});
}

}  // namespace lookahead::functions
