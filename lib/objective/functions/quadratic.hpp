#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "base/counted.hpp"
#include "objective/functions/facts.hpp"
#include "objective/functions/weighted_squares.hpp"
#include "objective/spectrum.hpp"
#include "random/stream.hpp"

namespace lookahead::functions {

// The eigenvalues of a convex quadratic 1/2 (x - c)' A (x - c).
inline Aligned<double> eigenvalues_of(const SpectrumParameters& parameters, Index d) {
  return parameters.spectrum ? parameters.spectrum->values(d)
                             : log_spaced_weights(1 / parameters.condition, d);
}

// The start is one from the minimizer c in every coordinate.
inline Facts quadratic_facts(const SpectrumParameters& parameters, std::span<const double> center, Index d) {
  Facts facts = facts_of(d, {-5, 5}, {1}, {0});
  if (!center.empty()) {
    for (std::size_t i = 0; i < facts.start.size(); ++i) {
      const double c = center[i % center.size()];
      facts.lower[i] += c;
      facts.upper[i] += c;
      facts.start[i] += c;
      facts.minimizers.front()[i] = c;
    }
  }
  facts.smoothness = parameters.largest(d);
  facts.convex = true;
  return facts;
}

// No number of a center is left out: there are as many coordinates at least.
template <class P>
void repeat_center(FunctionEntry& entry) {
  entry.repeated_list = [](const Values& values) { return std::ssize(values.as<P>().center); };
  entry.check = [of_spectrum = entry.check](const Values& values, const Place& place, const Path& path,
                                            Report& report) {
    of_spectrum(values, place, path, report);
    const auto& p = values.as<P>();
    const Index centers = std::ssize(p.center);
    if (p.count() == 0 || centers <= p.count()) return;
    report.add(place,
               path / "center" + " has " + counted(centers, "number") + ", the spectrum " +
                   std::to_string(p.count()),
               "as many as the spectrum has, or fewer, which are repeated");
  };
}

// `center` repeated to d coordinates; empty if it is zero, which needs no subtraction.
inline Aligned<double> centers_of(std::span<const double> center, Index d) {
  Aligned<double> centers;
  const bool zero = std::all_of(center.begin(), center.end(), [](double c) { return c == 0; });
  if (zero) return centers;
  centers.resize(static_cast<std::size_t>(d));
  for (std::size_t i = 0; i < centers.size(); ++i) centers[i] = center[i % center.size()];
  return centers;
}

// A = diag(a).
class DiagonalQuadratic : public WeightedSquares {
 public:
  DiagonalQuadratic(const SpectrumParameters& parameters, std::span<const double> center, Index d)
      : WeightedSquares(halves(eigenvalues_of(parameters, d)), centers_of(center, d)) {}

 private:
  static Aligned<double> halves(Aligned<double> eigenvalues) {
    for (double& a : eigenvalues) a *= 0.5;
    return eigenvalues;
  }
};

// A = Q diag(a) Q' with a random rotation Q.
class RotatedQuadratic {
 public:
  RotatedQuadratic(const SpectrumParameters& parameters, std::uint64_t seed, std::span<const double> center,
                   Index d)
      : centers_(centers_of(center, d)) {
    rotate(eigenvalues_of(parameters, d), seed);
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    return centers_.empty() ? form<T, want_gradient, false>(x, gradient, from, to, d)
                            : form<T, want_gradient, true>(x, gradient, from, to, d);
  }

 private:
  // One row of A after the other, so that no space is needed for A x.
  template <Scalar T, bool want_gradient, bool centered>
  double form(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    const double* row = matrix_.data() + from * d;
    const double* __restrict c = centers_.data();
    const auto here = [=](Index i) {
      if constexpr (centered) return static_cast<double>(x[i]) - c[i];
      return static_cast<double>(x[i]);
    };
    double sum = 0;
    for (Index i = from; i < to; ++i, row += d) {
      Lanes slopes{};
      Index j = 0;
      for (; j + lane_count <= d; j += lane_count) {
        Lanes point = widen(x + j);
        if constexpr (centered) point -= widen(c + j);
        slopes += widen(row + j) * point;
      }
      double slope = total(slopes);
      for (; j < d; ++j) slope += row[j] * here(j);
      sum += slope * here(i);
      if constexpr (want_gradient) gradient[i] = static_cast<T>(slope);
    }
    return 0.5 * sum;
  }

  // Q = H_2 ... H_d, where H_m reflects the last m coordinates in a normally distributed direction: then Q
  // has no preferred direction (Stewart 1980). The reflections act from the smallest on, so that each meets a
  // diagonal matrix outside its own block. The update v w' + w v' keeps A symmetric to the last bit.
  void rotate(const Aligned<double>& eigenvalues, std::uint64_t seed) {
    const std::size_t size = eigenvalues.size();
    matrix_.assign(size * size, 0.0);
    for (std::size_t i = 0; i < size; ++i) matrix_[i * size + i] = eigenvalues[i];
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

  Aligned<double> matrix_;  // row by row
  Aligned<double> centers_;
};

}  // namespace lookahead::functions
