#include "engine/lookahead.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/aligned.hpp"
#include "engine/pullback.hpp"
#include "engine/round_oracle.hpp"
#include "engine/take_note.hpp"
#include "parallel/sums.hpp"

namespace lookahead {
namespace {

// The sync in one pass: slow and fast both become alpha x + rest z, the mixture of fast and the slow point
// before, in the one form in which alpha = 1, rest = 0 gives x and every agent sees the same bits.
template <Scalar T>
[[gnu::noinline]] void meet(T* __restrict slow, T* __restrict fast, const T* __restrict before, std::size_t n,
                            T alpha, T rest) {
  for (std::size_t i = 0; i < n; ++i) {
    const T met = alpha * fast[i] + rest * before[i];
    slow[i] = met;
    fast[i] = met;
  }
}

// y := alpha y + rest z, in the same form.
template <Scalar T>
[[gnu::noinline]] void mix_into(T* __restrict y, const T* __restrict z, std::size_t n, T alpha, T rest) {
  for (std::size_t i = 0; i < n; ++i) y[i] = alpha * y[i] + rest * z[i];
}

template <Scalar T>
class LookaheadOver final : public Agent<T> {
 public:
  LookaheadOver(LookaheadParts<T> parts, std::span<const T> start)
      : parts_(std::move(parts)), slow_(start.begin(), start.end()), previous_(slow_) {
    told_ = parts_.fast->telemetry();
    remember_memories();
    pulled_elsewhere_ = parts_.fast->exchanges_beside(pulled_.copies());
    if (parts_.fast->averages()) average_ = slow_;
    if (parts_.adaptive || parts_.outer) difference_.resize(slow_.size());
    if (parts_.adaptive) {
      at_slow_.resize(slow_.size());
      at_fast_.resize(slow_.size());
      alpha_ = parts_.adaptive->high;
    }
    begin_round();
    told_.k = k_;
    told_.alpha = alpha_;
    transparent_ = parts_.transparent() && average_.empty() && parts_.fast->keep_point_before(previous_);
  }

  Index advance(std::span<T> x, Index steps) override {
    if (transparent_) return advance_alone(x, steps);
    Index done = 0;
    double first_loss = told_.first_loss;
    while (done < steps && !told_.diverged && !told_.stalled) {
      const Index wanted =
          std::min(steps - done, parts_.fast->steps_until(k_ - round_position_, steps - done));
      const Index before_rounds = parts_.fast->telemetry().rounds;
      const bool round_begins = at_round_start_;
      const Index step_before = told_.steps;
      parts_.fast->keep_fast(keep_ && done + wanted == steps);
      const Index made = parts_.fast->advance(x, wanted);
      take_over(parts_.fast->telemetry());
      if (done == 0) first_loss = told_.first_loss;
      done += made;
      if (made > 0) has_kept_ = false;
      at_round_start_ = at_round_start_ && made == 0;
      // A round whose first step was not made has not begun.
      told_.synced = told_.synced && made == 0;
      if (round_begins && made > 0 && parts_.exact_losses && !told_.averaged)
        best_.consider(told_.first_loss, step_before);
      if (told_.diverged) {
        // The round's first loss was the slow point's own: it is the slow point that diverged.
        if (round_begins && made == 0 && told_.fault == nullptr) retreat(x);
        break;
      }
      round_position_ += parts_.fast->telemetry().rounds - before_rounds;
      if (round_position_ == k_) synchronize(x, done == steps);
    }
    told_.first_loss = first_loss;
    return done;
  }

  void keep_fast(bool wanted) override { keep_ = wanted; }
  std::span<const T> fast(std::span<const T> x) const override {
    return has_kept_ ? std::span<const T>(kept_) : parts_.fast->fast(x);
  }
  std::span<const T> settled(std::span<const T>) const override {
    return told_.averaged ? std::span<const T>(average_) : std::span<const T>(slow_);
  }

  void adopt(std::span<const T> x, bool moved) override {
    copy(x, slow_);
    told_.averaged = false;
    if (moved) has_kept_ = false;
    parts_.fast->adopt(x, moved);
  }

  void retreat(std::span<T> x) override {
    copy(previous_, slow_);
    told_.averaged = false;
    told_.disagreement = 0;
    copy(slow_, x);
    if (keep_) keep(x);
  }

  Index steps_until(Index rounds, Index most) const override {
    Index inner = k_ - round_position_;
    if (parts_.k->constant()) return parts_.fast->steps_until(inner + (rounds - 1) * k_, most);
    // Later rounds have the k that their first step gives them. Every inner round has at least a step.
    for (Index r = 1; r < rounds && inner < most; ++r)
      inner += whole(parts_.k->at(told_.steps + parts_.fast->steps_until(inner, most)));
    return parts_.fast->steps_until(inner, most);
  }

  void mean_point(std::span<const T> x, std::span<T> y) const override {
    if (told_.synced) {
      copy(slow_, y);
    } else {
      parts_.fast->mean_point(x, y);
      each(y.size(), [&](std::size_t from, std::size_t size) {
        mix_into(y.data() + from, slow_.data() + from, size, static_cast<T>(alpha_),
                 static_cast<T>(1 - alpha_));
      });
    }
  }

  Index memories() const override { return parts_.fast->memories(); }
  Memory<T> memory(Index i) override { return parts_.fast->memory(i); }
  void average_memories() override { parts_.fast->average_memories(); }
  void memories_moved() override {
    remember_memories();
    parts_.fast->memories_moved();
  }
  std::uint64_t fingerprint() override {
    const std::uint64_t outer = parts_.outer ? lookahead::fingerprint(parts_.outer->memory()) : 0;
    return parts_.fast->fingerprint() + 3 * outer;
  }
  bool averages() const override { return parts_.fast->averages(); }
  bool average_path(std::span<T> out) const override { return parts_.fast->average_path(out); }
  void restart_optimizers() override {
    parts_.fast->restart_optimizers();
    remember_memories();
  }
  Evaluation value_and_gradient(std::span<const T> at, std::span<T> gradient) override {
    return take_note(told_, parts_.fast->value_and_gradient(at, gradient));
  }
  const Telemetry& telemetry() const override { return told_; }
  Best best() const override { return best_; }

  void collect() override { parts_.fast->collect(); }
  void exchange(Archive& archive) override {
    archive.exchange("lookahead.slow", std::span<T>(slow_));
    archive.exchange("lookahead.previous", std::span<T>(previous_));
    archive.exchange_count("lookahead.position", round_position_);
    archive.exchange("lookahead.round_start", at_round_start_);
    archive.exchange_count("lookahead.round_step", round_step_);
    archive.exchange("lookahead.round_rate_sum", round_rate_sum_);
    archive.exchange("lookahead.round_rate_rest", round_rate_rest_);
    archive.exchange_count("lookahead.k", k_, 1);
    // k is known from the round's first step; a round that is complete is no longer the present one.
    if (archive.intact() && (k_ != whole(parts_.k->at(round_step_)) || round_position_ >= k_))
      archive.refuse();
    archive.exchange("lookahead.alpha", alpha_);
    exchange_kept(archive, "lookahead.kept", has_kept_, kept_, slow_.size());
    archive.exchange("lookahead.average", std::span<T>(average_));
    archive.exchange("lookahead.rested", rested_);
    archive.exchange("lookahead.print", print_);
    told_.exchange(archive);
    best_.exchange(archive);
    if (!pulled_elsewhere_) exchange_all(archive, "lookahead.pulled", std::span(pulled_.copies()));
    if (parts_.outer) lookahead::exchange(archive, parts_.outer->memory());
    parts_.fast->exchange(archive);
    refuse_apart(archive, told_, parts_.fast->telemetry().steps, told_.rounds);
  }

 private:
  void each(std::size_t n, const auto& visit) const { parts_.shards.each(n, visit); }
  void copy(std::span<const T> from, std::span<T> to) const { parts_.shards.copy(from, to); }

  // advance() where the layer changes nothing: as many rounds as steps, at once.
  Index advance_alone(std::span<T> x, Index steps) {
    if (told_.diverged) return 0;
    const Index rounds = told_.rounds;
    const Index made = parts_.fast->advance(x, steps);
    take_over(parts_.fast->telemetry());
    told_.rounds = rounds + made;
    if (made > 0) {
      has_kept_ = false;
      told_.synced = true;
      copy(x, slow_);
      begin_round();
      if (keep_ && made == steps) {
        told_.disagreement =
            std::sqrt(squared_distance(parts_.shards, parts_.fast->fast(x), std::span<const T>(previous_)));
      }
    }
    if (told_.diverged && told_.fault == nullptr) retreat(x);
    return made;
  }

  static Index whole(double k) { return std::max<Index>(1, std::llround(k)); }

  void begin_round() {
    k_ = whole(parts_.k->at(told_.steps));
    // An adaptive alpha is known at the round's end only; until then the last one stands for it.
    if (!parts_.adaptive) alpha_ = parts_.alpha->at(told_.steps);
    round_position_ = 0;
    at_round_start_ = true;
    round_step_ = told_.steps;
    round_rate_sum_ = told_.rate_sum;
    round_rate_rest_ = told_.rate_rest;
  }

  // The learning rate of the round that ends: of a rate that changes within it the mean, so that z - x
  // divided by it is a mean of what the steps moved along.
  double round_rate() const {
    const Index steps = told_.steps - round_step_;
    if (told_.same_rates == 0 || told_.same_rates >= steps) return told_.rate;
    const double sum = (told_.rate_sum - round_rate_sum_) + (told_.rate_rest - round_rate_rest_);
    return sum / static_cast<double>(steps);
  }

  void remember_memories() {
    if (parts_.at_sync == AtSync::pullback) pulled_.remember(*parts_.fast);
  }

  // The fast agent's telemetry, but for what belongs to this layer.
  void take_over(const Telemetry& fast) {
    const Telemetry own = std::exchange(told_, fast);
    told_.rounds = own.rounds;
    told_.k = k_;
    told_.alpha = alpha_;
    told_.disagreement = own.disagreement;
    told_.synced = own.synced;
    told_.averaged = own.averaged;
    told_.stalled = own.stalled;
  }

  void synchronize(std::span<T> x, bool last) {
    // Only the last sync of an advance can be looked at, so only there the point before it is worth a pass.
    const bool seen = keep_ && last;
    if (seen) {
      told_.disagreement =
          std::sqrt(squared_distance(parts_.shards, parts_.fast->fast(x), std::span<const T>(slow_)));
    }
    if (parts_.adaptive) told_.alpha = alpha_ = choose_alpha(x);
    if (told_.fault != nullptr) return;
    std::swap(slow_, previous_);
    const bool stays = !parts_.outer && alpha_ == 1;
    if (seen && !stays) keep(parts_.fast->fast(x));
    if (stays) {
      // The fast agent goes on as if it were alone.
      copy(x, slow_);
    } else if (parts_.outer) {
      outer_step(x);
    } else {
      each(slow_.size(), [&](std::size_t from, std::size_t size) {
        meet(slow_.data() + from, x.data() + from, previous_.data() + from, size, static_cast<T>(alpha_),
             static_cast<T>(1 - alpha_));
      });
    }
    const bool averaged = !average_.empty() && parts_.fast->average_path(average_);
    parts_.fast->adopt(x, !stays);
    at_sync();
    ++told_.rounds;
    told_.synced = true;
    told_.averaged = averaged;
    if (parts_.repeatable) look_for_rest();
    begin_round();
  }

  void keep(std::span<const T> point) {
    kept_.resize(point.size());
    copy(point, kept_);
    has_kept_ = true;
  }

  // After a round that began and ended with the same points and memories every other one is the same.
  void look_for_rest() {
    // Nearly always the first coordinate tells already.
    const bool rests = slow_.front() == previous_.front() &&
                       std::memcmp(slow_.data(), previous_.data(), slow_.size() * sizeof(T)) == 0;
    if (rests) {
      const std::uint64_t print = fingerprint();
      told_.stalled = rested_ && print == print_;
      print_ = print;
    }
    rested_ = rests;
  }

  // From the slow point before, along the round's pseudo-gradient.
  void outer_step(std::span<T> x) {
    subtract(previous_, x);
    copy(previous_, slow_);
    round_oracle_.show(difference_, told_.loss_batch, round_rate());
    parts_.outer->step(slow_, round_oracle_, alpha_);
    copy(slow_, x);
  }

  // difference_ := a - b.
  void subtract(std::span<const T> a, std::span<const T> b) {
    each(a.size(), [&](std::size_t from, std::size_t size) {
      for (std::size_t i = from; i < from + size; ++i) difference_[i] = a[i] - b[i];
    });
  }

  double choose_alpha(std::span<const T> x) {
    const bool well = parts_.fast->value_and_gradient(slow_, at_slow_).fault == nullptr &&
                      parts_.fast->value_and_gradient(x, at_fast_).fault == nullptr;
    take_over(parts_.fast->telemetry());
    if (!well) return alpha_;
    subtract(slow_, x);
    const std::span<const T> along(difference_);
    const double slope = dot(parts_.shards, std::span<const T>(at_slow_), along);
    const double curvature = slope - dot(parts_.shards, std::span<const T>(at_fast_), along);
    const auto [low, high] = *parts_.adaptive;
    return curvature > 0 ? std::clamp(slope / curvature, low, high) : high;
  }

  void at_sync() {
    switch (parts_.at_sync) {
      case AtSync::keep:
        break;
      case AtSync::reset:
        parts_.fast->restart_optimizers();
        break;
      case AtSync::pullback:
        pulled_.pull_back(*parts_.fast, alpha_, parts_.shards);
        parts_.fast->memories_moved();
        break;
      case AtSync::average:
        parts_.fast->average_memories();
        parts_.fast->memories_moved();
        break;
    }
  }

  LookaheadParts<T> parts_;
  Aligned<T> slow_, previous_;  // previous_: the slow point before the last sync
  // The fast point before the last step's syncs, where they moved it.
  Aligned<T> kept_;
  bool keep_ = false, has_kept_ = false;
  bool transparent_ = false;  // rounds are steps that stay, and the fast agent keeps previous_
  Aligned<T> average_;        // the settled point where told_.averaged; empty: the inner optimizer keeps none
  bool rested_ = false;       // the last round left the slow point where it was,
  std::uint64_t print_ = 0;   // with these memories
  Pullback<T> pulled_;
  bool pulled_elsewhere_ = false;              // the fast agent exchanges them
  Aligned<T> difference_, at_slow_, at_fast_;  // working space of a sync
  RoundOracle<T> round_oracle_;
  Index k_ = 1;
  double alpha_ = 1;
  Index round_position_ = 0;
  bool at_round_start_ = true;
  // As of the round's start.
  Index round_step_ = 0;
  double round_rate_sum_ = 0, round_rate_rest_ = 0;
  Telemetry told_;
  Best best_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<Agent<T>> lookahead_over(LookaheadParts<T> parts, std::span<const T> start) {
  return std::make_unique<LookaheadOver<T>>(std::move(parts), start);
}

template std::unique_ptr<Agent<float>> lookahead_over(LookaheadParts<float>, std::span<const float>);
template std::unique_ptr<Agent<double>> lookahead_over(LookaheadParts<double>, std::span<const double>);

}  // namespace lookahead
