#include "theory/covariance.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "theory/powers.hpp"
#include "theory/quadratic.hpp"

namespace lookahead::theory {

std::optional<Eigen::MatrixXd> stationary_covariance(const Eigen::MatrixXd& curvature,
                                                     const Eigen::MatrixXd& noise, const Rates& rates) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(curvature);
  const Eigen::MatrixXd& basis = solver.eigenvectors();
  const Eigen::VectorXd& values = solver.eigenvalues();
  Eigen::MatrixXd covariance = basis.transpose() * noise * basis;
  // 1 - mu_i, from which 1 - mu_i mu_j comes without cancellation.
  Eigen::VectorXd pulled(values.size());
  for (Index i = 0; i < values.size(); ++i) {
    const double lambda = 1 - rates.gamma * values[i];
    pulled[i] = rates.alpha * rates.gamma * values[i] * geometric_sum(lambda, rates.k);
    if (!(pulled[i] > 0 && pulled[i] < 2)) return std::nullopt;
  }
  for (Index i = 0; i < values.size(); ++i) {
    for (Index j = 0; j < values.size(); ++j) {
      const double product = (1 - rates.gamma * values[i]) * (1 - rates.gamma * values[j]);
      covariance(i, j) *= rates.alpha * rates.alpha * rates.gamma * rates.gamma *
                          geometric_sum(product, rates.k) / (pulled[i] + pulled[j] - pulled[i] * pulled[j]);
    }
  }
  return basis * covariance * basis.transpose();
}

}  // namespace lookahead::theory
