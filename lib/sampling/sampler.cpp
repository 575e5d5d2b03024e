#include "sampling/sampler.hpp"

#include <algorithm>
#include <numeric>

namespace lookahead {

Sampler::Sampler(Index terms, Index batch, std::uint64_t seed, Index agent)
    : terms_(terms),
      batch_(std::min(batch, std::max<Index>(terms, 1))),
      steps_per_epoch_(terms == 0 ? 0 : (terms + batch_ - 1) / batch_),
      stream_(seed, Purpose::shuffle, agent) {
  if (steps_per_epoch_ > 1) order_.resize(static_cast<std::size_t>(terms));
  order_rows();
}

Sampler Sampler::independent(Index terms, Index size, std::uint64_t seed, Index agent) {
  Sampler sampler(terms, terms, seed, agent);
  sampler.independent_ = true;
  sampler.batch_ = size;
  sampler.steps_per_epoch_ = 0;
  sampler.order_.resize(static_cast<std::size_t>(size));
  return sampler;
}

Sampler Sampler::part(Index terms, Index batch, std::uint64_t seed, Index part, Index parts) {
  Sampler sampler((terms - part + parts - 1) / parts, batch, seed, part);
  sampler.first_ = part;
  sampler.stride_ = parts;
  sampler.order_.resize(static_cast<std::size_t>(sampler.terms_));
  sampler.order_rows();
  return sampler;
}

Sampler::Draw Sampler::next() {
  if (independent_) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      order_[i] = static_cast<std::uint32_t>(
          stream_.below(static_cast<std::uint64_t>(position_), static_cast<std::uint32_t>(i), terms_));
    }
    ++position_;
    return {false, order_, batch_, 0};
  }
  if (steps_per_epoch_ <= 1) return {stride_ == 1, order_, std::max<Index>(terms_, 1), 0};
  if (position_ == terms_) {
    position_ = 0;
    ++epoch_;
    order_rows();
  }
  const Index count = std::min(batch_, terms_ - position_);
  const auto rows = std::span<const std::uint32_t>(order_).subspan(static_cast<std::size_t>(position_),
                                                                   static_cast<std::size_t>(count));
  position_ += count;
  return {false, rows, count, terms_ - position_};
}

void Sampler::exchange(Archive& archive) {
  archive.exchange("sampler.epoch", epoch_);
  archive.exchange("sampler.position", position_);
  // The order is a function of the seed and the epoch, so it is made again instead of being stored.
  if (archive.loading() && !independent_) order_rows();
}

void Sampler::order_rows() {
  if (steps_per_epoch_ > 1) {
    shuffle(stream_, static_cast<std::uint64_t>(epoch_), order_);
  } else {
    std::iota(order_.begin(), order_.end(), 0U);
  }
  if (stride_ == 1) return;
  for (std::uint32_t& row : order_) row = static_cast<std::uint32_t>(first_ + stride_ * row);
}

}  // namespace lookahead
