#pragma once
#include "objective/noise.hpp"

namespace lookahead {

// The catalog entry of a noise N<T>, made of its parameters P and the dimension.
template <template <class> class N, class P>
NoiseEntry noise_entry(Card card, Parameters parameters) {
  NoiseEntry entry{declare<P>(std::move(card), std::move(parameters)), {}, {}, {}};
  entry.make_double = [](const void* p, Index d) -> std::unique_ptr<Noise<double>> {
    return std::make_unique<N<double>>(*static_cast<const P*>(p), d);
  };
  entry.make_float = [](const void* p, Index d) -> std::unique_ptr<Noise<float>> {
    return std::make_unique<N<float>>(*static_cast<const P*>(p), d);
  };
  if constexpr (requires(const P& p) { p.facts(Index{}); })
    entry.facts = [](const void* p, Index d) { return static_cast<const P*>(p)->facts(d); };
  return entry;
}

}  // namespace lookahead
