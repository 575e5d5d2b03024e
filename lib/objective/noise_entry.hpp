#pragma once
#include "objective/noise.hpp"

namespace lookahead {

// The catalog entry of a noise N<T>, made of its parameters P and the dimension.
template <template <class> class N, class P>
NoiseEntry noise_entry(Card card, Parameters parameters) {
  NoiseEntry entry{declare<P>(std::move(card), std::move(parameters)), {}, {}, {}};
  entry.make_double = [](const Values& p, Index d) -> std::unique_ptr<Noise<double>> {
    return std::make_unique<N<double>>(p.as<P>(), d);
  };
  entry.make_float = [](const Values& p, Index d) -> std::unique_ptr<Noise<float>> {
    return std::make_unique<N<float>>(p.as<P>(), d);
  };
  if constexpr (requires(const P& p) { p.facts(Index{}); })
    entry.facts = [](const Values& p, Index d) { return p.as<P>().facts(d); };
  return entry;
}

}  // namespace lookahead
