#include "objective/synthetic.hpp"

#include "base/sizes.hpp"
#include "linear/decompositions.hpp"
#include "linear/eigenvalue_bound.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {
namespace {

constexpr Index most_dense = 512;       // the largest side of a matrix that is multiplied or decomposed
constexpr double most_products = 1e10;  // to make one, a few seconds

// Whether the products of all pairs of `side` vectors of `length` numbers can be made in reasonable time.
bool affordable(Index side, Index length) {
  return side <= most_dense &&
         static_cast<double>(side) * static_cast<double>(side) * static_cast<double>(length) <= most_products;
}

}  // namespace

Aligned<double> normal_rows(Index seed, Index rows, Index columns, DataPart part) {
  Aligned<double> matrix(static_cast<std::size_t>(product_of_sizes({rows, columns})));
  const Stream stream = data_stream(seed, part);
  const auto width = static_cast<std::size_t>(columns);
  for (Index i = 0; i < rows; ++i) {
    stream.normals(static_cast<std::uint64_t>(i),
                   std::span(matrix).subspan(static_cast<std::size_t>(i) * width, width));
  }
  return matrix;
}

std::vector<double> planted_point(Index seed, Index dimension) {
  std::vector<double> point(static_cast<std::size_t>(dimension));
  data_stream(seed, DataPart::planted).uniforms(0, point);
  for (double& x : point) x = 2 * x - 1;
  return point;
}

std::vector<double> log_spaced(double condition, Index count) {
  std::vector<double> values(static_cast<std::size_t>(count), 1.0);
  for (Index i = 0; i + 1 < count; ++i) {
    const double part = static_cast<double>(count - 1 - i) / static_cast<double>(count - 1);
    values[static_cast<std::size_t>(i)] = math::pow(condition, -part);
  }
  return values;
}

Aligned<double> second_moments(const Aligned<double>& rows_of, Index rows, Index columns) {
  // Some rows at a time, column by column, so that they stay in the cache while all pairs are multiplied.
  constexpr Index chunk = 256;
  const auto width = static_cast<std::size_t>(columns);
  Aligned<double> moments(width * width);
  for (Index from = 0; from < rows; from += chunk) {
    const Index count = std::min(chunk, rows - from);
    Aligned<double> transposed(width * static_cast<std::size_t>(count));
    for (Index i = 0; i < count; ++i) {
      for (Index j = 0; j < columns; ++j) {
        transposed[static_cast<std::size_t>(j * count + i)] =
            rows_of[static_cast<std::size_t>((from + i) * columns + j)];
      }
    }
    const Aligned<double> products = pair_products(transposed, columns, count);
    for (std::size_t i = 0; i < moments.size(); ++i) moments[i] += products[i];
  }
  for (double& moment : moments) moment /= static_cast<double>(rows);
  return moments;
}

double largest_eigenvalue_bound(const Aligned<double>& rows_of, Index rows, Index columns) {
  const Index side = std::min(rows, columns);
  if (!affordable(side, std::max(rows, columns))) {
    constexpr double allowance = 1 + 1e-9;  // for the rounding of a sum of squares
    return squared_norm(std::span<const double>(rows_of)) / static_cast<double>(rows) * allowance;
  }
  if (columns <= rows) return largest_eigenvalue_bound(second_moments(rows_of, rows, columns), side);
  Aligned<double> products = pair_products(rows_of, rows, columns);
  for (double& product : products) product /= static_cast<double>(rows);
  return largest_eigenvalue_bound(std::move(products), side);
}

std::optional<std::pair<double, std::vector<double>>> leading_eigenpair(const Aligned<double>& rows_of,
                                                                        Index rows, Index columns) {
  if (!affordable(columns, rows)) return std::nullopt;
  return largest_eigenpair(second_moments(rows_of, rows, columns), columns);
}

std::optional<std::vector<double>> least_squares_solution(const Aligned<double>& rows_of, Index rows,
                                                          Index columns, const std::vector<double>& b,
                                                          double ridge) {
  if (!affordable(columns, rows) || (rows < columns && ridge == 0)) return std::nullopt;
  return solve_normal_equations(rows_of, rows, columns, second_moments(rows_of, rows, columns), b, ridge);
}

}  // namespace lookahead
