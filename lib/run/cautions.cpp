#include "run/cautions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "run/method.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Inner steps of one round of the levels up to this one, at the k that their schedules have in the first
// step.
double first_round(const LookaheadSpec& lookahead, std::size_t level, Index horizon) {
  double steps = 1;
  for (std::size_t i = 0; i <= level; ++i)
    steps *= std::max(1.0, std::round(lookahead.levels[i].k.make(horizon)->at(0)));
  return steps;
}

// The parameter `warmup` of a rule or a schedule; 0 where it has none.
Index warmup_of(const Parameters& parameters, const Values& values) {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == "warmup") return parse_integer(parameter.write(values).text).value_or(0);
  }
  return 0;
}

// Whether the rule remembers what pullback and average act on.
bool has_moments(const OptimizerEntry& entry, const Values& values) {
  constexpr Index least = 2;
  const auto rule =
      entry.make<double>(values, {.dimension = least, .terms = least, .blocks = {1, least}, .minimum = 0});
  return std::ranges::any_of(rule->memory().segments, &Segment<double>::linear);
}

// Whether all workers of the outermost level take the same steps: nothing is drawn, and all see the same.
bool walks_together(const Plan& plan) {
  const LevelSpec& level = plan.spec.lookahead.outermost();
  const bool noise = plan.spec.objective && plan.spec.objective->noise;
  const bool draws =
      noise || plan.drawn > 0 || plan.randomized() || plan.terms_per_step() < plan.terms().size();
  return level.workers > 1 && !level.shard && !draws;
}

// The first class that a single training row of weight > 0 has; empty where there is none.
std::string class_of_one_row(const Plan& plan) {
  const Encoding* encoding = plan.encoding();
  if (encoding == nullptr || encoding->classes.empty()) return {};
  const std::vector<Index> counts = in_precision(plan, [&](const auto& typed) {
    std::vector<Index> of_class(encoding->classes.size());
    const auto& data = *typed.train.data;
    const Batch rows = typed.train.rows();
    for (Index i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      if (data.weights.empty() || data.weights[row] > 0)
        ++of_class[static_cast<std::size_t>(data.targets[row])];
    }
    return of_class;
  });
  const auto one = std::find(counts.begin(), counts.end(), 1);
  return one == counts.end() ? std::string()
                             : encoding->classes[static_cast<std::size_t>(one - counts.begin())];
}

std::string steps_text(double steps) { return counted(static_cast<Index>(steps), "step"); }

class Look {
 public:
  Look(const Spec& spec, double steps) : spec_(spec), steps_(steps) {}

  void schedule(const Scheduled& value, const Path& path) {
    const ScheduleEntry* entry = value.schedule.entry;
    if (entry == nullptr) return;
    if (const std::string why = why_evaluations_vary(spec_);
        entry->needs_horizon && spec_.stop.evals && !why.empty()) {
      add(path + ": the schedule " + entry->card.name + " is laid out for " + steps_text(steps_) +
          ", but stop.evals may end the run before: " + why +
          " (leave out stop.evals, or set stop.steps to what it allows)");
    }
    const Values& parameters = value.schedule.values;
    if (warmup(warmup_of(entry->parameters, parameters), path) || !entry->length) return;
    const auto length = static_cast<double>(entry->length(parameters));
    if (length <= steps_) return;
    add(path + ": the schedule " + entry->card.name + " needs " + steps_text(length) +
        " to do its work, the run has " + steps_text(steps_) + " (make it shorter, or the run longer)");
  }

  // `unbroken`: the steps before the rule is restarted.
  void rule(double unbroken) {
    const auto& rule = spec_.optimizer.rule;
    const bool restarted = std::ranges::any_of(
        spec_.lookahead.levels, [](const LevelSpec& level) { return level.at_sync == AtSync::reset; });
    const Scheduled& rate = spec_.optimizer.rate.value;
    if (rule.entry->rate_once && !restarted && rate.schedule.entry != nullptr && !rate.constant_value())
      add("optimizer.lr: " + rule.entry->card.name +
          " takes the rate of its first step alone, so that the schedule has no effect (write a number)");
    warmup(warmup_of(rule.entry->parameters, rule.values), Path("optimizer.warmup"));
    if (!rule.entry->caution) return;
    if (const std::string text = rule.entry->caution(rule.values, unbroken); !text.empty())
      add("optimizer." + text);
  }

  // True where it was worth a word.
  bool warmup(Index length, const Path& path) {
    if (static_cast<double>(length) <= steps_) return false;
    add(path + ": the warm-up of " + steps_text(static_cast<double>(length)) + " is longer than the run of " +
        steps_text(steps_) + " (make it shorter, or the run longer)");
    return true;
  }

  void add(std::string text) { texts.push_back(std::move(text)); }

  std::vector<std::string> texts;

 private:
  const Spec& spec_;
  double steps_;
};

}  // namespace

bool ends_before_first_round(const Plan& plan) {
  const LookaheadSpec& lookahead = plan.spec.lookahead;
  const auto steps = planned_steps(plan);
  return steps && *steps < first_round(lookahead, lookahead.levels.size() - 1, schedule_horizon(plan));
}

std::vector<std::string> cautions(const Plan& plan) {
  const Spec& spec = plan.spec;
  const std::vector<LevelSpec>& levels = spec.lookahead.levels;
  const Index horizon = schedule_horizon(plan);
  const auto steps = planned_steps(plan);
  Look look(spec, steps.value_or(std::numeric_limits<double>::infinity()));
  if (ends_before_first_round(plan)) {
    look.add("lookahead.k: the first round has " +
             steps_text(first_round(spec.lookahead, levels.size() - 1, horizon)) +
             ", and the run ends after " + steps_text(*steps) +
             ": no slow step is made, the result is the start (a smaller k, or a longer run)");
  }
  if (spec.objective && spec.objective->noise) {
    const auto& noise = *spec.objective->noise;
    if (std::string text = noise.entry->caution ? noise.entry->caution(noise.values) : ""; !text.empty())
      look.add("objective.noise: " + text);
    if (noise.entry->terms_drawn && plan.drawn == 0)
      look.add("objective.noise: every step draws all " + to_text(plan.terms().size()) +
               " terms, so that there is no noise (a smaller size, or replacement)");
  }
  if (spec.model && spec.model->entry->caution != nullptr) {
    if (const std::string text = spec.model->entry->caution(spec.model->values); !text.empty())
      look.add("model." + text);
  }
  const bool drawn_anew = spec.sampling == Sampling::replacement || spec.sampling == Sampling::blocks;
  const Index own = plan.terms().size() / plan.parts();
  if (spec.data && drawn_anew && (plan.batch == 0 || plan.batch >= own)) {
    look.add("sampling: every step sees all " + to_text(own) + " rows" +
             (plan.parts() > 1 ? " of its worker" : "") + ", so that " +
             Codec<Sampling>::word(spec.sampling) + " has no effect (a smaller batch, or leave it out)");
  }
  if (!spec.data && (spec.trace.fast || spec.trace.gradients)) {
    look.add(std::string("trace.") + (spec.trace.fast ? "fast" : "gradients") +
             ": a function's rows always have these columns, so it has no effect (leave it out)");
  }
  if (spec.data && spec.data->validation.folds > 0) {
    if (const std::string one = class_of_one_row(plan); !one.empty()) {
      look.add(
          "data.validation: a single row has the class " + quoted(std::string_view(one)) +
          ", so that the fold judged by it learns nothing of that class (take the row out, or join classes)");
    }
  }
  const StopSpec& stop = spec.stop;
  const bool limited = stop.steps || stop.rounds || stop.epochs || stop.evals || stop.time || stop.patience;
  if (!limited && (stop.target || stop.grad_norm)) {
    look.add(std::string("stop: only ") + (stop.target ? "the target" : "grad_norm") +
             " ends the run, however long that takes (add stop.steps or stop.time)");
  }
  if (stop.target && plan.spec.data) {
    const double least =
        in_precision(plan, [](const auto& typed) { return typed.train.model->facts().infimum; });
    if (*stop.target < least) {
      look.add("stop.target: the loss cannot be below " + to_text(least) + " on these data, so " +
               to_text(*stop.target) + " is never met (set a target above it)");
    }
  }
  constexpr double least_normal = std::numeric_limits<float>::min();
  if (spec.precision == Precision::single_precision && plan.start_loss != 0 &&
      std::abs(plan.start_loss) < least_normal) {
    look.add(
        "the loss at the start is " + short_text(plan.start_loss, 3) + ", and below " +
        short_text(least_normal, 2) +
        " single precision loses digits, so that a run may rest elsewhere than at a minimum (precision: double, or "
        "scale the objective)");
  }
  look.schedule(spec.optimizer.rate.value, Path("optimizer.lr"));
  double unbroken = steps.value_or(std::numeric_limits<double>::infinity());
  bool constant = true;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    constant = constant && levels[i].k.constant_value();
    if (constant && levels[i].at_sync == AtSync::reset)
      unbroken = std::min(unbroken, first_round(spec.lookahead, i, horizon));
  }
  look.rule(unbroken);
  const auto& rule = spec.optimizer.rule;
  const Index alone = rule.entry->adapts_after ? rule.entry->adapts_after(rule.values) : 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Path all("lookahead"), path = levels.size() == 1 ? all : all / std::to_string(i);
    look.schedule(levels[i].k, path / "k");
    look.schedule(levels[i].alpha.value, path / "alpha");
    const bool mixes = levels[i].at_sync == AtSync::pullback || levels[i].at_sync == AtSync::average;
    if (mixes && !has_moments(*rule.entry, rule.values)) {
      look.add(path / "at_sync" + ": " + Codec<AtSync>::write(levels[i].at_sync).text +
               " is of moments, and " + rule.entry->card.name +
               " has none as it is set here (keep is the same)");
    } else if (levels[i].at_sync == AtSync::average && levels[i].workers == 1) {
      look.add(path / "at_sync" +
               ": average is over the workers of this level, which has one (keep is the same" +
               (i + 1 < levels.size() && spec.lookahead.outermost().workers > 1
                    ? ", or set it at the level of the workers)"
                    : ")"));
    }
    if (i + 1 == levels.size() && walks_together(plan)) {
      look.add(path / "workers" + ": without noise, minibatches or shard all " + to_text(levels[i].workers) +
               " take the same steps (one comes to the same)");
    }
    const double round = first_round(spec.lookahead, i, horizon);
    if (levels[i].at_sync != AtSync::reset || round > static_cast<double>(alone)) continue;
    look.add(path / "at_sync" + ": reset starts " + rule.entry->card.name + " again every " +
             steps_text(round) + ", and it adapts to what it meets only after " +
             steps_text(static_cast<double>(alone)) + " (at_sync: keep, or a larger k)");
  }
  return std::move(look.texts);
}

std::vector<std::string> kinks_of(const Plan& plan) {
  return in_precision(plan, [](const auto& typed) {
    return typed.train ? typed.train.model->facts().kinks : typed.facts().kinks;
  });
}

}  // namespace lookahead
