#pragma once
#include <vector>

#include "base/aligned.hpp"
#include "engine/pool.hpp"
#include "objective/objective.hpp"

namespace lookahead {

// Evaluates an objective with working space and threads. A large batch is cut into shards whose number
// depends on the size of the problem alone; their results are added in order, so that the bits do not depend
// on the threads.
template <Scalar T>
class Evaluator {
 public:
  // objective and pool must outlive the evaluator. largest_batch: the most terms ever asked for at once.
  Evaluator(const Objective<T>& objective, Pool& pool, Index largest_batch)
      : Evaluator(objective, pool, largest_batch, true) {}
  // What such an evaluator asks for, in bytes, without asking for it.
  static double bytes(const Objective<T>& objective, Pool& pool, Index largest_batch) {
    return Evaluator(objective, pool, largest_batch, false).bytes_;
  }

  const Objective<T>& objective() const { return objective_; }
  // No allocation in either.
  double value(std::span<const T> x, const Batch& batch);
  double value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient);

 private:
  Evaluator(const Objective<T>& objective, Pool& pool, Index largest_batch, bool allocate);
  Index shards_of(const Batch& batch) const;
  // Coordinates `first` and following of the mean of all shards' gradients, by the shards' sizes.
  void add_shards(Index rows, Index shards, std::size_t first, std::span<T> part) const;

  const Objective<T>& objective_;
  Pool& pool_;
  Index width_, least_;  // the objective's dimension, at least 1, and shard_size()
  Index most_;           // shards at most
  bool whole_;           // deterministic, or never large: always one evaluation on the caller's thread
  Index scratch_size_ = 0;
  double bytes_ = 0;
  Aligned<T> scratch_;          // one part per thread
  std::vector<double> values_;  // one per shard
  Aligned<T> gradients_;        // one per shard
};

}  // namespace lookahead
