#pragma once
#include <functional>
#include <span>
#include <vector>

#include "base/aligned.hpp"

namespace lookahead::theory {

// Writes the gradient at x and returns the value there.
template <Scalar T>
using Differentiable = std::function<double(std::span<const T> x, std::span<T> gradient)>;

// The largest absolute eigenvalue of the Hessian at x, by power iteration on differences of gradients,
// which comes from below, times curvature_slack. Of a field that is no gradient, a lower bound of the largest singular
// value of its derivative, times curvature_slack. 0 where the gradient is constant around x.
inline constexpr double curvature_slack = 1.05;
template <Scalar T>
double curvature_at(const Differentiable<T>& f, std::span<const T> x);

// A short gradient descent that measures as it goes.
template <Scalar T>
struct Pilot {
  // The largest of |grad f(u) - grad f(w)| / |u - w| on consecutive iterates and of what backtracking needed,
  // doubling L until f(u) <= f(w) + <grad f(w), u - w> + L/2 |u - w|^2.
  double smoothness = 0;
  // The start, the iterates after 1, 2, 4, ... steps, and the end.
  std::vector<Aligned<T>> points;
};

// At most `steps` steps from `start` of length 1/L, L beginning with `smoothness` >= 0 (0: not known). Ends
// early where f is stationary to rounding, or little is left to gain.
template <Scalar T>
Pilot<T> pilot_descent(const Differentiable<T>& f, std::span<const T> start, double smoothness, Index steps);

}  // namespace lookahead::theory
