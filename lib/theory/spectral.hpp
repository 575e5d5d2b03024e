#pragma once
#include <complex>
#include <span>
#include <vector>

#include "simd/scalar_math.hpp"
#include "theory/bounds.hpp"
#include "theory/matrix2.hpp"

// How fast Lookahead goes on quadratics without noise, and where it stops being stable. (R1) to (R6) are
// statements of QUADRATICS.md in this folder.
namespace lookahead::theory {

using Complex = std::complex<double>;

inline double modulus(Complex z) { return math::hypot(z.real(), z.imag()); }

// Over an inner step that multiplies a mode by lambda, a round multiplies it by 1 - alpha + alpha lambda^k
// (R1).
Complex round_multiplier(Complex lambda, Index k, double alpha);

// What shrinks by `factor` >= 0 in a round of k steps shrinks by factor^(1/k) per step (R1).
double per_step(double factor, Index k);

// A mode multiplied by lambda converges for exactly the alpha in (0, alpha_limit), with alpha_limit =
// 2 Re(1 / (1 - lambda^k)) (R2). Not above 0: no alpha will do, as for lambda^k = 1 other than lambda = 1 (0
// is returned). Infinity for lambda = 1, a direction in which every point is fixed.
double alpha_limit(Complex lambda, Index k);

// Gradient descent inside converges for every curvature in (0, L] exactly for gamma L below this edge (R3):
// for 0 < alpha < 2 it is 2 for even k and 1 + (2/alpha - 1)^(1/k) for odd k, for larger alpha 1 - (1 -
// 2/alpha)^(1/k) for every k.
double stability_edge(Index k, double alpha);

// Momentum of the inner optimizer, in PyTorch's convention: buffer' = beta buffer + gradient, then x moves by
// -gamma buffer' or, with Nesterov's, by -gamma (gradient + beta buffer').
struct Momentum {
  double beta = 0;  // in [0, 1)
  bool nesterov = false;
};

// What becomes of the momentum at a sync: stays, becomes 0, or becomes (1-alpha) of what it was after the
// sync before plus alpha of what it is.
enum class MomentumAtSync { keep, reset, pullback };

// One step on (x, v), v = -gamma times the buffer (R4): [[1 - gamma a, beta], [-gamma a, beta]]; Nesterov's
// [[1 - gamma a (1+beta), beta^2], [-gamma a, beta]].
Matrix2 momentum_step(double curvature, double gamma, const Momentum& momentum);

// One round on (slow weights, v), M = momentum_step() (R5):
//   keep      diag(1-alpha, 0) + diag(alpha, 1) M^k
//   reset     1 - alpha + alpha (M^k)_11 on the slow weights, 0 on v
//   pullback  (1-alpha) I + alpha M^k
Matrix2 momentum_round(double curvature, const Rates& rates, const Momentum& momentum,
                       MomentumAtSync at_sync);

// The slowest of several curvatures: the asymptotic factor per inner step and where it is attained. Above 1:
// diverges.
struct Slowest {
  double rate = 0;
  double curvature = 0;
};

// The largest spectral radius of momentum_step() (R4), and of momentum_round() per inner step (R6), over the
// given curvatures.
Slowest slowest_alone(std::span<const double> curvatures, double gamma, const Momentum& momentum = {});
Slowest slowest_under_lookahead(std::span<const double> curvatures, const Rates& rates,
                                const Momentum& momentum = {}, MomentumAtSync at_sync = MomentumAtSync::keep);

// `count` >= 2 curvatures from `smallest` to `largest`, 0 < smallest <= largest, in equal ratios, both ends
// exact.
std::vector<double> curvatures_between(double smallest, double largest, Index count);

}  // namespace lookahead::theory
