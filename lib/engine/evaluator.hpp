#pragma once
#include <atomic>
#include <limits>
#include <vector>

#include "base/aligned.hpp"
#include "base/deadline.hpp"
#include "objective/objective.hpp"
#include "parallel/pool.hpp"

namespace lookahead {

// What an evaluator is asked for.
enum class Evaluates { values, gradients };

// Evaluates an objective with working space and threads. A large batch is cut into shards whose number
// depends on the size of the problem alone; their results are added in order, so that the bits do not depend
// on the threads. An objective without terms shares out its coordinates.
template <Scalar T>
class Evaluator {
 public:
  // objective and pool must outlive the evaluator. largest_batch: the most terms ever asked for at once. One of values
  // alone must not be asked for gradients, for which there is no room then.
  Evaluator(const Objective<T>& objective, Pool& pool, Index largest_batch,
            Evaluates what = Evaluates::gradients)
      : Evaluator(objective, pool, largest_batch, what, true) {}
  // What such an evaluator asks for, in bytes, without asking for it.
  static double bytes(const Objective<T>& objective, Pool& pool, Index largest_batch,
                      Evaluates what = Evaluates::gradients) {
    return Evaluator(objective, pool, largest_batch, what, false).bytes_;
  }

  const Objective<T>& objective() const { return objective_; }
  // On the evaluator's threads, for what else is done with every coordinate.
  const Shards& shards() const { return shards_; }
  // Evaluations are given up once this has passed; their value is NaN then, and the gradient arbitrary.
  void give_up_at(const Deadline& deadline) { deadline_ = deadline; }
  const Deadline& deadline() const { return deadline_; }

  // No allocation in either; one of values alone allocates with the first value. Where the objective has a fault the
  // gradient is arbitrary, and every further evaluation has the same fault at once: the objective is not asked again.
  Evaluation value(std::span<const T> x, const Batch& batch);
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient);

  // The parts that value() cuts a batch into.
  Index parts_of(const Batch& batch) const { return whole_ ? 1 : shards_of(batch); }
  // value(), but for value_of(i, part, scratch) in the place of the objective's own over part number i;
  // called from several threads. Where it returns the same, so does this, bit for bit.
  template <class ValueOf>
  Evaluation value_by_parts(const Batch& batch, const ValueOf& value_of) {
    if (failed_ != nullptr) return Evaluation(*failed_);
    return noted(value_of_parts(batch, value_of));
  }

 private:
  static constexpr double given_up = std::numeric_limits<double>::quiet_NaN();

  template <class ValueOf>
  Evaluation value_of_parts(const Batch& batch, const ValueOf& value_of) {
    const Index shards = parts_of(batch);
    if (deadline_.passed()) return given_up;
    if (scratch_.empty()) make_room();
    if (shards == 1) return value_of(Index{0}, batch, std::span<T>(scratch_));
    std::atomic<const Fault*> fault{nullptr};
    pool_.run(shards, [&](Index s, Index thread) {
      if (deadline_.passed()) return;
      const Index first = batch.size() * s / shards;
      const Batch part = batch.part(first, batch.size() * (s + 1) / shards - first);
      const std::span<T> scratch(scratch_.data() + thread * scratch_size_,
                                 static_cast<std::size_t>(scratch_size_));
      take(s, part, value_of(s, part, scratch), fault);
    });
    return deadline_.passed() ? given_up : mean(shards, batch, fault);
  }
  Evaluation noted(Evaluation evaluation) {
    failed_ = evaluation.fault;
    return evaluation;
  }
  Evaluation value_and_gradient_of_parts(std::span<const T> x, const Batch& batch, std::span<T> gradient);
  // What a shard adds to the sum, or its fault.
  void take(Index shard, const Batch& part, const Evaluation& of_part, std::atomic<const Fault*>& fault) {
    values_[static_cast<std::size_t>(shard)] = of_part.value * static_cast<double>(part.size());
    if (of_part.fault != nullptr) fault = of_part.fault;
  }
  Evaluation mean(Index shards, const Batch& batch, const std::atomic<const Fault*>& fault) const {
    if (const Fault* const found = fault) return Evaluation(*found);
    double sum = 0;
    for (Index s = 0; s < shards; ++s) sum += values_[static_cast<std::size_t>(s)];
    return sum / static_cast<double>(batch.size());
  }
  Evaluator(const Objective<T>& objective, Pool& pool, Index largest_batch, Evaluates what, bool allocate);
  void make_room();
  Index shards_of(const Batch& batch) const;
  // Coordinates `first` and following of the mean of all shards' gradients, by the shards' sizes.
  void add_shards(Index rows, Index shards, std::size_t first, std::span<T> part) const;

  const Objective<T>& objective_;
  Pool& pool_;
  Shards shards_;
  Deadline deadline_;
  const Fault* failed_ = nullptr;
  Index width_, least_;  // the objective's dimension, at least 1, and shard_size()
  Index most_;           // shards at most
  bool whole_;           // deterministic, or never large: always one evaluation of the objective's
  bool over_shards_;     // without terms and of so many coordinates that they are shared out
  Index scratch_size_ = 0;
  double bytes_ = 0;
  Aligned<T> scratch_;          // one part per thread
  std::vector<double> values_;  // one per shard
  Aligned<T> gradients_;        // one per shard
};

}  // namespace lookahead
