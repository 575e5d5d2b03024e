#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "base/aligned.hpp"
#include "base/archive.hpp"
#include "trace/record.hpp"

namespace lookahead {

// The best weights in the state of a run that stop.patience watches.
inline constexpr const char* best_weights_item = "patience.weights";

// What stop.patience watches: the metric at the ends of the epochs in which the slow point moved, and the
// weights where it was best.
template <Scalar T>
class Patience {
 public:
  // The epoch of the best value, its step and the value.
  struct BestEpoch {
    Index epoch = 0, step = 0;
    double value = Record::none;
  };

  // Off: nothing is watched and nothing kept.
  Patience() = default;
  Patience(std::size_t dimension, bool larger_is_better, double min_delta)
      : larger_is_better_(larger_is_better), min_delta_(min_delta), weights_(dimension) {}

  // Whether the slow point of this round has yet to be looked at.
  bool is_new(Index round) const { return round != round_; }
  // One epoch's end. A value that is not defined is no gain, so that a metric that stays undefined ends the
  // run too.
  void look(Index round, Index epoch, Index step, double value, std::span<const T> slow) {
    round_ = round;
    const bool gained =
        !std::isnan(value) && (std::isnan(reference_) || gain(value, reference_) > min_delta_);
    if (gained) reference_ = value;
    without_gain_ = gained ? 0 : without_gain_ + 1;
    longest_ = std::max(longest_, without_gain_);
    if (std::isnan(value)) return;
    if (!std::isnan(best_.value) && !(gain(value, best_.value) > 0)) return;
    best_ = {epoch, step, value};
    std::copy(slow.begin(), slow.end(), weights_.begin());
  }

  Index epochs_without_gain() const { return without_gain_; }
  // The most there have been at the end of any epoch.
  Index longest_without_gain() const { return longest_; }
  std::optional<BestEpoch> best() const {
    return std::isnan(best_.value) ? std::nullopt : std::optional(best_);
  }
  std::span<const T> best_weights() const { return weights_; }

  void exchange(Archive& archive) {
    for (Index* count : {&round_, &without_gain_, &longest_, &best_.epoch, &best_.step})
      archive.exchange_count("patience.count", *count);
    for (double* number : {&reference_, &best_.value}) archive.exchange("patience.number", *number);
    archive.exchange(best_weights_item, std::span<T>(weights_));
  }

 private:
  // How much better a value is than another one. Equal ones, infinite too, are no gain.
  double gain(double value, double than) const {
    if (value == than) return 0;
    return larger_is_better_ ? value - than : than - value;
  }

  bool larger_is_better_ = false;
  double min_delta_ = 0;
  Index round_ = 0, without_gain_ = 0, longest_ = 0;
  double reference_ = Record::none;  // the value that the next one has to beat by more than min_delta
  BestEpoch best_;
  Aligned<T> weights_;
};

}  // namespace lookahead
