#include "run/method.hpp"

#include <algorithm>
#include <cmath>

namespace lookahead {
namespace {

std::pair<double, double> range_of(const Scheduled& value) {
  return value.schedule.entry->range(value.schedule.parameters.get());
}

// A number among the rule's own parameters; 0 where it has none of that name.
double number_of(const Chosen<OptimizerEntry>& rule, std::string_view name) {
  for (const Parameter& parameter : rule.entry->parameters) {
    if (parameter.name == name) return parse_number(parameter.write(rule.parameters.get()).text).value_or(0);
  }
  return 0;
}

// What the schedules of a run are made for, as in make_crew().
template <Scalar T>
Index steps_per_epoch(const Plan<T>& plan) {
  if (plan.batch == 0) return 0;
  const LevelSpec& outermost = plan.spec.lookahead.outermost();
  Index rows = plan.terms().size();
  if (outermost.shard) rows = (rows + outermost.workers - 1) / outermost.workers;
  return (rows + plan.batch - 1) / plan.batch;
}

std::unique_ptr<Schedule> schedule_of(const Scheduled& value, Index horizon) {
  return value.schedule.entry->make(value.schedule.parameters.get(), horizon);
}

}  // namespace

Method method_of(const Spec& spec) {
  Method method;
  double steps = 1;
  for (const LevelSpec& level : spec.lookahead.levels) {
    steps *= std::max(1.0, std::round(range_of(level.k).second));
    const auto [least, largest] = level.alpha.adaptive
                                      ? std::pair(level.alpha.adaptive->low, level.alpha.adaptive->high)
                                      : range_of(level.alpha.value);
    method.least_alpha *= least;
    method.largest_alpha *= largest;
    method.constant = method.constant && level.k.constant_value() && level.alpha.value.constant_value() &&
                      !level.alpha.adaptive;
  }
  method.largest_k = static_cast<Index>(steps);
  method.workers = spec.lookahead.outermost().workers;
  if (!spec.optimizer.rate.automatic) {
    method.largest_rate = range_of(spec.optimizer.rate.value).second;
    method.constant = method.constant && spec.optimizer.rate.value.constant_value();
  }
  return method;
}

bool plain_sgd(const OptimizerSpec& optimizer) {
  return optimizer.rule.entry->card.name == "sgd" && number_of(optimizer.rule, "momentum") == 0 &&
         number_of(optimizer.rule, "weight_decay") == 0;
}

bool plain_lookahead(const LookaheadSpec& lookahead) {
  return std::all_of(lookahead.levels.begin(), lookahead.levels.end(), [](const LevelSpec& level) {
    return level.outer.entry->card.name == plain_outer && !level.alpha.adaptive;
  });
}

template <Scalar T>
std::optional<double> planned_steps(const Plan<T>& plan) {
  const StopSpec& stop = plan.spec.stop;
  std::optional<double> steps;
  const auto by = [&](double most) { steps = std::min(most, steps.value_or(most)); };
  if (stop.steps) by(static_cast<double>(*stop.steps));
  if (stop.epochs) by(static_cast<double>(*stop.epochs) * static_cast<double>(steps_per_epoch(plan)));
  if (const auto round = plan.spec.lookahead.steps_per_round(); stop.rounds && round)
    by(static_cast<double>(*stop.rounds) * static_cast<double>(*round));
  const Index evaluations = plan.spec.optimizer.rule.entry->evaluations;
  if (stop.evals && evaluations > 0 && plan.spec.lookahead.outermost().workers > 0) {
    const double per_step = static_cast<double>(plan.terms_per_step()) * static_cast<double>(evaluations) *
                            static_cast<double>(plan.spec.lookahead.outermost().workers);
    by(std::ceil(static_cast<double>(*stop.evals) / per_step));
  }
  return steps;
}

template <Scalar T>
std::optional<std::vector<theory::Rates>> scheduled_rounds(const Plan<T>& plan, double steps) {
  constexpr std::size_t most_rounds = 1'000'000;
  constexpr Index most_steps = 10'000'000;
  const Spec& spec = plan.spec;
  const LevelSpec& level = spec.lookahead.levels.front();
  const Scheduled& rate = spec.optimizer.rate.value;
  if (spec.lookahead.levels.size() > 1 || level.alpha.adaptive || rate.schedule.entry->observes ||
      steps > static_cast<double>(most_steps))
    return std::nullopt;
  const Index last = static_cast<Index>(steps);
  const Index horizon = spec.stop.steps    ? *spec.stop.steps
                        : spec.stop.epochs ? *spec.stop.epochs * steps_per_epoch(plan)
                                           : 0;
  const auto k = schedule_of(level.k, horizon), alpha = schedule_of(level.alpha.value, horizon),
             gamma = schedule_of(rate, horizon);
  std::vector<theory::Rates> rounds;
  for (Index step = 0; step < last;) {
    const theory::Rates rates{std::max<Index>(1, std::llround(k->at(step))), alpha->at(step),
                              gamma->at(step)};
    for (Index j = 1; j < rates.k; ++j) {
      if (step + j < last && gamma->at(step + j) != rates.gamma) return std::nullopt;
    }
    step += rates.k;
    if (step > last) break;
    if (rounds.size() == most_rounds) return std::nullopt;
    rounds.push_back(rates);
  }
  return rounds;
}

template std::optional<double> planned_steps(const Plan<float>&);
template std::optional<double> planned_steps(const Plan<double>&);
template std::optional<std::vector<theory::Rates>> scheduled_rounds(const Plan<float>&, double);
template std::optional<std::vector<theory::Rates>> scheduled_rounds(const Plan<double>&, double);

}  // namespace lookahead
