#pragma once
#include "theory/matrix2.hpp"

// The slow point's own momentum on one mode. The fast steps of a round multiply the mode by p, and the slow
// rule with step a sees the pull q = a (1 - p), a = alpha for SlowMo. (O1) to (O4) are statements of
// QUADRATICS.md in this folder. 0 <= momentum < 1, p real.
namespace lookahead::theory {

double outer_pull(double step, double inner_factor);

// A round on (z, z of the round before) (O1), heavy ball and, at a constant inner rate, SlowMo:
// [[1 - q + beta, -beta], [1, 0]].
Matrix2 heavy_ball_round(double pull, double beta);

// A round of Nesterov's on its points without the momentum ahead (O2):
// [[(1+mu)(1-q), -mu (1-q)], [1, 0]].
Matrix2 nesterov_round(double pull, double mu);

// Stable for exactly the pulls in (0, limit): 2 (1 + beta) (O3) and (2 + 2 mu) / (1 + 2 mu) (O4). These are
// also the edges of gamma L of momentum alone, as its step is this round with q = gamma a.
double heavy_ball_limit(double beta);
double nesterov_limit(double mu);

// The rule of limit `pull_limit` and step a > 0 is stable for inner factors p in (this, 1): 1 - limit / a.
double smallest_inner_factor(double pull_limit, double step);

}  // namespace lookahead::theory
