#include "linear/decompositions.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

namespace lookahead {
namespace {

// Factors are of one type of matrix, as each type takes a compiler seconds.
using Matrix = Eigen::MatrixXd;
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using View = Eigen::Map<const Rows>;

// Eigen splits products by the sizes of the caches; after this call by fixed ones. They are global: written
// by the first call alone, which the others wait for.
void fix_blocks() {
  [[maybe_unused]] static const bool fixed = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
    return true;
  }();
}

}  // namespace

std::pair<double, std::vector<double>> largest_eigenpair(const Aligned<double>& matrix, Index side) {
  fix_blocks();
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(View(matrix.data(), side, side));
  const auto vector = solver.eigenvectors().col(side - 1);
  return {solver.eigenvalues()[side - 1], std::vector<double>(vector.begin(), vector.end())};
}

double largest_eigenvalue_of_tridiagonal(const std::vector<double>& diagonal,
                                         const std::vector<double>& beside) {
  fix_blocks();
  const auto size = std::ssize(diagonal);
  Eigen::SelfAdjointEigenSolver<Matrix> solver;
  solver.computeFromTridiagonal(Eigen::Map<const Eigen::VectorXd>(diagonal.data(), size),
                                Eigen::Map<const Eigen::VectorXd>(beside.data(), size - 1),
                                Eigen::EigenvaluesOnly);
  return solver.eigenvalues()[size - 1];
}

std::vector<std::complex<double>> eigenvalues(const std::vector<double>& matrix, Index side) {
  fix_blocks();
  const Matrix square = View(matrix.data(), side, side);
  const Eigen::EigenSolver<Matrix> solver(square, false);
  const auto& values = solver.eigenvalues();
  return {values.begin(), values.end()};
}

std::optional<std::vector<double>> solve_normal_equations(const Aligned<double>& matrix, Index rows,
                                                          Index columns, const Aligned<double>& moments,
                                                          const std::vector<double>& b, double ridge) {
  fix_blocks();
  const View a(matrix.data(), rows, columns);
  const Eigen::Map<const Eigen::VectorXd> target(b.data(), rows);
  const double share = 1 / static_cast<double>(rows);
  Matrix normal = View(moments.data(), columns, columns);
  normal.diagonal().array() += ridge;
  const Eigen::LLT<Matrix> factor(normal);
  constexpr double singular = 1e-12;
  if (factor.info() != Eigen::Success || factor.rcond() < singular) return std::nullopt;
  Eigen::VectorXd x = factor.solve(a.transpose() * target * share);
  // Once more on what is left removes the error of the normal equations.
  x += factor.solve(a.transpose() * (target - a * x) * share - ridge * x);
  return std::vector<double>(x.begin(), x.end());
}

}  // namespace lookahead
