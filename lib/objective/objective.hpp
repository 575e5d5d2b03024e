#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/range.hpp"
#include "data/batch.hpp"
#include "objective/evaluation.hpp"
#include "parallel/shards.hpp"

namespace lookahead {

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
  // Why the value at x is infinite or no number, where that can be told; otherwise empty. Allocates.
  virtual std::string undefined_at(std::span<const T> x) const {
    (void)x;
    return {};
  }
  // Told once, before the first evaluation: at most `agents` threads of each of `runs` runs evaluate at once.
  virtual void expect(Index agents, Index runs) {
    (void)agents;
    (void)runs;
  }
  // x and gradient have dimension() coordinates; scratch has at least scratch(batch.size()) numbers, its
  // content is arbitrary before and after. No allocation. value() and value_and_gradient() return the same
  // bits. The batch comes by reference: to copy one that was just put together stalls a step of one row.
  virtual Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const = 0;
  virtual Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                        std::span<T> scratch) const = 0;
  // Steps of plain descent along single terms, for objectives that make many of them in less time than it
  // takes to ask for as many gradients.
  struct Descended {
    Index steps = 0;
    double first_loss = std::numeric_limits<double>::quiet_NaN();  // where the first step started from
  };
  virtual bool descends() const { return false; }
  // For each of `terms`, a list, in turn x := x - rate * gradient, by its own one of `rates` and the gradient
  // of that term alone: to the bits of value_and_gradient() and a step in T. Ends ahead of a term whose loss
  // is not finite or above `limit`. Writes the point from which the last step was made to `before`, where
  // that is not empty. No allocation. Where descends() does not say so, no step is made.
  virtual Descended descend(std::span<T> x, const Batch& terms, std::span<const double> rates, double limit,
                            std::span<T> before) const {
    (void)x, (void)terms, (void)rates, (void)limit, (void)before;
    return {};
  }
  // The same bits with the work of one evaluation shared out over the coordinates, for objectives without
  // terms; by default all of it is done on the caller's thread.
  virtual Evaluation value_over(const Shards& shards, std::span<const T> x, const Batch& batch,
                                std::span<T> scratch) const {
    (void)shards;
    return value(x, batch, scratch);
  }
  virtual Evaluation value_and_gradient_over(const Shards& shards, std::span<const T> x, const Batch& batch,
                                             std::span<T> gradient, std::span<T> scratch) const {
    (void)shards;
    return value_and_gradient(x, batch, gradient, scratch);
  }
};

}  // namespace lookahead
