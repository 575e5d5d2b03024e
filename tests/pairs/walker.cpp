#include "walker.hpp"

#include <algorithm>

namespace lookahead::pairs {
namespace {

std::size_t size_among(const TrainingSettings& settings, std::size_t n) {
  return settings.batch == 0 ? n : std::min(settings.batch, n);
}

}  // namespace

Sampler sampler_of(const TrainingSettings& settings, std::size_t n, std::size_t worker) {
  const auto terms = static_cast<Index>(n), batch = static_cast<Index>(size_among(settings, n));
  const Sampling sampling = settings.sampling == "shuffle"  ? Sampling::shuffle
                            : settings.sampling == "blocks" ? Sampling::blocks
                                                            : Sampling::replacement;
  const auto agent = static_cast<Index>(worker);
  if (!settings.shard) return Sampler(terms, batch, settings.seed, agent, sampling);
  return Sampler::part(terms, batch, settings.seed, agent, {settings.workers, false}, sampling);
}

std::size_t Walker::next_size(const TrainingSettings& settings) {
  const std::size_t n = rows.size(), size = size_among(settings, n);
  if (settings.sampling == "replacement") return size;
  const std::size_t from = position, to = std::min(n, from + size);
  position = to == n ? 0 : to;
  return to - from;
}

std::vector<std::size_t> Walker::next_batch(const TrainingSettings& settings) {
  if (ahead) {
    const std::vector<std::size_t> batch = *ahead;
    ahead.reset();
    return batch;
  }
  if (sampler) {
    const Sampler::Draw draw = sampler->next();
    if (draw.all) return rows;
    return {draw.rows.begin(), draw.rows.end()};
  }
  const auto from = static_cast<std::ptrdiff_t>(position);
  const auto size = static_cast<std::ptrdiff_t>(next_size(settings));
  return {rows.begin() + from, rows.begin() + from + size};
}

std::vector<std::size_t> Walker::look_ahead(const TrainingSettings& settings) {
  if (!ahead) ahead = next_batch(settings);
  return *ahead;
}

}  // namespace lookahead::pairs
