#pragma once
#include <Eigen/Core>
#include <optional>

#include "theory/bounds.hpp"

namespace lookahead::theory {

// The covariance that the slow weights tend to on f = 1/2 x^T A x with gradients A x + n, E n n^T = C: with
// A = U diag(a) U^T, lambda_i = 1 - gamma a_i and mu_i = 1 - alpha + alpha lambda_i^k,
//   (U^T V U)_ij = alpha^2 gamma^2 (U^T C U)_ij sum_(l<k) (lambda_i lambda_j)^l / (1 - mu_i mu_j)
// (QUADRATICS.md (Q7), from the one coordinate of Zhang, Lucas, Hinton and Ba 2019). k = 1, alpha = 1: SGD.
// `curvature` = A and `noise` = C are symmetric d x d, C positive semidefinite. None where some |mu_i| >= 1.
std::optional<Eigen::MatrixXd> stationary_covariance(const Eigen::MatrixXd& curvature,
                                                     const Eigen::MatrixXd& noise, const Rates& rates);

}  // namespace lookahead::theory
