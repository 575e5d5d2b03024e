#pragma once
#include "options/catalog.hpp"
#include "random/stream.hpp"

namespace lookahead {

// Noise added to a gradient before the optimizer sees it; the objective's value stays exact.
template <Scalar T>
class Noise {
 public:
  virtual ~Noise() = default;
  // Adds the noise of inner step `step` of `agent`, a function of (seed, agent, step) alone. No allocation.
  virtual void add(std::span<T> gradient, const Stream& stream, Index step) = 0;
};

// One file of lib/objective/noise each, collected by the build.
struct NoiseEntry : Entry {
  std::function<std::unique_ptr<Noise<double>>(const void* parameters, Index dimension)> make_double;
  std::function<std::unique_ptr<Noise<float>>(const void* parameters, Index dimension)> make_float;
  // Noise that is not added but comes from a finite sum's terms: how many are drawn in every step. make()
  // gives nothing then. Empty for all others.
  std::function<Index(const void* parameters)> terms_drawn;

  template <Scalar T>
  std::unique_ptr<Noise<T>> make(const void* values, Index dimension) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values, dimension);
    } else {
      return make_float(values, dimension);
    }
  }
};

const Catalog<NoiseEntry>& noise_catalog();

}  // namespace lookahead
