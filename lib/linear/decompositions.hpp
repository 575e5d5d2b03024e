#pragma once
#include <complex>
#include <optional>
#include <utility>
#include <vector>

#include "base/aligned.hpp"

namespace lookahead {

// The largest eigenvalue of a symmetric matrix of side x side numbers and its eigenvector of length 1.
std::pair<double, std::vector<double>> largest_eigenpair(const Aligned<double>& matrix, Index side);

// The largest eigenvalue of a symmetric tridiagonal matrix, of its diagonal and the numbers beside it, one
// fewer.
double largest_eigenvalue_of_tridiagonal(const std::vector<double>& diagonal,
                                         const std::vector<double>& beside);

// The eigenvalues of any square matrix of side x side finite numbers, row by row.
std::vector<std::complex<double>> eigenvalues(const std::vector<double>& matrix, Index side);

// The x that minimizes mean (a_i'x - b_i)^2 + ridge |x|^2 over the rows a_i of a matrix of rows x columns
// numbers, whose second moments A'A / rows are given; nothing where the normal equations are all but
// singular.
std::optional<std::vector<double>> solve_normal_equations(const Aligned<double>& matrix, Index rows,
                                                          Index columns, const Aligned<double>& moments,
                                                          const std::vector<double>& b, double ridge);

}  // namespace lookahead
