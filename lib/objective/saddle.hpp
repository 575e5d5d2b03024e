#pragma once
#include <cstdint>

#include "base/aligned.hpp"
#include "simd/lanes.hpp"

namespace lookahead {

// The quadratic saddle f(x, y) = 1/2 u'Pu + u'Av - 1/2 v'Qv with u = x - shift, v = y - shift, of two players
// with n coordinates each: min over x, max over y. Its field V = (Pu + Av, Qv - A'u) vanishes at u = v = 0.
class Saddle {
 public:
  // Eigenvalues of P, singular values of A, eigenvalues of Q: n numbers each; without curvature P = Q = 0.
  struct Spectra {
    Aligned<double> p, a, q;
  };
  // seed 0: P, A, Q are diagonal. Otherwise P = R diag(p) R', A = R diag(a) S', Q = S diag(q) S' with random
  // rotations R and S; then 4 n^2 numbers are stored.
  Saddle(Spectra spectra, double shift, std::uint64_t seed);

  // Puts the components of V at z = (x, y) into a FieldWriter.
  template <class T, class Writer>
  void field(const T* __restrict z, Writer& writer) const {
    const Index n = size();
    if (matrix_.empty()) {
      pairs(spectra_.p.data(), spectra_.a.data(), 1, z, z + n, 0, writer);
      pairs(spectra_.q.data(), spectra_.a.data(), -1, z + n, z, n, writer);
      return;
    }
    // Without curvature each player's row has only the other's columns.
    for (Index i = 0; i < n; ++i) writer.put(i, product(i, z, curved_ ? 0 : n, 2 * n));
    for (Index i = n; i < 2 * n; ++i) writer.put(i, product(i, z, 0, curved_ ? 2 * n : n));
  }

  // f(x, y).
  template <class T>
  double value(const T* __restrict z) const {
    const Index n = size();
    double sum = 0;
    for (Index i = 0; i < n; ++i) {
      const double u = away(z[i]), v = away(z[n + i]);
      if (matrix_.empty()) {
        const auto k = static_cast<std::size_t>(i);
        sum += 0.5 * spectra_.p[k] * u * u + spectra_.a[k] * u * v - 0.5 * spectra_.q[k] * v * v;
      } else {
        sum +=
            u * (0.5 * product(i, z, 0, n) + product(i, z, n, 2 * n)) - 0.5 * v * product(n + i, z, n, 2 * n);
      }
    }
    return sum;
  }

 private:
  Index size() const { return std::ssize(spectra_.a); }
  template <class T>
  double away(T z) const {
    return static_cast<double>(z) - shift_;
  }

  // A player's diagonal block: own_i (mine_i - shift) + sign cross_i (other_i - shift), from component
  // `first` on.
  template <class T, class Writer>
  void pairs(const double* own, const double* cross, double sign, const T* mine, const T* other, Index first,
             Writer& writer) const {
    const Index n = size();
    Index i = 0;
    for (; i + lane_count <= n; i += lane_count) {
      const Lanes here = widen(mine + i) - shift_, there = widen(other + i) - shift_;
      writer.put(first + i, widen(own + i) * here + sign * widen(cross + i) * there);
    }
    for (; i < n; ++i) writer.put(first + i, own[i] * away(mine[i]) + sign * cross[i] * away(other[i]));
  }

  // Row `row` of the field's matrix times (z - shift), over the columns from `first` to `last`.
  template <class T>
  double product(Index row, const T* __restrict z, Index first, Index last) const {
    const double* entries = matrix_.data() + row * 2 * size();
    Lanes sums{};
    Index j = first;
    for (; j + lane_count <= last; j += lane_count) sums += widen(entries + j) * (widen(z + j) - shift_);
    double sum = total(sums);
    for (; j < last; ++j) sum += entries[j] * away(z[j]);
    return sum;
  }

  void rotate(std::uint64_t seed);

  Spectra spectra_;
  double shift_;
  bool curved_;
  Aligned<double> matrix_;  // of V, row by row; empty where it is diagonal in pairs
};

// n numbers spaced evenly in their logarithms, from 1/condition up to 1, times `largest`.
Aligned<double> log_spaced(double condition, double largest, Index n);

}  // namespace lookahead
