#include "sampling/sampler.hpp"

#include <algorithm>
#include <numeric>

namespace lookahead {

Sampler::Sampler(Index terms, Index batch, std::uint64_t seed, Index agent, Sampling sampling,
                 std::span<const std::uint32_t> rows, Index first, Index stride, bool part)
    : terms_(terms),
      batch_(std::min(batch, std::max<Index>(terms, 1))),
      steps_per_epoch_(terms == 0 ? 0 : (terms + batch_ - 1) / batch_),
      stream_(seed, Purpose::shuffle, agent),
      sampling_(sampling),
      rows_(rows),
      independent_(sampling == Sampling::replacement && steps_per_epoch_ > 1),
      first_(first),
      stride_(stride),
      part_(part) {
  if (independent_) {
    order_.resize(static_cast<std::size_t>(batch_));
    return;
  }
  if (steps_per_epoch_ > 1 || listed()) order_.resize(static_cast<std::size_t>(terms));
  if (sampling == Sampling::blocks)
    blocks_.resize(static_cast<std::size_t>((terms + block_rows - 1) / block_rows));
  order_rows();
}

Sampler::Sampler(Index terms, Index batch, std::uint64_t seed, Index agent, Sampling sampling,
                 std::span<const std::uint32_t> rows)
    : Sampler(terms, batch, seed, agent, sampling, rows, 0, 1, false) {}

Sampler Sampler::independent(Index terms, Index size, std::uint64_t seed, Index agent) {
  Sampler sampler(terms, terms, seed, agent);
  sampler.independent_ = true;
  sampler.batch_ = size;
  sampler.steps_per_epoch_ = 0;
  sampler.order_.resize(static_cast<std::size_t>(size));
  return sampler;
}

Sampler Sampler::part(Index terms, Index batch, std::uint64_t seed, Index part, const Division& division,
                      Sampling sampling, std::span<const std::uint32_t> rows) {
  return Sampler(division.size(terms, part), batch, seed, part, sampling, rows, division.first(terms, part),
                 division.stride(), true);
}

Sampler::Draw Sampler::next() {
  if (independent_) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      order_[i] = static_cast<std::uint32_t>(
          stream_.below(static_cast<std::uint64_t>(position_), static_cast<std::uint32_t>(i), terms_));
    }
    find_rows();
    ++position_;
    return {false, 0, order_, batch_, 0};
  }
  if (whole()) return {!listed(), first_, order_, std::max<Index>(terms_, 1), 0};
  if (position_ == terms_) {
    position_ = 0;
    ++epoch_;
    order_rows();
  }
  const Index count = std::min(batch_, terms_ - position_);
  const auto rows = std::span<const std::uint32_t>(order_).subspan(static_cast<std::size_t>(position_),
                                                                   static_cast<std::size_t>(count));
  position_ += count;
  return {false, 0, rows, count, terms_ - position_};
}

Sampler::Draw Sampler::single_rows(Index most) const {
  if (batch_ != 1 || independent_ || whole()) return {false, 0, {}, 0, 0};
  const Index count = std::min(most, terms_ - position_);
  const auto rows = std::span<const std::uint32_t>(order_).subspan(static_cast<std::size_t>(position_),
                                                                   static_cast<std::size_t>(count));
  return {false, 0, rows, count, terms_ - position_ - count};
}

void Sampler::exchange(Archive& archive) {
  archive.exchange_count("sampler.epoch", epoch_);
  archive.exchange_count("sampler.position", position_, 0,
                         independent_ ? Archive::most_count : std::max<Index>(terms_, 1));
  if (!archive.intact()) return;
  // The order is a function of the seed and the epoch, so it is made again instead of being stored.
  if (archive.loading() && !independent_) order_rows();
}

void Sampler::order_rows() {
  if (whole() || sampling_ == Sampling::sequential) {
    std::iota(order_.begin(), order_.end(), 0U);
  } else if (sampling_ == Sampling::blocks) {
    shuffle_blocks();
  } else {
    shuffle(stream_, static_cast<std::uint64_t>(epoch_), order_);
  }
  find_rows();
}

void Sampler::shuffle_blocks() {
  // One step of the stream for the order of the blocks and one for each of them, in every epoch.
  auto step = static_cast<std::uint64_t>(epoch_) * (blocks_.size() + 1);
  shuffle(stream_, step, blocks_);
  std::size_t at = 0;
  for (const std::uint32_t block : blocks_) {
    const Index first = static_cast<Index>(block) * block_rows;
    const auto count = static_cast<std::size_t>(std::min(block_rows, terms_ - first));
    const auto rows = std::span<std::uint32_t>(order_).subspan(at, count);
    shuffle(stream_, ++step, rows);
    for (std::uint32_t& row : rows) row += static_cast<std::uint32_t>(first);
    at += count;
  }
}

void Sampler::find_rows() {
  if (!listed() && first_ == 0) return;
  for (std::uint32_t& row : order_) {
    row = static_cast<std::uint32_t>(first_ + stride_ * row);
    if (!rows_.empty()) row = rows_[row];
  }
}

}  // namespace lookahead
