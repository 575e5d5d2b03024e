#pragma once
#include <span>

namespace lookahead::theory {

// The slow step along d = z - x, from slow weights z to a round's end x, as a quotient. On a quadratic with
// positive definite curvature A and minimum x* it is the exact minimizer of f(z - alpha d) over all alpha
// (QUADRATICS.md (Q8); Zhang, Lucas, Hinton and Ba 2019).
struct AlphaQuotient {
  double numerator = 0;    // how steeply f falls along -d at z
  double denominator = 1;  // the curvature of f along d

  double value() const { return numerator / denominator; }
  // value() clipped to [low, high]; high where the curvature is not positive or not a number, as then the
  // line has no minimum (Q9).
  double within(double low, double high) const;
};

// <z - x*, A d> / <d, A d>. `curved` = A d.
AlphaQuotient alpha_from_minimum(std::span<const double> from_minimum, std::span<const double> curved,
                                 std::span<const double> difference);

// <grad f(z), d> / <grad f(z) - grad f(x), d>: the same quotient on a quadratic, without curvature or
// minimum.
AlphaQuotient alpha_from_gradients(std::span<const double> slow_gradient,
                                   std::span<const double> fast_gradient, std::span<const double> difference);

// 1 + <grad f(x), d> / <d, A d> for diagonal A: alpha_from_minimum() with x* = x - A^-1 grad f(x), the
// adaptive rule of Zhang et al. 2019 for an estimate of the curvature's diagonal.
AlphaQuotient alpha_from_diagonal(std::span<const double> curvature, std::span<const double> fast_gradient,
                                  std::span<const double> difference);

}  // namespace lookahead::theory
