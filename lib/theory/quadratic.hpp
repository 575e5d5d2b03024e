#pragma once
#include <span>

#include "theory/bounds.hpp"

// SGD and Lookahead on one coordinate of a quadratic with noise, exactly. (Q1) to (Q6) are statements of
// QUADRATICS.md in this folder; the variances are those of the noisy quadratic model of Zhang, Lucas, Hinton
// and Ba 2019 (arXiv 1907.08610).
namespace lookahead::theory {

// f(x) = a x^2 / 2, whose gradients are a x + n with E n = 0 and E n^2 = s, independent of x and of each
// other. The minimum stands at 0.
struct Coordinate {
  double curvature = 1;  // a, of any sign
  double variance = 0;   // s >= 0
};

// What m >= 1 workers see together that are averaged at every sync (Q6): s becomes s / m. Exact for the slow
// weights, not for the fast weights of a single worker.
Coordinate averaged(const Coordinate& coordinate, Index workers);

struct Moments {
  double mean = 0;
  double variance = 0;
};

// What k fast steps do to the mean, lambda^k with lambda = 1 - gamma a, and what a round does (Q2):
// mu = 1 - alpha + alpha lambda^k.
double step_factor(const Coordinate& coordinate, const Rates& rates);
double round_factor(const Coordinate& coordinate, const Rates& rates);

// x after `steps` >= 0 steps of SGD (Q1), Zhang et al. 2019: mean lambda^t m, variance lambda^(2t) V +
// gamma^2 s (1 + lambda^2 + ... + lambda^(2t-2)). With the moments of the slow weights as start: the fast
// weights of Lookahead so many steps into the round, at most k (Q3).
Moments sgd_moments(const Coordinate& coordinate, double gamma, const Moments& start, Index steps);

// The slow weights after `rounds` >= 0 rounds (Q2), Zhang et al. 2019: mean mu^r m, variance V' = mu^2 V +
// alpha^2 gamma^2 s (1 + lambda^2 + ... + lambda^(2k-2)) in every round.
Moments slow_moments(const Coordinate& coordinate, const Rates& rates, const Moments& start, Index rounds);

// y = (1-alpha) z + alpha x after `steps` of a round, 0 to k, that began at slow weights of the given moments
// (Q3): mean (1-alpha+alpha lambda^j) m, variance (1-alpha+alpha lambda^j)^2 V + alpha^2 gamma^2 s (1 + ... +
// lambda^(2j-2)).
Moments virtual_moments(const Coordinate& coordinate, const Rates& rates, const Moments& slow, Index steps);

// The variances that the rounds tend to (Q4), Zhang et al. 2019: of SGD gamma s / (a (2 - gamma a)), of the
// slow weights alpha^2 gamma^2 s (1 + ... + lambda^(2k-2)) / (1 - mu^2). Infinity where |lambda| >= 1 or
// |mu| >= 1; |lambda| > 1 alone does not matter to the slow weights.
double stationary_variance_of_sgd(const Coordinate& coordinate, double gamma);
double stationary_variance(const Coordinate& coordinate, const Rates& rates);

// The quotient of the two (Q5), alpha (1+p) / (2 - alpha (1-p)) with p = lambda^k: below 1 for alpha < 1 and
// |p| < 1. The noise does not enter.
double variance_ratio(const Coordinate& coordinate, const Rates& rates);

// E f = 1/2 sum_i a_i (mean_i^2 + variance_i); spans of equal length (Q6).
double expected_loss(std::span<const Coordinate> coordinates, std::span<const Moments> moments);

}  // namespace lookahead::theory
