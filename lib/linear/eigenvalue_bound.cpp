#include "linear/eigenvalue_bound.hpp"

#include <span>

#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

Aligned<double> pair_products(const Aligned<double>& matrix, Index rows, Index columns) {
  const auto row = [&](Index i) {
    return std::span<const double>(matrix).subspan(static_cast<std::size_t>(i * columns),
                                                   static_cast<std::size_t>(columns));
  };
  Aligned<double> products(static_cast<std::size_t>(rows * rows));
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j <= i; ++j) {
      const double product = dot(row(i), row(j));
      products[static_cast<std::size_t>(i * rows + j)] = product;
      products[static_cast<std::size_t>(j * rows + i)] = product;
    }
  }
  return products;
}

double largest_eigenvalue_bound(Aligned<double> matrix, Index side) {
  // Rounding may make a trace of some 1e5 products smaller than it is by far less than this.
  constexpr double allowance = 1 + 1e-9;
  // No eigenvalue is above the trace: lambda <= t_0 t_1^(1/2) t_2^(1/4) ..., t_i the trace after i squarings,
  // each divided out before the next. What is left of the other eigenvalues is a factor of side^(1/1024).
  constexpr int squarings = 10;
  // t_i is the sum of the squares of shares that sum to 1, so that the largest share is at least t_i.
  constexpr double nearly_all = 0.999;
  double bound = 1, exponent = 1;
  for (int i = 0; i <= squarings; ++i) {
    double trace = 0;
    for (Index j = 0; j < side; ++j) trace += matrix[static_cast<std::size_t>(j * side + j)];
    bound *= math::pow(trace, exponent);
    if (i == squarings || trace == 0 || (i > 0 && trace > nearly_all)) break;
    for (double& entry : matrix) entry /= trace;
    matrix = pair_products(matrix, side, side);
    exponent /= 2;
  }
  return bound * allowance;
}

}  // namespace lookahead
