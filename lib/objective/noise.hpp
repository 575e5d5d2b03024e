#pragma once
#include "options/catalog.hpp"
#include "parallel/shards.hpp"
#include "random/stream.hpp"

namespace lookahead {

// Noise added to a gradient before the optimizer sees it; the objective's value stays exact.
template <Scalar T>
class Noise {
 public:
  virtual ~Noise() = default;
  // Adds the noise of inner step `step` of `agent`, a function of (seed, agent, step) alone, shared out by
  // `shards`. No allocation.
  virtual void add(std::span<T> gradient, const Stream& stream, Index step, const Shards& shards) = 0;
};

// How large a noise n is, as assumption (A2) of the convergence theorem has it: E n = 0 and
// E|n|^2 <= variance + relative_variance |gradient|^2. Infinite variance: tails too heavy for any bound.
struct NoiseFacts {
  double variance = 0;  // of all components together
  double relative_variance = 0;
};

// Which terms of a finite sum a step sees: `size` of them, drawn independently, or without replacement: in
// epochs that go through all terms once each, in random order, the last step of an epoch with what is left.
struct TermDraws {
  Index size = 1;
  bool replacement = true;
};

// One file of lib/objective/noise each, collected by the build.
struct NoiseEntry : Entry {
  std::function<std::unique_ptr<Noise<double>>(const Values& parameters, Index dimension)> make_double;
  std::function<std::unique_ptr<Noise<float>>(const Values& parameters, Index dimension)> make_float;
  // Noise that is not added but comes from a finite sum's terms: how these are drawn. make() gives nothing
  // then. Empty for all others.
  std::function<TermDraws(const Values& parameters)> terms_drawn;
  // Empty where terms are drawn.
  std::function<NoiseFacts(const Values& parameters, Index dimension)> facts{};
  // How many coordinates a list among the parameters is for, the first one; 0 or empty: any number.
  std::function<Index(const Values& parameters)> listed_dimension{};

  // What the user of such parameters may not expect, in words; empty: nothing.
  std::function<std::string(const Values& parameters)> caution{};

  Index listed(const Values& values) const { return listed_dimension ? listed_dimension(values) : 0; }

  template <Scalar T>
  std::unique_ptr<Noise<T>> make(const Values& values, Index dimension) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values, dimension);
    } else {
      return make_float(values, dimension);
    }
  }
};

const Catalog<NoiseEntry>& noise_catalog();

}  // namespace lookahead
