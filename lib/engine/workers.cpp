#include "engine/workers.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

#include "base/aligned.hpp"
#include "engine/take_note.hpp"
#include "engine/workers_mean.hpp"

namespace lookahead {
namespace {

class Follower final : public Schedule {
 public:
  explicit Follower(const Schedule& leader) : leader_(leader) {}
  double at(Index step) const override { return leader_.at(step); }

 private:
  const Schedule& leader_;
};

// What an advance of some agents has come to.
struct March {
  static constexpr Index not_lost = std::numeric_limits<Index>::max();
  Telemetry first;          // of agent 0
  Index end = not_lost;     // the steps of the first one to diverge; a fault of the objective is before all
  Index lost = -1;          // that agent,
  Index made = 0;           // the steps it made
  Telemetry lost_told;      // and what it tells
  Index grad_evals = 0;     // of all of them
  bool kept_apart = false;  // whether one of them has moved in a sync of its own

  // Takes in what agents behind these have come to.
  void merge(const March& next) {
    if (next.end < end) {
      end = next.end, lost = next.lost, made = next.made;
      lost_told = next.lost_told;
    }
    grad_evals += next.grad_evals;
    kept_apart = kept_apart || next.kept_apart;
  }
};

// Why a run of several processes ends, in the words of the rank that has met it, on all ranks.
struct Reasons {
  Fault fault;
  std::string undefined;
};

template <Scalar T>
class Workers final : public Agent<T> {
 public:
  Workers(WorkersParts<T> parts, Pool& pool, Team& team, std::span<const T> start)
      : agents_(std::move(parts.agents)),
        rate_(std::move(parts.rate)),
        count_(parts.count),
        own_(items_of_rank(count_, team)),
        pool_(pool),
        team_(team),
        mean_(std::move(parts.shares), count_, own_, pool, team),
        points_(agents_.size(), Aligned<T>(start.begin(), start.end())),
        made_(agents_.size()),
        losses_(static_cast<std::size_t>(count_)) {
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
    lost_ = -1;
  }

  void retreat(std::span<T>) override {}
  Index steps_until(Index rounds, Index most) const override {
    return agents_.front()->steps_until(rounds, most);
  }
  // The mean of the agents' own, or that of the one at whose point the run has ended; asked for by the trace, which
  // may allocate.
  void mean_point(std::span<const T> x, std::span<T> y) const override {
    if (lost_ >= 0) {
      const Index owner = owner_of(lost_, count_, team_);
      if (team_.rank() == owner) agents_[static_cast<std::size_t>(lost_ - own_.first)]->mean_point(x, y);
      if (!team_.alone()) team_.broadcast(owner, bytes_of(y));
      return;
    }
    Aligned<T> space;
    mean_.one_by_one(y, space, [&](std::size_t w, std::span<T> own) {
      agents_[w]->mean_point(together_ ? x : std::span<const T>(points_[w]), own);
    });
  }
  Index memories() const override { return std::ssize(agents_); }
  Memory<T> memory(Index i) override { return agents_[static_cast<std::size_t>(i)]->memory(0); }
  void average_memories() override {
    const std::size_t segments = memory(0).segments.size();
    for (std::size_t s = 0; s < segments; ++s) {
      if (!memory(0).segments[s].linear) continue;
      mean_.replace([&](std::size_t w) { return memory(static_cast<Index>(w)).segments[s].values; });
    }
  }
  void memories_moved() override {
    for (auto& agent : agents_) agent->memories_moved();
  }
  std::uint64_t fingerprint() override {
    std::uint64_t print = 0;
    chain(team_, print, [&](std::uint64_t& all) {
      for (const auto& agent : agents_) all = 5 * all + agent->fingerprint();
    });
    return print;
  }
  bool averages() const override { return agents_.front()->averages(); }
  bool average_path(std::span<T> out) const override {
    // All have begun their mean, or none.
    if (!agents_.front()->average_path(own_average_)) return false;
    mean_.one_by_one(out, average_space_, [&](std::size_t w, std::span<T> own) {
      static_cast<void>(agents_[w]->average_path(own));
    });
    return true;
  }
  void restart_optimizers() override {
    for (auto& agent : agents_) agent->restart_optimizers();
  }
  // As the first agent draws them.
  Evaluation value_and_gradient(std::span<const T> at, std::span<T> gradient) override {
    Evaluation evaluation(0);
    if (team_.first()) evaluation = agents_.front()->value_and_gradient(at, gradient);
    if (team_.alone()) return take_note(told_, evaluation);
    broadcast(team_, 0, evaluation.value);
    bool failed = evaluation.fault != nullptr;
    broadcast(team_, 0, failed);
    if (failed) evaluation = Evaluation(share_reason(0, evaluation.fault));
    team_.broadcast(0, bytes_of(gradient));
    return take_note(told_, evaluation);
  }
  const Telemetry& telemetry() const override { return told_; }

  bool exchanges_beside(std::vector<Aligned<T>>& of_memories) override {
    beside_ = &of_memories;
    return true;
  }
  void collect() override {
    if (team_.alone()) return;
    Archive own;
    if (!team_.first()) exchange_own(own);
    const std::vector<std::string> all = gather(team_, {own.bytes().begin(), own.bytes().end()});
    elsewhere_.clear();
    for (const std::string& text : all) elsewhere_ += text;
  }

  void exchange(Archive& archive) override {
    archive.exchange("workers.together", together_);
    exchange_kept(archive, "workers.kept", has_kept_, kept_, points_.front().size());
    if (archive.loading()) {
      for (Index i = 0; i < own_.first; ++i) archive.skip("workers.agent");
    }
    exchange_own(archive);
    if (archive.loading()) {
      for (Index i = own_.first + own_.count; i < count_; ++i) archive.skip("workers.agent");
    } else {
      archive.append(elsewhere_);
    }
    if (rate_) rate_->exchange(archive);
    told_.exchange(archive);
    const Telemetry& first = agents_.front()->telemetry();
    refuse_apart(archive, told_, first.steps, first.rounds);
  }

 private:
  Index march(std::span<T> x, Index steps) {
    elsewhere_ = {};
    // An evaluation that fails may take long to do so: those behind one who has failed need not try. Those before
    // must, as the first one who fails is who the run's end is told of.
    std::atomic<std::size_t> failed = agents_.size();
    const auto go = [&](std::size_t w) {
      if (together_) std::copy(x.begin(), x.end(), points_[w].begin());
      made_[w] = w > failed ? 0 : agents_[w]->advance(points_[w], steps);
      if (agents_[w]->telemetry().fault == nullptr) return;
      for (std::size_t first = failed; w < first && !failed.compare_exchange_weak(first, w);) continue;
    };
    // A single one has the pool for itself.
    if (agents_.size() == 1) {
      go(0);
    } else {
      pool_.run(std::ssize(agents_), [&](Index w, Index) { go(static_cast<std::size_t>(w)); });
    }
    together_ = has_kept_ = false;
    March all = own_march();
    merge_all(team_, all, [](March& march, const March& next) { march.merge(next); });
    if (all.lost >= 0) {
      give_up(x, all);
      return all.made;
    }
    mean_(x, [&](std::size_t w) { return std::span<const T>(points_[w]); });
    has_kept_ = keep_ && all.kept_apart;
    if (has_kept_) {
      // The same mean of where the agents stood before syncs of their own in the last step.
      kept_.resize(x.size());
      mean_(kept_, [&](std::size_t w) { return fast_of(w); });
    }
    told_ = all.first;
    told_.synced = false;
    told_.grad_evals = all.grad_evals;
    told_.loss_batch = mean_loss();
    return steps;
  }

  std::span<const T> fast_of(std::size_t w) const { return agents_[w]->fast(points_[w]); }

  March own_march() const {
    March march;
    march.first = agents_.front()->telemetry();
    for (std::size_t w = 0; w < agents_.size(); ++w) {
      const Telemetry& told = agents_[w]->telemetry();
      // However the steps were cut, it is the same one.
      const Index end = told.fault != nullptr ? -1 : told.diverged ? told.steps : March::not_lost;
      if (end < march.end) {
        march.end = end;
        march.lost = own_.first + static_cast<Index>(w);
        march.made = made_[w];
        march.lost_told = told;
      }
      march.grad_evals += told.grad_evals;
      march.kept_apart = march.kept_apart || fast_of(w).data() != points_[w].data();
    }
    return march;
  }

  // What the last steps of all agents saw.
  double mean_loss() {
    for (std::size_t w = 0; w < agents_.size(); ++w)
      losses_[static_cast<std::size_t>(own_.first) + w] = agents_[w]->telemetry().loss_batch;
    share(team_, std::span<double>(losses_));
    double sum = 0;
    for (std::size_t worker = 0; worker < losses_.size(); ++worker)
      sum += mean_.weight(worker) * losses_[worker];
    return sum / mean_.divisor();
  }

  // All end where the lost agent stands. What the others did meanwhile depends on how the steps were cut.
  void give_up(std::span<T> x, const March& march) {
    told_ = march.lost_told;
    told_.synced = false;
    told_.grad_evals *= count_;
    lost_ = march.lost;
    const Index owner = owner_of(march.lost, count_, team_);
    if (team_.rank() == owner) {
      const Aligned<T>& point = points_[static_cast<std::size_t>(march.lost - own_.first)];
      std::copy(point.begin(), point.end(), x.begin());
    }
    if (team_.alone()) return;
    team_.broadcast(owner, bytes_of(x));
    // Addresses of another process say only whether there is something.
    const bool own = team_.rank() == owner;
    if (told_.fault != nullptr) told_.fault = &share_reason(owner, own ? told_.fault : nullptr);
    if (told_.undefined != nullptr) {
      reasons_.undefined = broadcast_text(team_, owner, own ? *told_.undefined : std::string());
      told_.undefined = &reasons_.undefined;
    }
  }

  // The fault of the rank `owner`, on all ranks; null on the others.
  const Fault& share_reason(Index owner, const Fault* fault) {
    reasons_.fault = broadcast_fault(team_, owner, fault != nullptr ? *fault : Fault{});
    return reasons_.fault;
  }

  void exchange_own(Archive& archive) {
    for (std::size_t w = 0; w < agents_.size(); ++w) {
      archive.section("workers.agent", [&](Archive& section) {
        section.exchange("workers.point", std::span<T>(points_[w]));
        agents_[w]->exchange(section);
        if (beside_ == nullptr) return;
        const std::size_t each = beside_->size() / agents_.size();
        exchange_all(section, "workers.beside", std::span(*beside_).subspan(w * each, each));
      });
    }
  }

  std::vector<std::unique_ptr<Agent<T>>> agents_;
  std::unique_ptr<Schedule> rate_;
  Index count_;
  ItemRange own_;
  Pool& pool_;
  Team& team_;
  WorkersMean<T> mean_;
  std::vector<Aligned<T>> points_;
  std::vector<Index> made_;
  std::vector<double> losses_;  // of all agents
  bool together_ = true;        // all stand at x, wherever their points are
  Index lost_ = -1;             // the agent that has ended the run; none so far
  // The mean before the agents' own syncs of the last step, where these moved it; see fast().
  Aligned<T> kept_;
  bool keep_ = false, has_kept_ = false;
  mutable Aligned<T> own_average_, average_space_;  // working space
  std::vector<Aligned<T>>* beside_ = nullptr;  // vectors of the level above, which belong to the memories
  std::string elsewhere_;  // on the first rank: what the agents of the others have collected
  Reasons reasons_;
  Telemetry told_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<Agent<T>> workers(WorkersParts<T> parts, Pool& pool, Team& team, std::span<const T> start) {
  return std::make_unique<Workers<T>>(std::move(parts), pool, team, start);
}

std::unique_ptr<Schedule> follow(const Schedule& leader) { return std::make_unique<Follower>(leader); }

template std::unique_ptr<Agent<float>> workers(WorkersParts<float>, Pool&, Team&, std::span<const float>);
template std::unique_ptr<Agent<double>> workers(WorkersParts<double>, Pool&, Team&, std::span<const double>);

}  // namespace lookahead
