#include "objective/saddle.hpp"

#include <algorithm>

#include "random/stream.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

Aligned<double> log_spaced(double condition, double largest, Index n) {
  Aligned<double> values(static_cast<std::size_t>(n), largest);
  for (Index i = 0; i + 1 < n; ++i) {
    const double part = static_cast<double>(n - 1 - i) / static_cast<double>(n - 1);
    values[static_cast<std::size_t>(i)] = largest * math::pow(condition, -part);
  }
  return values;
}

Saddle::Saddle(Spectra spectra, double shift, std::uint64_t seed)
    : spectra_(std::move(spectra)), shift_(shift) {
  const auto nonzero = [](double value) { return value != 0; };
  curved_ = std::any_of(spectra_.p.begin(), spectra_.p.end(), nonzero) ||
            std::any_of(spectra_.q.begin(), spectra_.q.end(), nonzero);
  if (seed != 0) rotate(seed);
}

// R and S are products of reflections H_2, ..., H_n, where H_m reflects the last m coordinates of a player's
// in a normally distributed direction: then they have no preferred direction (Stewart 1980). Every H acts on
// the field's matrix M from both sides.
void Saddle::rotate(std::uint64_t seed) {
  const auto n = static_cast<std::size_t>(size()), d = 2 * n;
  matrix_.assign(d * d, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    matrix_[i * d + i] = spectra_.p[i];
    matrix_[i * d + n + i] = spectra_.a[i];
    matrix_[(n + i) * d + i] = -spectra_.a[i];
    matrix_[(n + i) * d + n + i] = spectra_.q[i];
  }
  Aligned<double> direction(n), image(d);
  for (std::size_t player = 0; player < 2; ++player) {
    const Stream stream(seed, Purpose::rotation, static_cast<Index>(player));
    for (std::size_t m = 2; m <= n; ++m) {
      const std::size_t first = (player + 1) * n - m;
      const std::span<double> v(direction.data(), m);
      stream.normals(m, v);
      const double scale = 2 / squared_norm<double>(v);
      // M - scale v (v'M), then M - scale (Mv) v'.
      std::fill(image.begin(), image.end(), 0.0);
      for (std::size_t i = 0; i < m; ++i) {
        const double* row = &matrix_[(first + i) * d];
        for (std::size_t j = 0; j < d; ++j) image[j] += v[i] * row[j];
      }
      for (std::size_t i = 0; i < m; ++i) {
        double* row = &matrix_[(first + i) * d];
        for (std::size_t j = 0; j < d; ++j) row[j] -= scale * v[i] * image[j];
      }
      for (std::size_t i = 0; i < d; ++i) {
        const std::span<double> part(&matrix_[i * d + first], m);
        const double along = scale * dot<double>(part, v);
        for (std::size_t j = 0; j < m; ++j) part[j] -= along * v[j];
      }
    }
  }
}

}  // namespace lookahead
