#include "engine/evaluator.hpp"

#include <algorithm>

#include "base/sizes.hpp"

namespace lookahead {
namespace {

constexpr Index shard_work = Index{1} << 15;  // numbers read by a shard, at least
constexpr Index stretch =
    Index{1} << 12;  // coordinates whose shards are added together: they stay in the first cache
constexpr Index most_shards = 64;
constexpr Index least_wide_rows = 8;           // terms of a shard where each reads as much as a shard should
constexpr Index most_buffer = Index{1} << 22;  // numbers in all shards' gradients together, at most

}  // namespace

template <Scalar T>
Evaluator<T>::Evaluator(const Objective<T>& objective, Pool& pool, Index largest_batch, Evaluates what,
                        bool allocate)
    : objective_(objective),
      pool_(pool),
      shards_(pool),
      width_(std::max<Index>(1, objective.dimension())),
      least_(objective.shard_size()),
      most_(std::clamp<Index>(most_buffer / width_, 1, most_shards)) {
  const Batch largest = Batch::range(0, largest_batch);
  const Index shards = objective.terms() == 0 ? 1 : shards_of(largest);
  whole_ = shards == 1;
  over_shards_ = objective.terms() == 0 && Shards::count(static_cast<std::size_t>(width_)) > 1;
  // A batch just too small for two shards makes the largest shard where the whole is cut finely.
  const Index unsplit = objective.shard_size() > 0 ? 2 * objective.shard_size()
                        : width_ > shard_work      ? 2 * least_wide_rows
                                                   : 2 * shard_work / width_ + 1;
  const Index shard_size =
      objective.terms() == 0 ? 0 : std::min(largest_batch, std::max(largest_batch / shards + 1, unsplit));
  // A multiple of 16 numbers keeps every thread's part on its own cache lines.
  scratch_size_ = (objective.scratch(shard_size) + 15) / 16 * 16;
  const Index scratch = product_of_sizes({scratch_size_, pool.threads()});
  const bool buffered = !whole_ && what == Evaluates::gradients;
  const Index gradients = buffered ? product_of_sizes({shards, objective.dimension()}) : 0;
  bytes_ = static_cast<double>(sizeof(T)) * (static_cast<double>(scratch) + static_cast<double>(gradients));
  if (!allocate) return;
  if (what == Evaluates::gradients) make_room();
  values_.resize(whole_ ? 0 : static_cast<std::size_t>(shards));
  gradients_.resize(static_cast<std::size_t>(gradients));
}

template <Scalar T>
void Evaluator<T>::make_room() {
  scratch_.resize(static_cast<std::size_t>(scratch_size_ * pool_.threads()));
}

template <Scalar T>
Index Evaluator<T>::shards_of(const Batch& batch) const {
  // No shard may be empty: the mean over no terms is not a number.
  if (least_ > 0) return std::clamp<Index>(batch.size() / least_, 1, most_);
  // As many as the work is worth, without the product of two large numbers.
  if (width_ > shard_work) return std::clamp<Index>(batch.size() / least_wide_rows, 1, most_);
  return std::clamp<Index>(std::min(batch.size(), most_ * shard_work) * width_ / shard_work, 1, most_);
}

template <Scalar T>
Evaluation Evaluator<T>::value(std::span<const T> x, const Batch& batch) {
  if (over_shards_) {
    if (failed_ != nullptr) return Evaluation(*failed_);
    if (deadline_.passed()) return given_up;
    if (scratch_.empty()) make_room();
    return noted(objective_.value_over(shards_, x, batch, scratch_));
  }
  return value_by_parts(batch, [&](Index, const Batch& part, std::span<T> scratch) {
    return objective_.value(x, part, scratch);
  });
}

template <Scalar T>
Evaluation Evaluator<T>::value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient) {
  if (failed_ != nullptr) return Evaluation(*failed_);
  return noted(value_and_gradient_of_parts(x, batch, gradient));
}

template <Scalar T>
Evaluation Evaluator<T>::value_and_gradient_of_parts(std::span<const T> x, const Batch& batch,
                                                     std::span<T> gradient) {
  const Index shards = whole_ ? 1 : shards_of(batch);
  if (deadline_.passed()) return given_up;
  if (shards == 1) {
    return over_shards_ ? objective_.value_and_gradient_over(shards_, x, batch, gradient, scratch_)
                        : objective_.value_and_gradient(x, batch, gradient, scratch_);
  }
  const std::size_t width = x.size();
  std::atomic<const Fault*> fault{nullptr};
  pool_.run(shards, [&](Index s, Index thread) {
    if (deadline_.passed()) return;
    const Index first = batch.size() * s / shards;
    const Batch part = batch.part(first, batch.size() * (s + 1) / shards - first);
    const std::span<T> scratch(scratch_.data() + thread * scratch_size_,
                               static_cast<std::size_t>(scratch_size_));
    const std::span<T> own(gradients_.data() + static_cast<std::size_t>(s) * width, width);
    take(s, part, objective_.value_and_gradient(x, part, own, scratch), fault);
  });
  if (deadline_.passed()) return given_up;
  // Every coordinate is added in the shards' order, so that it does not matter which thread adds it.
  const Index stretches = (static_cast<Index>(width) + stretch - 1) / stretch;
  pool_.run(stretches, [&](Index i, Index) {
    const auto first = static_cast<std::size_t>(i * stretch);
    add_shards(batch.size(), shards, first,
               gradient.subspan(first, std::min(static_cast<std::size_t>(stretch), width - first)));
  });
  return mean(shards, batch, fault);
}

template <Scalar T>
void Evaluator<T>::add_shards(Index rows, Index shards, std::size_t first, std::span<T> part) const {
  const std::size_t width = gradients_.size() / values_.size();
  T* __restrict out = part.data();
  for (Index s = 0; s < shards; ++s) {
    const Index size = rows * (s + 1) / shards - rows * s / shards;
    const T weight = static_cast<T>(static_cast<double>(size) / static_cast<double>(rows));
    const T* __restrict own = gradients_.data() + static_cast<std::size_t>(s) * width + first;
    if (s == 0) {
      for (std::size_t i = 0; i < part.size(); ++i) out[i] = weight * own[i];
    } else {
      for (std::size_t i = 0; i < part.size(); ++i) out[i] += weight * own[i];
    }
  }
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace lookahead
