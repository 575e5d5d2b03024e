#include "run/method.hpp"

#include <algorithm>
#include <cmath>

#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Terms that all fast agents together draw in their first `steps` steps.
double terms_of_steps(const Plan& plan, Index steps) {
  const LevelSpec& level = plan.spec.lookahead.outermost();
  const auto count = static_cast<double>(level.workers), made = static_cast<double>(steps);
  const bool in_epochs = plan.batch > 0 || !plan.replacement;
  if (!in_epochs) return made * static_cast<double>(plan.terms_per_step()) * count;
  const auto of = [&](Index rows) {
    const Index batch = std::min(plan.terms_per_step(), rows), per_epoch = (rows + batch - 1) / batch;
    if (per_epoch > 1 && plan.spec.sampling == Sampling::replacement)
      return made * static_cast<double>(batch);
    const Index epochs = steps / per_epoch;
    return static_cast<double>(epochs) * static_cast<double>(rows) +
           static_cast<double>((steps % per_epoch) * batch);
  };
  const Index rows = plan.terms().size();
  if (!level.shard) return of(rows) * count;
  // The first `longer` parts have one row more.
  const Index longer = rows % level.workers, least = rows / level.workers;
  const double rest = least > 0 ? of(least) * static_cast<double>(level.workers - longer) : 0;
  return rest + (longer > 0 ? of(least + 1) * static_cast<double>(longer) : 0);
}

}  // namespace

Method method_of(const Spec& spec) {
  Method method;
  std::vector<theory::Level> least, largest;
  for (const LevelSpec& level : spec.lookahead.levels) {
    const auto k = std::max<Index>(1, std::llround(level.k.range().second));
    const auto [low, high] = level.alpha.adaptive
                                 ? std::pair(level.alpha.adaptive->low, level.alpha.adaptive->high)
                                 : level.alpha.value.whole_range();
    least.push_back({k, low});
    largest.push_back({k, high});
    method.constant = method.constant && level.k.constant_value() && level.alpha.value.constant_value() &&
                      !level.alpha.adaptive;
  }
  method.largest_k = theory::combined(largest).k;
  method.least_alpha = theory::combined(least).alpha;
  method.largest_alpha = theory::combined(largest).alpha;
  method.workers = spec.lookahead.outermost().workers;
  if (!spec.optimizer.rate.automatic) {
    method.largest_rate = spec.optimizer.rate.value.range().second;
    method.constant = method.constant && spec.optimizer.rate.value.constant_value();
  }
  return method;
}

bool plain_sgd(const OptimizerSpec& optimizer) {
  const OptimizerEntry& rule = *optimizer.rule.entry;
  return rule.plain_descent != nullptr && rule.plain_descent(optimizer.rule.values);
}

bool plain_lookahead(const LookaheadSpec& lookahead) {
  return std::all_of(lookahead.levels.begin(), lookahead.levels.end(), [](const LevelSpec& level) {
    return level.outer.entry->plain_slow_step && !level.alpha.adaptive;
  });
}

Index steps_per_pass(const Plan& plan) {
  if (plan.batch == 0) return 0;
  const LevelSpec& outermost = plan.spec.lookahead.outermost();
  const Index agents = outermost.shard ? outermost.workers : 1;
  const Index rows = (plan.terms().size() + agents - 1) / agents;
  return (rows + plan.batch - 1) / plan.batch;
}

Index schedule_horizon(const Plan& plan) {
  constexpr double most = 1e18;
  return static_cast<Index>(std::min(most, planned_steps(plan).value_or(0)));
}

std::optional<double> steps_of_rounds(const Plan& plan) {
  constexpr Index most_inner_rounds = 1'000'000;
  const std::vector<LevelSpec>& levels = plan.spec.lookahead.levels;
  if (!plan.spec.stop.rounds) return std::nullopt;
  const Index rounds = *plan.spec.stop.rounds;
  if (const auto round = plan.spec.lookahead.steps_per_round())
    return static_cast<double>(rounds) * static_cast<double>(*round);
  std::vector<std::unique_ptr<Schedule>> k;
  for (const LevelSpec& level : levels) {
    if (level.k.schedule.entry != nullptr && level.k.schedule.entry->needs_horizon) return std::nullopt;
    k.push_back(level.k.make(0));
  }
  Index step = 0;
  const auto wanted = [&](std::size_t level) {
    return std::max<Index>(1, static_cast<Index>(std::llround(k[level]->at(step))));
  };
  // Of every level, how many of what it counts its round has, and how many are left.
  std::vector<Index> left;
  for (std::size_t level = 0; level < levels.size(); ++level) left.push_back(wanted(level));
  Index done = 0;
  for (Index inner = 0; done < rounds; ++inner) {
    if (inner == most_inner_rounds) return std::nullopt;
    step += left.front();
    left.front() = wanted(0);
    std::size_t level = 1;
    for (; level < levels.size() && --left[level] == 0; ++level) left[level] = wanted(level);
    if (level == levels.size()) ++done;
  }
  return static_cast<double>(step);
}

std::optional<double> planned_steps(const Plan& plan) {
  const StopSpec& stop = plan.spec.stop;
  std::optional<double> steps;
  const auto by = [&](double most) { steps = std::min(most, steps.value_or(most)); };
  if (stop.steps) by(static_cast<double>(*stop.steps));
  if (stop.epochs) by(static_cast<double>(*stop.epochs) * static_cast<double>(steps_per_pass(plan)));
  if (const auto of_rounds = steps_of_rounds(plan)) by(*of_rounds);
  if (stop.evals && constant_evaluations(plan.spec)) {
    const auto evaluations = static_cast<double>(evaluations_of(plan.spec.optimizer.rule));
    const auto wanted = static_cast<double>(*stop.evals);
    // A step costs one at least: the first number of steps that costs as many lies in [1, evals].
    Index low = 1, high = *stop.evals;
    while (low < high) {
      const Index middle = low + (high - low) / 2;
      if (terms_of_steps(plan, middle) * evaluations >= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    by(static_cast<double>(low));
  }
  return steps;
}

Checked<std::vector<theory::Rates>> scheduled_rounds(const Plan& plan, double steps) {
  constexpr double most_steps = 1e7;
  const Spec& spec = plan.spec;
  const LevelSpec& level = spec.lookahead.levels.front();
  const Scheduled& rate = spec.optimizer.rate.value;
  const auto refuse = [](const std::string& why) { return Fault{FaultKind::problem, {}, why, ""}; };
  if (spec.lookahead.levels.size() > 1) return refuse("schedules over nested levels are not covered");
  if (level.alpha.adaptive || rate.schedule.entry->observes)
    return refuse("rates that follow what the run meets are not covered");
  if (steps > most_steps) return refuse("there are too many steps to look at every round of the schedules");
  const Index last = static_cast<Index>(steps), horizon = schedule_horizon(plan);
  const auto k = level.k.make(horizon), alpha = level.alpha.value.make(horizon), gamma = rate.make(horizon);
  std::vector<theory::Rates> rounds;
  for (Index step = 0; step < last;) {
    const Index whole = std::max<Index>(1, std::llround(k->at(step)));
    const theory::Rates rates{std::min(whole, last - step), alpha->at(step), gamma->at(step)};
    for (Index j = 1; j < rates.k; ++j) {
      if (gamma->at(step + j) != rates.gamma)
        return refuse("the learning rate may change between rounds, but not within them");
    }
    step += rates.k;
    rounds.push_back(rates);
  }
  return rounds;
}

}  // namespace lookahead
