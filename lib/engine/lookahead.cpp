#include "engine/lookahead.hpp"

#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "base/lanes.hpp"

namespace lookahead {
namespace {

// alpha x + rest z, in the one form in which alpha = 1, rest = 0 gives x and every agent sees the same bits.
template <Scalar T>
[[gnu::noinline]] void mix(T* __restrict out, const T* __restrict x, const T* __restrict z, std::size_t n,
                           T alpha, T rest) {
  for (std::size_t i = 0; i < n; ++i) out[i] = alpha * x[i] + rest * z[i];
}

// The sync in one pass: slow and fast both become the mixture of fast and the slow point before.
template <Scalar T>
[[gnu::noinline]] void meet(T* __restrict slow, T* __restrict fast, const T* __restrict before, std::size_t n,
                            T alpha, T rest) {
  for (std::size_t i = 0; i < n; ++i) {
    const T met = alpha * fast[i] + rest * before[i];
    slow[i] = met;
    fast[i] = met;
  }
}

template <Scalar T>
class LookaheadOver final : public Agent<T> {
 public:
  LookaheadOver(LookaheadParts<T> parts, std::span<const T> start)
      : parts_(std::move(parts)), slow_(start.begin(), start.end()), previous_(slow_) {
    told_ = parts_.fast->telemetry();
    if (parts_.at_sync == AtSync::pullback) {
      for (const Segment<T>& segment : parts_.fast->memory().segments) {
        pulled_.emplace_back(segment.linear ? segment.values.size() : 0);
      }
    }
    begin_round();
  }

  Index advance(std::span<T> x, Index steps) override {
    Index done = 0;
    while (done < steps && !told_.diverged) {
      const Index wanted = std::min(steps - done, parts_.fast->steps_until(k_ - round_position_));
      const Index before_rounds = parts_.fast->telemetry().rounds;
      const bool round_begins = at_round_start_;
      const Index step_before = told_.steps;
      const Index made = parts_.fast->advance(x, wanted);
      take_over(parts_.fast->telemetry());
      done += made;
      at_round_start_ = at_round_start_ && made == 0;
      if (told_.diverged) {
        // The round's first loss was the slow point's own: it is the slow point that diverged.
        if (round_begins && made == 0) retreat(x);
        break;
      }
      if (round_begins && parts_.exact_losses) best_.consider(told_.first_loss, step_before);
      round_position_ += parts_.fast->telemetry().rounds - before_rounds;
      told_.synced = false;
      if (round_position_ == k_) synchronize(x, done == steps);
    }
    return done;
  }

  std::span<const T> settled(std::span<const T>) const override { return slow_; }

  void adopt(std::span<const T> x) override {
    std::copy(x.begin(), x.end(), slow_.begin());
    parts_.fast->adopt(x);
  }

  void retreat(std::span<T> x) override {
    slow_ = previous_;
    std::copy(slow_.begin(), slow_.end(), x.begin());
  }

  Index steps_until(Index rounds) const override {
    const Index rest = parts_.fast->steps_until(k_ - round_position_);
    if (parts_.k->constant()) return rest + (rounds - 1) * k_;
    // Later rounds have the k that their first step gives them.
    Index steps = rest;
    for (Index r = 1; r < rounds; ++r) steps += whole(parts_.k->at(told_.steps + steps));
    return steps;
  }

  void mean_point(std::span<const T> x, std::span<T> y) const override {
    if (told_.synced) {
      std::copy(slow_.begin(), slow_.end(), y.begin());
    } else {
      mix(y.data(), x.data(), slow_.data(), y.size(), static_cast<T>(alpha_), static_cast<T>(1 - alpha_));
    }
  }

  Memory<T> memory() override { return parts_.fast->memory(); }
  void restart_optimizer() override { parts_.fast->restart_optimizer(); }
  const Telemetry& telemetry() const override { return told_; }
  const Best& best() const override { return best_; }

  void exchange(Archive& archive) override {
    archive.exchange("lookahead.slow", std::span<T>(slow_));
    archive.exchange("lookahead.previous", std::span<T>(previous_));
    archive.exchange("lookahead.position", round_position_);
    archive.exchange("lookahead.round_start", at_round_start_);
    archive.exchange("lookahead.k", k_);
    archive.exchange("lookahead.alpha", alpha_);
    told_.exchange(archive);
    best_.exchange(archive);
    for (Aligned<T>& cache : pulled_) archive.exchange("lookahead.pulled", std::span<T>(cache));
    parts_.fast->exchange(archive);
  }

 private:
  static Index whole(double k) { return std::max<Index>(1, std::llround(k)); }

  void begin_round() {
    k_ = whole(parts_.k->at(told_.steps));
    alpha_ = parts_.alpha->at(told_.steps);
    told_.alpha = alpha_;
    round_position_ = 0;
    at_round_start_ = true;
  }

  // The fast agent's telemetry, but for what belongs to this layer.
  void take_over(const Telemetry& fast) {
    const Telemetry own = told_;
    told_ = fast;
    told_.rounds = own.rounds;
    told_.alpha = own.alpha;
    told_.disagreement = own.disagreement;
    told_.synced = own.synced;
  }

  void synchronize(std::span<T> x, bool last) {
    // Only the last sync of an advance can be looked at, so only there the distance is worth a pass.
    if (last)
      told_.disagreement = std::sqrt(squared_distance(std::span<const T>(x), std::span<const T>(slow_)));
    std::swap(slow_, previous_);
    if (alpha_ == 1) {
      // Nothing moves, so that the fast agent goes on as if it were alone.
      std::copy(x.begin(), x.end(), slow_.begin());
    } else {
      meet(slow_.data(), x.data(), previous_.data(), slow_.size(), static_cast<T>(alpha_),
           static_cast<T>(1 - alpha_));
      parts_.fast->adopt(x);
    }
    if (parts_.at_sync == AtSync::reset) parts_.fast->restart_optimizer();
    if (parts_.at_sync == AtSync::pullback) pull_back();
    ++told_.rounds;
    told_.synced = true;
    begin_round();
  }

  void pull_back() {
    const T alpha = static_cast<T>(alpha_);
    const T rest = static_cast<T>(1 - alpha_);
    const Memory<T> memory = parts_.fast->memory();
    for (std::size_t s = 0; s < pulled_.size(); ++s) {
      const Segment<T>& segment = memory.segments[s];
      if (!segment.linear) continue;
      for (std::size_t i = 0; i < segment.values.size(); ++i) {
        segment.values[i] = alpha * segment.values[i] + rest * pulled_[s][i];
        pulled_[s][i] = segment.values[i];  // a copy: an alias would turn the rule into another one
      }
    }
  }

  LookaheadParts<T> parts_;
  Aligned<T> slow_, previous_;  // previous_: the slow point before the last sync
  std::vector<Aligned<T>> pulled_;
  Index k_ = 1;
  double alpha_ = 1;
  Index round_position_ = 0;
  bool at_round_start_ = true;
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
