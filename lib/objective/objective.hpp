#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/range.hpp"

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
  // The terms of positions [from, from + count), as far as there are any, in a batch of a list of rows and
  // what follows it.
  Batch ahead(Index from, Index count) const {
    return Batch(rows_ + from, 0, std::clamp<Index>(size_ + upcoming_ - from, 0, count));
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

// A function to be minimized, shared by all agents and threads: const and without hidden state.
// A finite sum's value over a batch is the mean over its terms plus the regularization, so that values over
// parts combine to the whole weighted by their sizes.
template <Scalar T>
class Objective {
 public:
  virtual ~Objective() = default;
  virtual Index dimension() const = 0;
  // 0: deterministic; n: a finite sum of n terms.
  virtual Index terms() const { return 0; }
  // Whether a batch with a draw gives another value than the same terms without one.
  virtual bool randomized() const { return false; }
  // How many terms are worth a thread of their own, whose gradient is one more vector to write and to add; 0:
  // as many as make up for it where a term's cost is that of reading a vector.
  virtual Index shard_size() const { return 0; }
  // Ends of the parts x consists of, the last one dimension(): a model's layers, a game's players. Empty:
  // one.
  virtual std::vector<Index> blocks() const { return {}; }
  // The coordinates, rising, that neither penalties nor an optimizer's weight decay and trust ratios touch.
  virtual std::vector<Range> intercepts() const { return {}; }
  // How many numbers of working space an evaluation over `batch_size` terms needs; lent by the caller.
  virtual Index scratch(Index batch_size) const {
    (void)batch_size;
    return 0;
  }
  // x and gradient have dimension() coordinates; scratch has at least scratch(batch.size()) numbers, its
  // content is arbitrary before and after. No allocation. value() and value_and_gradient() return the same
  // bits. The batch comes by reference: to copy one that was just put together stalls a step of one row.
  virtual double value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const = 0;
  virtual double value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                    std::span<T> scratch) const = 0;
};

}  // namespace lookahead
