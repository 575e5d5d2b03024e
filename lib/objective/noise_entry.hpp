#pragma once
#include "objective/noise.hpp"

namespace lookahead {

// Adds sd_of(i) z_i to every component, z_i the normal draws of `step`; `draws` is working space of the same
// size.
template <Scalar T, class Deviation>
void add_normals_of(std::span<T> gradient, const Deviation& sd_of, const Stream& stream, Index step,
                    std::span<double> draws, const Shards& shards) {
  shards.each(gradient.size(), [&](std::size_t from, std::size_t size) {
    stream.normals(static_cast<std::uint64_t>(step), draws.subspan(from, size), from);
    const Deviation sd = sd_of;  // what it holds stays in registers
    for (std::size_t i = from; i < from + size; ++i)
      gradient[i] = static_cast<T>(static_cast<double>(gradient[i]) + sd(i) * draws[i]);
  });
}
template <Scalar T>
void add_normals(std::span<T> gradient, double sd, const Stream& stream, Index step, std::span<double> draws,
                 const Shards& shards) {
  add_normals_of(
      gradient, [sd](std::size_t) { return sd; }, stream, step, draws, shards);
}

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
  if constexpr (requires(const P& p) { p.caution(); })
    entry.caution = [](const Values& p) { return p.as<P>().caution(); };
  if constexpr (requires(const P& p) { p.listed(); })
    entry.listed_dimension = [](const Values& p) { return p.as<P>().listed(); };
  return entry;
}

}  // namespace lookahead
