#include <cmath>

#include "base/aligned.hpp"
#include "base/lanes.hpp"
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "random/stream.hpp"

namespace lookahead::functions {
namespace {

struct QuadraticParameters {
  double condition = 10;
  Index seed = 0;
};

// 1/2 x' A x, with A = diag(a) for seed 0 and A = Q diag(a) Q' otherwise.
class Quadratic {
 public:
  Quadratic(const QuadraticParameters& parameters, Index d) : eigenvalues_(static_cast<std::size_t>(d), 1.0) {
    for (Index i = 0; i + 1 < d; ++i) {
      const double part = static_cast<double>(d - 1 - i) / static_cast<double>(d - 1);
      eigenvalues_[static_cast<std::size_t>(i)] = std::pow(parameters.condition, -part);
    }
    if (parameters.seed != 0) rotate(static_cast<std::uint64_t>(parameters.seed), d);
  }
  static Facts facts(const QuadraticParameters&, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {1}, {0});
    facts.smoothness = 1.0;
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d) const {
    return matrix_.empty() ? diagonal<T, want_gradient>(x, gradient, d)
                           : rotated<T, want_gradient>(x, gradient, d);
  }

 private:
  template <Scalar T, bool want_gradient>
  double diagonal(const T* __restrict x, T* __restrict gradient, Index d) const {
    const double* a = eigenvalues_.data();
    Lanes sums{};
    Index i = 0;
    for (; i + lane_count <= d; i += lane_count) {
      const Lanes here = widen(x + i);
      const Lanes slope = widen(a + i) * here;
      sums += slope * here;
      if constexpr (want_gradient) narrow(gradient + i, slope);
    }
    double sum = total(sums);
    for (; i < d; ++i) {
      const double here = static_cast<double>(x[i]);
      const double slope = a[i] * here;
      sum += slope * here;
      if constexpr (want_gradient) gradient[i] = static_cast<T>(slope);
    }
    return 0.5 * sum;
  }

  // One row of A after the other, so that no space is needed for A x.
  template <Scalar T, bool want_gradient>
  double rotated(const T* __restrict x, T* __restrict gradient, Index d) const {
    const double* row = matrix_.data();
    double sum = 0;
    for (Index i = 0; i < d; ++i, row += d) {
      Lanes slopes{};
      Index j = 0;
      for (; j + lane_count <= d; j += lane_count) slopes += widen(row + j) * widen(x + j);
      double slope = total(slopes);
      for (; j < d; ++j) slope += row[j] * static_cast<double>(x[j]);
      sum += slope * static_cast<double>(x[i]);
      if constexpr (want_gradient) gradient[i] = static_cast<T>(slope);
    }
    return 0.5 * sum;
  }

  // Q = H_2 ... H_d, where H_m reflects the last m coordinates in a normally distributed direction: then Q
  // has no preferred direction (Stewart 1980). The reflections act from the smallest on, so that each meets a
  // diagonal matrix outside its own block. The update v w' + w v' keeps A symmetric to the last bit.
  void rotate(std::uint64_t seed, Index d) {
    const auto size = static_cast<std::size_t>(d);
    matrix_.assign(size * size, 0.0);
    for (std::size_t i = 0; i < size; ++i) matrix_[i * size + i] = eigenvalues_[i];
    const Stream stream(seed, Purpose::rotation);
    Aligned<double> v(size), w(size);
    for (std::size_t m = 2; m <= size; ++m) {
      const std::size_t first = size - m;
      const std::span<double> direction(v.data(), m);
      stream.normals(m, direction);
      const double scale = 2 / squared_norm<double>(direction);
      const auto row = [&](std::size_t i) {
        return std::span<double>(&matrix_[(first + i) * size + first], m);
      };
      for (std::size_t i = 0; i < m; ++i) w[i] = scale * dot<double>(row(i), direction);
      const double along = 0.5 * scale * dot<double>(std::span<const double>(w.data(), m), direction);
      for (std::size_t i = 0; i < m; ++i) w[i] -= along * v[i];
      for (std::size_t i = 0; i < m; ++i) {
        double* __restrict entries = row(i).data();
        for (std::size_t j = 0; j < m; ++j) entries[j] -= v[i] * w[j] + w[i] * v[j];
      }
    }
  }

  Aligned<double> eigenvalues_;
  Aligned<double> matrix_;  // row by row; empty where A is diagonal
};

}  // namespace

FunctionEntry quadratic() {
  return kernel_entry<Quadratic, QuadraticParameters>(
      {"quadratic", "a convex quadratic of chosen condition number, along the axes or rotated",
       "f(x) = 1/2 x' Q diag(a) Q' x, a_i log-spaced from 1/condition to 1; minimizer 0, start 1, ..., 1\n"
       "Q = I for seed 0, otherwise a random rotation; then n^2 numbers are stored",
       "Stewart, SIAM J. Numer. Anal. 17, 1980 (the random rotation)"},
      {param("condition", &QuadraticParameters::condition, "largest eigenvalue over the smallest",
             at_least(1)),
       param("seed", &QuadraticParameters::seed, "of the rotation; 0 leaves the axes where they are",
             at_least(0))},
      2, 1, 0);
}

}  // namespace lookahead::functions
