#include "run/agents.hpp"

#include <algorithm>
#include <numeric>

#include "engine/descent.hpp"
#include "engine/lookahead.hpp"
#include "engine/workers.hpp"
#include "run/method.hpp"
#include "run/proximal_of.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

template <Scalar T>
class Builder {
 public:
  Builder(const PlanOf<T>& plan, Pool& pool, Team& team, double loss_limit)
      : plan_(plan), pool_(pool), team_(team), loss_limit_(loss_limit) {}

  Crew<T> build() {
    const auto& levels = plan_.spec.lookahead.levels;
    const Index count = levels.back().workers;
    const ItemRange own = items_of_rank(count, team_);
    if (own.count > 1) crew_.serial = std::make_unique<Pool>(1);
    horizon_ = schedule_horizon(plan_);
    WorkersParts<T> parts;
    parts.count = count;
    const Scheduled& rate = plan_.spec.optimizer.rate.value;
    if (count > 1 && rate.schedule.entry->observes) parts.rate = rate.make(horizon_);
    rate_ = parts.rate.get();
    if (count > 1 && levels.back().shard) share_out(count, parts.shares);
    look_at_first(count);
    std::vector<std::unique_ptr<Agent<T>>>& agents = parts.agents;
    for (Index i = own.first; i < own.first + own.count; ++i) {
      std::unique_ptr<Agent<T>> agent = fast_agent(i, count);
      for (std::size_t level = 0; level + 1 < levels.size(); ++level)
        agent = slow_agent(levels[level], std::move(agent), true, false);
      agents.push_back(std::move(agent));
    }
    std::unique_ptr<Agent<T>> all =
        count == 1 ? std::move(agents.front()) : workers(std::move(parts), pool_, team_, start());
    crew_.agent = slow_agent(levels.back(), std::move(all), count == 1, true);
    return std::move(crew_);
  }

 private:
  std::span<const T> start() const { return plan_.start; }
  // Of an agent; several share out the run's threads among themselves.
  Pool& own_pool() { return crew_.serial ? *crew_.serial : pool_; }

  // A worker's own objective is the mean over its rows by their weights, and the whole one is the mean of
  // theirs by the sums of these weights.
  void share_out(Index count, std::vector<double>& shares) {
    const std::vector<double> sums = plan_.weights_of_workers();
    const double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
    const Index rows = plan_.terms().size();
    const double mean = sum / static_cast<double>(rows);
    const bool weighted = !plan_.row_weights().empty();
    for (Index worker = 0; worker < count; ++worker) {
      const double own = sums[static_cast<std::size_t>(worker)];
      shares.push_back(own / sum);
      // Rows that all count nothing leave the penalty.
      const auto size = static_cast<double>(plan_.division().size(rows, worker));
      if (weighted) term_weights_.push_back(own > 0 ? size * mean / own : 0);
    }
  }

  Sampler sampler_of(Index agent, Index count) const {
    const auto seed = static_cast<std::uint64_t>(plan_.spec.seed);
    const Index terms = plan_.terms().size();
    const std::span<const std::uint32_t> rows = plan_.train.listed;
    if (plan_.drawn > 0 && plan_.replacement) return Sampler::independent(terms, plan_.drawn, seed, agent);
    if (count > 1 && plan_.spec.lookahead.outermost().shard) {
      return Sampler::part(terms, plan_.terms_per_step(), seed, agent, plan_.division(), plan_.spec.sampling,
                           rows);
    }
    return Sampler(terms, plan_.terms_per_step(), seed, agent, plan_.spec.sampling, rows);
  }

  // What the first agent, of whichever rank, says of them all: none has more steps to an epoch.
  void look_at_first(Index count) {
    const Sampler sampler = sampler_of(0, count);
    exact_ = sampler.all_terms() && !plan_.objective().randomized() && strength_of_l1(plan_.spec.model) == 0;
    const Index per_epoch = sampler.steps_per_epoch(), per_step = plan_.terms_per_step();
    const Index terms = plan_.terms().size();
    crew_.steps_per_epoch = plan_.drawn > 0   ? (terms + per_step - 1) / per_step
                            : plan_.batch > 0 ? per_epoch
                                              : (terms > 0 ? 1 : 0);
    repeatable_ = repeats(per_epoch);
  }

  // Whether the steps of an agent are a function of where it stands.
  bool repeats(Index steps_per_epoch) const {
    const bool noise = plan_.spec.objective && plan_.spec.objective->noise;
    return !noise && steps_per_epoch <= 1 && plan_.drawn == 0 && !plan_.objective().randomized();
  }

  // Agent number `i` of `count`; the first draws what a single one draws.
  std::unique_ptr<Agent<T>> fast_agent(Index i, Index count) {
    const Spec& spec = plan_.spec;
    const Objective<T>& objective = plan_.objective();
    Sampler sampler = sampler_of(i, count);
    const Index terms = plan_.terms().size();
    std::unique_ptr<Noise<T>> noise;
    if (spec.objective && spec.objective->noise) {
      const auto& chosen = *spec.objective->noise;
      noise = chosen.entry->template make<T>(chosen.values, objective.dimension());
    }
    const auto& rule = spec.optimizer.rule;
    crew_.evaluators.push_back(std::make_unique<Evaluator<T>>(objective, own_pool(), largest_batch(plan_)));
    const OptimizerSeat seat{objective.dimension(),
                             terms,
                             objective.blocks(),
                             plan_.facts().minimum,
                             repeats(sampler.steps_per_epoch()),
                             objective.intercepts(),
                             crew_.evaluators.back()->shards()};
    auto optimizer = rule.entry->template make<T>(rule.values, seat);
    crew_.exact_losses = exact_;
    crew_.meets_losses = exact_ && !optimizer->draws_own();
    return descent(DescentParts<T>{
        crew_.evaluators.back().get(), std::move(optimizer),
        rate_ ? follow(*rate_) : spec.optimizer.rate.value.make(horizon_), std::move(sampler),
        std::move(noise), Stream(static_cast<std::uint64_t>(spec.seed), Purpose::noise, i),
        static_cast<std::uint64_t>(spec.seed), i, spec.optimizer.clip, loss_limit_, plan_.train.listed,
        term_weights_.empty() ? 1.0 : term_weights_[static_cast<std::size_t>(i)],
        rule.entry->hides_infinity || spec.optimizer.clip.value.has_value(), plain_sgd(spec.optimizer),
        proximal_of(spec.model, objective, crew_.evaluators.back()->shards())});
  }

  std::unique_ptr<Agent<T>> slow_agent(const LevelSpec& level, std::unique_ptr<Agent<T>> fast, bool alone,
                                       bool outermost) {
    LookaheadParts<T> parts{std::move(fast), level.k.make(horizon_), level.alpha.value.make(horizon_),
                            level.at_sync,
                            // Of workers that see the whole objective the first one speaks for all.
                            exact_ && (alone || !level.shard)};
    parts.adaptive = level.alpha.adaptive;
    parts.repeatable = outermost && repeatable_ && constant_rates();
    // Levels within workers are in their tasks.
    parts.shards = Shards(outermost ? pool_ : own_pool());
    crew_.exact_losses = crew_.exact_losses && parts.exact_losses;
    crew_.meets_losses = crew_.meets_losses && parts.exact_losses;
    if (!level.outer.entry->plain_slow_step) {
      const Objective<T>& objective = plan_.objective();
      parts.outer = level.outer.entry->template make<T>(
          level.outer.values, {objective.dimension(), 0, objective.blocks(), std::nullopt, false,
                               objective.intercepts(), parts.shards});
    }
    return lookahead_over(std::move(parts), start());
  }

  // Whether the learning rate, k and alpha change with nothing but what the agents meet.
  bool constant_rates() const {
    const auto& levels = plan_.spec.lookahead.levels;
    return plan_.spec.optimizer.rate.value.constant_value() &&
           std::all_of(levels.begin(), levels.end(), [](const LevelSpec& level) {
             return level.k.constant_value() && (level.alpha.adaptive || level.alpha.value.constant_value());
           });
  }

  const PlanOf<T>& plan_;
  Pool& pool_;
  Team& team_;
  double loss_limit_;
  const Schedule* rate_ = nullptr;    // that all workers follow
  std::vector<double> term_weights_;  // of the workers' rows; empty: as they are
  bool exact_ = false, repeatable_ = true;
  Index horizon_ = 0;
  Crew<T> crew_;
};

}  // namespace

template <Scalar T>
Index largest_batch(const PlanOf<T>& plan) {
  const bool whole_sums = plan.spec.optimizer.rule.entry->needs == Needs::finite_sum;
  const Index terms = plan.terms().size();
  return whole_sums || plan.batch == 0 ? std::max(terms, plan.drawn) : plan.batch;
}

template <Scalar T>
Crew<T> make_crew(const PlanOf<T>& plan, Pool& pool, Team& team, double loss_limit) {
  return Builder<T>(plan, pool, team, loss_limit).build();
}

template Index largest_batch(const PlanOf<float>&);
template Index largest_batch(const PlanOf<double>&);
template Crew<float> make_crew(const PlanOf<float>&, Pool&, Team&, double);
template Crew<double> make_crew(const PlanOf<double>&, Pool&, Team&, double);

}  // namespace lookahead
