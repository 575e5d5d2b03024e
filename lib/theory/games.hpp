#pragma once
#include <optional>
#include <span>

#include "theory/spectral.hpp"

// Games under Lookahead, all players averaged at the same time. (G1) to (G5) are statements of QUADRATICS.md
// in this folder; h = eta sigma is a step's learning rate times a singular value of the bilinear game
// min_x max_y x^T A y.
namespace lookahead::theory {

// Simultaneous gradient steps multiply a mode by 1 +- i h, whose modulus is above 1: alone they diverge.
// Under Lookahead the mode converges for exactly the alpha in (0, bilinear_alpha_limit) (G1), h > 0:
//   2 (1 - r^k cos(k phi)) / (1 - 2 r^k cos(k phi) + r^(2k)),  r = sqrt(1 + h^2), phi = arctan h.
// k = 1: 0, never; k = 2: 2/(4 + h^2); k = 3: 6/(9 + 3 h^2 + h^4); towards (k-1)/k as h goes to 0. Not above
// 0: no alpha will do. Infinity for h = 0, where every point is fixed.
double bilinear_alpha_limit(double h, Index k);

// The alpha for which a mode multiplied by lambda per step shrinks most in a round, and that factor (G2):
// half of alpha_limit() and |Im(1 - lambda^k)| / |1 - lambda^k|. None where no alpha converges or lambda = 1.
struct BestAlpha {
  double alpha = 0;
  double factor = 1;  // per round
};
std::optional<BestAlpha> best_alpha(Complex lambda, Index k);

// Gradient steps z' = z - eta F(z) of a game whose field has these eigenvalues at the equilibrium (complex
// ones with their conjugates or without: both give the same), lambda = 1 - eta nu: the smallest alpha_limit()
// of all (G3). Eigenvalues 0 are directions of equilibria. Infinity for none.
double game_alpha_limit(std::span<const Complex> eigenvalues, double eta, Index k);

// The same for the bilinear game, from its singular values sigma >= 0 (G3).
double bilinear_alpha_limit(std::span<const double> singular_values, double eta, Index k);

// Alternating steps, y seeing the new x: [[1, -h], [h, 1 - h^2]] on a mode (G4), of determinant 1.
Matrix2 alternating_step(double h);

// The larger eigenvalue of alternating_step(), of a complex pair the one with positive imaginary part (G4):
// e^(i psi) with cos psi = 1 - h^2/2 for 0 <= h <= 2, real and below -1 for h > 2. The other one is its
// inverse.
Complex alternating_eigenvalue(double h);

// Under Lookahead alternating steps converge for exactly the alpha in (0, alternating_alpha_limit) (G5): 1
// for 0 < h <= 2, but 0 where lambda^k = 1; for h > 2 0 for even k, 2 / (1 + |lambda|^k) for odd k. Infinity
// for h = 0.
double alternating_alpha_limit(double h, Index k);

}  // namespace lookahead::theory
