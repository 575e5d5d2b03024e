#include "linear/elimination.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lookahead {
namespace {

// P A = L U, in place; row_of[i] is the row of A that stands in row i.
struct Factors {
  Aligned<double> entries;
  std::vector<std::size_t> row_of;
};

std::optional<Factors> factorized(Aligned<double> matrix, std::size_t n) {
  // A pivot that much smaller than the largest entry of its row, or of its column, is what rounding left of 0: rows and
  // columns may be in units of their own.
  constexpr double singular = 1e-14;
  std::vector<double> of_row(n), of_column(n);
  for (std::size_t at = 0; at < matrix.size(); ++at) {
    double &row = of_row[at / n], &column = of_column[at % n];
    row = std::max(row, std::abs(matrix[at]));
    column = std::max(column, std::abs(matrix[at]));
  }
  std::vector<std::size_t> row_of(n);
  std::iota(row_of.begin(), row_of.end(), std::size_t{0});
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(matrix[i * n + k]) > std::abs(matrix[pivot * n + k])) pivot = i;
    }
    const double largest = std::min(of_row[row_of[pivot]], of_column[k]);
    if (!(std::abs(matrix[pivot * n + k]) > singular * largest)) return std::nullopt;
    double* const upper = &matrix[k * n];
    if (pivot != k) {
      std::swap_ranges(upper, upper + n, &matrix[pivot * n]);
      std::swap(row_of[k], row_of[pivot]);
    }
    for (std::size_t i = k + 1; i < n; ++i) {
      double* const row = &matrix[i * n];
      const double factor = row[k] /= upper[k];
      for (std::size_t j = k + 1; j < n; ++j) row[j] -= factor * upper[j];
    }
  }
  return Factors{std::move(matrix), std::move(row_of)};
}

std::vector<double> solved(const Factors& factors, std::span<const double> b) {
  const std::size_t n = b.size();
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = b[factors.row_of[i]];
    for (std::size_t j = 0; j < i; ++j) x[i] -= factors.entries[i * n + j] * x[j];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = i + 1; j < n; ++j) x[i] -= factors.entries[i * n + j] * x[j];
    x[i] /= factors.entries[i * n + i];
  }
  return x;
}

}  // namespace

std::optional<std::vector<double>> solve_linear(const Aligned<double>& matrix, Index side,
                                                std::span<const double> b) {
  const auto n = static_cast<std::size_t>(side);
  const auto factors = factorized(matrix, n);
  if (!factors) return std::nullopt;
  std::vector<double> x = solved(*factors, b), rest(b.begin(), b.end());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) rest[i] -= matrix[i * n + j] * x[j];
  }
  const std::vector<double> correction = solved(*factors, rest);
  for (std::size_t i = 0; i < n; ++i) x[i] += correction[i];
  return x;
}

}  // namespace lookahead
