#pragma once
#include <optional>
#include <span>

#include "base/scalar.hpp"

// The convergence theorem of SGD under Lookahead for smooth functions, as pure functions of its constants.
// Numbers in parentheses are those of README.md in this folder, where statement and proof stand. Gradients
// are measured in the Euclidean norm, rates in steps of the fast agent.
namespace lookahead::theory {

// The constants of assumptions (A1) and (A2): the gradient of f is Lipschitz with constant `smoothness`, f is
// bounded from below, and the gradients that the steps see are unbiased with
// E|g - grad f|^2 <= variance + relative_variance |grad f|^2.
struct Constants {
  double smoothness = 1;         // L > 0
  double variance = 0;           // sigma^2 >= 0, of the whole gradient
  double relative_variance = 0;  // rho >= 0
  double gap = 0;                // Delta = f(start) - f_inf >= 0

  bool deterministic() const { return variance == 0 && relative_variance == 0; }
};

// Constant rates: k >= 1 fast steps at learning rate gamma > 0 per slow step alpha > 0.
struct Rates {
  Index k = 1;
  double alpha = 1;
  double gamma = 0;
};

// The bound of the mean of E|grad f(y_t)|^2 over t < T, by where its parts come from.
struct BoundTerms {
  double start = 0;         // 2 Delta / (alpha gamma T)
  double noise = 0;         // alpha gamma L sigma^2
  double disagreement = 0;  // (1 - alpha)^2 gamma^2 L^2 (k - 1) sigma^2
  double workers = 0;       // what several fast agents add that drift apart; 0 for one
  double total() const { return start + noise + disagreement + workers; }
  // These and `share` of the others, for means over runs.
  BoundTerms plus(const BoundTerms& other, double share) const {
    return {start + share * other.start, noise + share * other.noise,
            disagreement + share * other.disagreement, workers + share * other.workers};
  }
};

// The largest gamma that satisfies condition (C), with relative noise (D): (1+rho) L alpha gamma +
// L^2 (1-alpha)^2 gamma^2 (k-1)(k+2 rho) <= 1.
double gamma_safe(double smoothness, Index k, double alpha, double relative_variance = 0);

// The same without noise (C'): L alpha gamma + L^2 (1-alpha)^2 gamma^2 k(k-1)/2 <= 1.
double gamma_det(double smoothness, Index k, double alpha);

// gamma_det() where there is no noise, otherwise gamma_safe().
double gamma_limit(const Constants& constants, Index k, double alpha);

// The largest k for which gamma is at or below gamma_limit(); none where not even k = 1 is admitted. For
// alpha = 1 every k is: then the largest Index.
std::optional<Index> largest_k(const Constants& constants, double alpha, double gamma);

// The positive root of the cubic (G), 2 L^2 (1-alpha)^2 (k-1) sigma^2 gamma^3 + L alpha sigma^2 gamma^2 -
// 2 Delta / (alpha T) = 0, where (B1) is least; infinity for sigma = 0, otherwise 0 for Delta = 0. `steps` =
// T in [1, 1e300], here and below.
double gamma_root(const Constants& constants, Index k, double alpha, double steps);

// The best gamma for T steps (G): gamma_root(), but at most gamma_limit().
double gamma_best(const Constants& constants, Index k, double alpha, double steps);

// The right side of (B1) whether or not gamma is admissible.
BoundTerms bound(const Constants& constants, const Rates& rates, double steps);

// The sharper forms; infinity where they say nothing. Each holds for every theta > 0 and s > 0: the least
// over s is taken in closed form, that over theta in closed form for (T) and (S2), over a grid for the
// others.
double bound_theta(const Constants& constants, const Rates& rates, double steps);    // (T)
double bound_virtual(const Constants& constants, const Rates& rates, double steps);  // (Y): also at y
// Mean of E|grad f(x_t)|^2 at the fast weights (X), and of E|grad f(phi_r)|^2 over the slow weights at the
// starts of rounds (S1), (S2), T a multiple of k.
double bound_fast(const Constants& constants, const Rates& rates, double steps);
double bound_slow(const Constants& constants, const Rates& rates, double steps);

// Bound of the mean of E|x_t - y_t|^2, given the mean of E|grad f(x_t)|^2 (i); the least over theta.
double bound_disagreement(const Constants& constants, const Rates& rates, double mean_square_at_fast);

// m workers (W): `heterogeneity` = zeta^2, the largest mean of |grad f_i - grad f|^2; 0: all see the same f.
// One worker is the theorem itself, with heterogeneity or without; so are several without noise that see the
// same f. For others the bound is infinite where the workers' drift has no bound: kappa >= 1.
struct Workers {
  Index count = 1;
  double heterogeneity = 0;
};
bool admits(const Constants& constants, const Rates& rates, const Workers& workers = {});
BoundTerms bound(const Constants& constants, const Rates& rates, const Workers& workers, double steps);
// The largest admitted gamma, and the best one for T steps. Of drifting workers the bound grows without limit
// as kappa, which is proportional to gamma^2, rises to 1: `most` is what kappa may reach, or be just below for 1.
double gamma_limit(const Constants& constants, Index k, double alpha, const Workers& workers,
                   double most = 1);
double gamma_best(const Constants& constants, Index k, double alpha, const Workers& workers, double steps);

// The fewest steps for which (B1) is at or below epsilon > 0: at the given gamma, and where gamma may be the
// best one for every number of steps. None where no number up to 1e300 is enough or gamma is not admitted.
std::optional<double> steps_for(const Constants& constants, const Rates& rates, const Workers& workers,
                                double epsilon);
std::optional<double> steps_for_best(const Constants& constants, Index k, double alpha,
                                     const Workers& workers, double epsilon);

// Nested levels (N), innermost first: the theorem holds with the products of k and of alpha, where no alpha
// is above 1. A product beyond the largest Index is that Index.
struct Level {
  Index k = 1;
  double alpha = 1;
};
Level combined(std::span<const Level> levels);

// Schedules (H): every round has its own rates, fixed beforehand, each admissible. The bound of the mean of
// |grad f(y_t)|^2 weighted by alpha_r gamma_r, over whole rounds.
BoundTerms bound_of_rounds(const Constants& constants, std::span<const Rates> rounds);

// f(phi_R) - f_inf after `rounds` rounds where |grad f|^2 >= 2 mu (f - f_inf), mu > 0 (P); infinity where its
// condition fails, or mu alpha gamma > 1.
double bound_gap(const Constants& constants, const Rates& rates, double mu, double rounds);

}  // namespace lookahead::theory
