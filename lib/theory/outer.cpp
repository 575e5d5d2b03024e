#include "theory/outer.hpp"

namespace lookahead::theory {

double outer_pull(double step, double inner_factor) { return step * (1 - inner_factor); }

Matrix2 heavy_ball_round(double pull, double beta) { return {1 - pull + beta, -beta, 1, 0}; }

Matrix2 nesterov_round(double pull, double mu) { return {(1 + mu) * (1 - pull), -mu * (1 - pull), 1, 0}; }

double heavy_ball_limit(double beta) { return 2 * (1 + beta); }

double nesterov_limit(double mu) { return (2 + 2 * mu) / (1 + 2 * mu); }

double smallest_inner_factor(double pull_limit, double step) { return 1 - pull_limit / step; }

}  // namespace lookahead::theory
