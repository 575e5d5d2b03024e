#include "engine/workers.hpp"

#include <algorithm>
#include <limits>

#include "base/aligned.hpp"
#include "engine/take_note.hpp"
#include "parallel/shards.hpp"

namespace lookahead {
namespace {

class Follower final : public Schedule {
 public:
  explicit Follower(const Schedule& leader) : leader_(leader) {}
  double at(Index step) const override { return leader_.at(step); }

 private:
  const Schedule& leader_;
};

template <Scalar T>
class Workers final : public Agent<T> {
 public:
  Workers(WorkersParts<T> parts, Pool& pool, std::span<const T> start)
      : agents_(std::move(parts.agents)),
        rate_(std::move(parts.rate)),
        shares_(std::move(parts.shares)),
        equal_(std::count(shares_.begin(), shares_.end(), shares_.empty() ? 0 : shares_.front()) ==
               std::ssize(shares_)),
        pool_(pool),
        shards_(pool),
        points_(agents_.size(), Aligned<T>(start.begin(), start.end())),
        made_(agents_.size()),
        share_(equal_ ? static_cast<T>(1.0 / static_cast<double>(agents_.size())) : T{1}) {
    if (averages()) own_average_.resize(start.size());
  }

  Index advance(std::span<T> x, Index steps) override {
    if (rate_ == nullptr) return march(x, steps);
    // Step by step, so that no agent is ahead of what the rate has been told.
    double first_loss = told_.first_loss;
    for (Index done = 0; done < steps; ++done) {
      const Index made = march(x, 1);
      if (done == 0) first_loss = told_.first_loss;
      told_.first_loss = first_loss;
      if (told_.diverged) return done + made;
      rate_->observe(told_.loss_batch);
    }
    return steps;
  }

  Index march(std::span<T> x, Index steps) {
    pool_.run(std::ssize(agents_), [&](Index i, Index) {
      const auto w = static_cast<std::size_t>(i);
      if (together_) std::copy(x.begin(), x.end(), points_[w].begin());
      made_[w] = agents_[w]->advance(points_[w], steps);
    });
    together_ = has_kept_ = false;
    // The first one to diverge, by its steps: however these were cut, it is the same one. A fault of the
    // objective is everybody's.
    const auto earlier = [](const auto& a, const auto& b) {
      const auto end = [](const Telemetry& told) {
        if (told.fault != nullptr) return Index{-1};
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
    for (std::size_t w = 0; w < agents_.size(); ++w) {
      told_.grad_evals += agents_[w]->telemetry().grad_evals;
      told_.loss_batch += (equal_ ? 1 : shares_[w]) * agents_[w]->telemetry().loss_batch;
    }
    if (equal_) told_.loss_batch /= static_cast<double>(agents_.size());
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
      shards_.each(y.size(), [&](std::size_t from, std::size_t size) {
        put(w, y.data() + from, own.data() + from, size);
      });
    }
    shards_.each(y.size(), [&](std::size_t from, std::size_t size) { scale(y.data() + from, size); });
  }
  Index memories() const override { return std::ssize(agents_); }
  Memory<T> memory(Index i) override { return agents_[static_cast<std::size_t>(i)]->memory(0); }
  double share(Index i) const override {
    return equal_ ? 1 / static_cast<double>(agents_.size()) : shares_[static_cast<std::size_t>(i)];
  }
  std::uint64_t fingerprint() override {
    std::uint64_t print = 0;
    for (const auto& agent : agents_) print = 5 * print + agent->fingerprint();
    return print;
  }
  bool averages() const override { return agents_.front()->averages(); }
  bool average_path(std::span<T> out) const override {
    for (std::size_t w = 0; w < agents_.size(); ++w) {
      if (!agents_[w]->average_path(own_average_)) return false;
      shards_.each(out.size(), [&](std::size_t from, std::size_t size) {
        put(w, out.data() + from, own_average_.data() + from, size);
      });
    }
    shards_.each(out.size(), [&](std::size_t from, std::size_t size) { scale(out.data() + from, size); });
    return true;
  }
  void restart_optimizers() override {
    for (auto& agent : agents_) agent->restart_optimizers();
  }
  Evaluation value_and_gradient(std::span<const T> at, std::span<T> gradient) override {
    return take_note(told_, agents_.front()->value_and_gradient(at, gradient));
  }
  const Telemetry& telemetry() const override { return told_; }
  const Best& best() const override { return best_; }

  void exchange(Archive& archive) override {
    for (Aligned<T>& point : points_) archive.exchange("workers.point", std::span<T>(point));
    archive.exchange("workers.together", together_);
    exchange_kept(archive, "workers.kept", has_kept_, kept_, points_.front().size());
    for (auto& agent : agents_) agent->exchange(archive);
    if (rate_) rate_->exchange(archive);
    told_.exchange(archive);
    const Telemetry& first = agents_.front()->telemetry();
    refuse_apart(archive, told_, first.steps, first.rounds);
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
      for (std::size_t w = 0; w < points_.size(); ++w) put(w, out, point_of(w).data() + from, size);
      scale(out, size);
    });
  }

  void scale(T* sum, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) sum[i] *= share_;
  }

  // Adds the point of agent w to those of the agents before it, by its share where they differ; what equal
  // shares are is multiplied at the end.
  void put(std::size_t w, T* sum, const T* point, std::size_t n) const {
    if (equal_) {
      w == 0 ? copy(sum, point, n) : add(sum, point, n);
    } else {
      if (w == 0) std::fill_n(sum, n, T{0});
      add(sum, point, n, static_cast<T>(shares_[w]));
    }
  }

  static void copy(T* sum, const T* point, std::size_t n) { std::copy_n(point, n, sum); }
  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict point, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += point[i];
  }
  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict point, std::size_t n, T share) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += share * point[i];
  }

  std::vector<std::unique_ptr<Agent<T>>> agents_;
  std::unique_ptr<Schedule> rate_;
  std::vector<double> shares_;
  bool equal_;
  Pool& pool_;
  Shards shards_;
  std::vector<Aligned<T>> points_;
  std::vector<Index> made_;
  bool together_ = true;  // all stand at x, wherever their points are
  // The mean before the agents' own syncs of the last step, where these moved it; see fast().
  Aligned<T> kept_;
  bool keep_ = false, has_kept_ = false;
  T share_;                         // of every agent where they are equal, 1 otherwise
  mutable Aligned<T> own_average_;  // working space
  Telemetry told_;
  Best best_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<Agent<T>> workers(WorkersParts<T> parts, Pool& pool, std::span<const T> start) {
  return std::make_unique<Workers<T>>(std::move(parts), pool, start);
}

std::unique_ptr<Schedule> follow(const Schedule& leader) { return std::make_unique<Follower>(leader); }

template std::unique_ptr<Agent<float>> workers(WorkersParts<float>, Pool&, std::span<const float>);
template std::unique_ptr<Agent<double>> workers(WorkersParts<double>, Pool&, std::span<const double>);

}  // namespace lookahead
