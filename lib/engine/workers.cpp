#include "engine/workers.hpp"

#include <algorithm>
#include <limits>

#include "base/aligned.hpp"

namespace lookahead {
namespace {

template <Scalar T>
class Workers final : public Agent<T> {
 public:
  Workers(std::vector<std::unique_ptr<Agent<T>>> agents, Pool& pool, std::span<const T> start)
      : agents_(std::move(agents)),
        pool_(pool),
        points_(agents_.size(), Aligned<T>(start.begin(), start.end())),
        made_(agents_.size()),
        share_(static_cast<T>(1.0 / static_cast<double>(agents_.size()))) {}

  Index advance(std::span<T> x, Index steps) override {
    pool_.run(std::ssize(agents_), [&](Index i, Index) {
      const auto w = static_cast<std::size_t>(i);
      if (together_) std::copy(x.begin(), x.end(), points_[w].begin());
      made_[w] = agents_[w]->advance(points_[w], steps);
    });
    together_ = has_kept_ = false;
    // The first one to diverge, by its steps: however these were cut, it is the same one.
    const auto earlier = [](const auto& a, const auto& b) {
      const auto end = [](const Telemetry& told) {
        return told.diverged ? told.steps : std::numeric_limits<Index>::max();
      };
      return end(a->telemetry()) < end(b->telemetry());
    };
    const auto lost = std::min_element(agents_.begin(), agents_.end(), earlier);
    if ((*lost)->telemetry().diverged) {
      const auto w = static_cast<std::size_t>(lost - agents_.begin());
      std::copy(points_[w].begin(), points_[w].end(), x.begin());
      take_over(w);
      // What the others did meanwhile depends on how the steps were cut.
      told_.grad_evals *= std::ssize(agents_);
      return made_[w];
    }
    average(x, [&](std::size_t w) { return std::span<const T>(points_[w]); });
    if (keep_) keep_mean();
    take_over(0);
    told_.grad_evals = 0;
    told_.loss_batch = 0;
    for (const auto& agent : agents_) {
      told_.grad_evals += agent->telemetry().grad_evals;
      told_.loss_batch += agent->telemetry().loss_batch;
    }
    told_.loss_batch /= static_cast<double>(agents_.size());
    return steps;
  }

  void keep_fast(bool wanted) override {
    keep_ = wanted;
    for (const auto& agent : agents_) agent->keep_fast(wanted);
  }
  std::span<const T> fast(std::span<const T> x) const override {
    return has_kept_ ? std::span<const T>(kept_) : x;
  }
  std::span<const T> settled(std::span<const T> x) const override { return x; }

  void adopt(std::span<const T> x, bool moved) override {
    if (moved) has_kept_ = false;
    // Even where x is their mean, they were elsewhere. Each takes its own copy when it sets out.
    for (const auto& agent : agents_) agent->adopt(x, true);
    together_ = true;
  }

  void retreat(std::span<T>) override {}
  Index steps_until(Index rounds) const override { return agents_.front()->steps_until(rounds); }
  // The mean of the agents' own; asked for by the trace, which may allocate.
  void mean_point(std::span<const T> x, std::span<T> y) const override {
    Aligned<T> own(y.size());
    for (std::size_t w = 0; w < agents_.size(); ++w) {
      agents_[w]->mean_point(together_ ? x : std::span<const T>(points_[w]), own);
      if (w == 0) {
        std::copy(own.begin(), own.end(), y.begin());
      } else {
        add(y.data(), own.data(), y.size());
      }
    }
    for (T& coordinate : y) coordinate *= share_;
  }
  Index memories() const override { return std::ssize(agents_); }
  Memory<T> memory(Index i) override { return agents_[static_cast<std::size_t>(i)]->memory(0); }
  void restart_optimizers() override {
    for (auto& agent : agents_) agent->restart_optimizers();
  }
  double value_and_gradient(std::span<const T> at, std::span<T> gradient) override {
    return agents_.front()->value_and_gradient(at, gradient);
  }
  const Telemetry& telemetry() const override { return told_; }
  const Best& best() const override { return best_; }

  void exchange(Archive& archive) override {
    for (Aligned<T>& point : points_) archive.exchange("workers.point", std::span<T>(point));
    archive.exchange("workers.together", together_);
    exchange_kept(archive, "workers.kept", has_kept_, kept_, points_.front().size());
    for (auto& agent : agents_) agent->exchange(archive);
    told_.exchange(archive);
  }

 private:
  void take_over(std::size_t w) {
    told_ = agents_[w]->telemetry();
    told_.synced = false;
  }

  // The same mean of where the agents stood before syncs of their own in the last step, if any of them moved.
  void keep_mean() {
    const auto point_of = [&](std::size_t w) { return agents_[w]->fast(points_[w]); };
    for (std::size_t w = 0; w < agents_.size(); ++w)
      has_kept_ = has_kept_ || point_of(w).data() != points_[w].data();
    if (!has_kept_) return;
    kept_.resize(points_.front().size());
    average(kept_, point_of);
  }

  // The mean of point_of(0), point_of(1), ... into x; every coordinate by itself, so that the chunks may be
  // anybody's.
  template <class PointOf>
  void average(std::span<T> x, const PointOf& point_of) const {
    constexpr std::size_t chunk = 4096;
    const std::size_t n = x.size();
    pool_.run(static_cast<Index>((n + chunk - 1) / chunk), [&](Index b, Index) {
      const std::size_t from = static_cast<std::size_t>(b) * chunk;
      const std::size_t size = std::min(chunk, n - from);
      T* out = x.data() + from;
      std::copy_n(point_of(0).data() + from, size, out);
      for (std::size_t w = 1; w < points_.size(); ++w) add(out, point_of(w).data() + from, size);
      for (std::size_t i = 0; i < size; ++i) out[i] *= share_;
    });
  }

  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict point, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += point[i];
  }

  std::vector<std::unique_ptr<Agent<T>>> agents_;
  Pool& pool_;
  std::vector<Aligned<T>> points_;
  std::vector<Index> made_;
  bool together_ = true;  // all stand at x, wherever their points are
  // The mean before the agents' own syncs of the last step, where these moved it; see fast().
  Aligned<T> kept_;
  bool keep_ = false, has_kept_ = false;
  T share_;
  Telemetry told_;
  Best best_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<Agent<T>> workers(std::vector<std::unique_ptr<Agent<T>>> agents, Pool& pool,
                                  std::span<const T> start) {
  return std::make_unique<Workers<T>>(std::move(agents), pool, start);
}

template std::unique_ptr<Agent<float>> workers(std::vector<std::unique_ptr<Agent<float>>>, Pool&,
                                               std::span<const float>);
template std::unique_ptr<Agent<double>> workers(std::vector<std::unique_ptr<Agent<double>>>, Pool&,
                                                std::span<const double>);

}  // namespace lookahead
