#pragma once
#include <algorithm>
#include <cstdint>
#include <span>

#include "base/scalar.hpp"

namespace lookahead {

// The terms (rows) of a finite sum that an evaluation uses: a contiguous range, or a list of row numbers.
// Deterministic objectives ignore it.
class Batch {
 public:
  // What the randomness of an evaluation (dropout) is a function of; evaluations outside of training have
  // none.
  struct Draw {
    std::uint64_t seed = 0;
    Index agent = 0;
    Index step = -1;  // < 0: no randomness
  };

  Batch() = default;
  static Batch range(Index first, Index last) { return Batch(nullptr, first, last - first); }
  static Batch rows(std::span<const std::uint32_t> rows) { return Batch(rows.data(), 0, std::ssize(rows)); }

  Index size() const { return size_; }
  // The number of the i-th term, 0 <= i < size().
  Index operator[](Index i) const { return rows_ == nullptr ? first_ + i : static_cast<Index>(rows_[i]); }
  bool contiguous() const { return rows_ == nullptr; }
  // The `count` terms from position `from` on.
  Batch part(Index from, Index count) const {
    Batch result = rows_ == nullptr ? Batch(nullptr, first_ + from, count) : Batch(rows_ + from, 0, count);
    result.draw_ = draw_;
    result.weight_ = weight_;
    result.upcoming_ = size_ - from - count + upcoming_;
    return result;
  }
  // The same terms, with `factor` times their own weights.
  Batch weighed(double factor) const {
    Batch result = *this;
    result.weight_ = factor;
    return result;
  }
  // What one term counts in the batch's mean, but for its own weight: 1 / size() where no factor was given.
  double share() const { return weight_ / static_cast<double>(size_); }
  // The same terms in a step of training.
  Batch drawn(Draw draw) const {
    Batch result = *this;
    result.draw_ = draw;
    return result;
  }
  const Draw& draw() const { return draw_; }
  // The same terms; `count` more numbers of rows that are likely to be used next stand behind them in the
  // list, for fetching them ahead.
  Batch followed_by(Index count) const {
    Batch result = *this;
    result.upcoming_ = count;
    return result;
  }
  Index upcoming() const { return upcoming_; }
  // The terms of positions [from, from + count), as far as there are any, of the batch and what follows it.
  Batch ahead(Index from, Index count) const {
    from = std::min(from, size_ + upcoming_);
    count = std::min(count, size_ + upcoming_ - from);
    return contiguous() ? Batch(nullptr, first_ + from, count) : Batch(rows_ + from, 0, count);
  }

 private:
  Batch(const std::uint32_t* rows, Index first, Index size) : rows_(rows), first_(first), size_(size) {}
  const std::uint32_t* rows_ = nullptr;
  Index first_ = 0;
  Index size_ = 0;
  Index upcoming_ = 0;
  double weight_ = 1;
  Draw draw_;
};

}  // namespace lookahead
