#pragma once

namespace lookahead {

// The slow step size a round chooses for itself: on a quadratic the minimizer along the line from the slow
// point z to the round's end x,  <g(z), d> / <g(z) - g(x), d>  with d = z - x  (Zhang et al. 2019,
// section 3.1, in gradients alone), between low and high; high where the curvature along the line is not
// positive.
struct AdaptiveAlpha {
  double low = 0.2, high = 1;
};

}  // namespace lookahead
