#include "theory/covariance.hpp"

#include <cmath>

#include "theory/number.hpp"

namespace lookahead::theory {
namespace {

struct Matrix {
  std::size_t size;
  std::vector<double> entries = std::vector<double>(size * size);

  double& operator()(std::size_t row, std::size_t column) { return entries[size * row + column]; }
  double operator()(std::size_t row, std::size_t column) const { return entries[size * row + column]; }
};

Matrix operator*(const Matrix& left, const Matrix& right) {
  Matrix product{left.size};
  for (std::size_t i = 0; i < left.size; ++i)
    for (std::size_t l = 0; l < left.size; ++l)
      for (std::size_t j = 0; j < left.size; ++j) product(i, j) += left(i, l) * right(l, j);
  return product;
}

double norm(const Matrix& matrix) {
  double sum = 0;
  for (const double entry : matrix.entries) sum += square(entry);
  return std::sqrt(sum);
}

// sum += map sum map^T for a symmetric map: twice as many terms of sum_i map^i C map^i.
void add_mapped(const Matrix& map, Matrix& sum) {
  const Matrix mapped = map * sum * map;
  for (std::size_t i = 0; i < sum.entries.size(); ++i) sum.entries[i] += mapped.entries[i];
}

}  // namespace

std::optional<std::vector<double>> stationary_covariance(std::span<const double> curvature,
                                                         std::span<const double> noise, Index dimension,
                                                         const Rates& rates) {
  const auto size = static_cast<std::size_t>(dimension);
  const auto one = [&](std::size_t i) { return i / size == i % size ? 1.0 : 0.0; };
  Matrix step{size}, added{size}, round{size};
  for (std::size_t i = 0; i < size * size; ++i) {
    step.entries[i] = one(i) - rates.gamma * curvature[i];
    round.entries[i] = one(i);
  }
  // What a round's noise adds, by the recursion of its steps, and the fast steps' map.
  const double scale = square(rates.alpha * rates.gamma);
  for (Index j = 0; j < rates.k; ++j) {
    added = step * added * step;
    for (std::size_t i = 0; i < size * size; ++i) added.entries[i] += scale * noise[i];
    round = step * round;
  }
  for (std::size_t i = 0; i < size * size; ++i)
    round.entries[i] = (1 - rates.alpha) * one(i) + rates.alpha * round.entries[i];
  // The limit is the sum over all rounds, doubled in length until the rest is below rounding. More doublings
  // would tell |mu| = 1 from its rounding errors no better.
  for (int doubling = 0; doubling < 40; ++doubling) {
    add_mapped(round, added);
    round = round * round;
    if (norm(round) < 1e-9) return added.entries;
  }
  return std::nullopt;
}

}  // namespace lookahead::theory
