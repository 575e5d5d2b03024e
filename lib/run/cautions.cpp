#include "run/cautions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "run/method.hpp"
#include "run/row_weights.hpp"
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

// The share of the training rows' weight that each fold holds.
std::vector<double> weights_of_folds(const Plan& plan, Index folds) {
  return in_precision(plan, [&](const auto& typed) {
    std::vector<double> shares(static_cast<std::size_t>(folds));
    const auto& data = *typed.train.data;
    const std::vector<std::uint32_t> fold_of = folds_of(plan.spec, data, typed.problem->metric_seat.classes);
    double all = 0;
    for (std::size_t row = 0; row < fold_of.size(); ++row) {
      const double weight = weight_at(data.weights, row);
      shares[fold_of[row]] += weight;
      all += weight;
    }
    for (double& share : shares) share /= all;
    return shares;
  });
}

std::string steps_text(double steps) { return counted(static_cast<Index>(steps), "step"); }

// All of them, one function for each part of a problem.
class Cautions {
 public:
  explicit Cautions(const Plan& plan)
      : plan_(plan),
        spec_(plan.spec),
        levels_(spec_.lookahead.levels),
        horizon_(schedule_horizon(plan)),
        steps_(planned_steps(plan).value_or(std::numeric_limits<double>::infinity())) {}

  std::vector<std::string> all() {
    first_round_end();
    noise();
    model();
    sampling();
    trace();
    folds();
    stop();
    precision();
    schedule(spec_.optimizer.rate.value, Path("optimizer.lr"));
    rule();
    for (std::size_t i = 0; i < levels_.size(); ++i) level(i);
    return std::move(texts_);
  }

 private:
  void add(std::string text) { texts_.push_back(std::move(text)); }

  double round_of(std::size_t level) const { return first_round(spec_.lookahead, level, horizon_); }

  void first_round_end() {
    if (!ends_before_first_round(plan_)) return;
    add("lookahead.k: the first round has " + steps_text(round_of(levels_.size() - 1)) +
        ", and the run ends after " + steps_text(steps_) +
        ": no slow step is made, the result is the start (a smaller k, or a longer run)");
  }

  void noise() {
    if (!spec_.objective || !spec_.objective->noise) return;
    const auto& noise = *spec_.objective->noise;
    if (std::string text = noise.entry->caution ? noise.entry->caution(noise.values) : ""; !text.empty())
      add("objective.noise: " + text);
    if (noise.entry->terms_drawn && plan_.drawn == 0)
      add("objective.noise: every step draws all " + to_text(plan_.terms().size()) +
          " terms, so that there is no noise (a smaller size, or replacement)");
  }

  void model() {
    if (!spec_.model || spec_.model->entry->caution == nullptr) return;
    const std::string text = spec_.model->entry->caution(spec_.model->values);
    if (!text.empty()) add("model." + text);
  }

  void sampling() {
    const bool drawn_anew = spec_.sampling == Sampling::replacement || spec_.sampling == Sampling::blocks;
    // Of the worker that has the most.
    const Index own = (plan_.terms().size() + plan_.parts() - 1) / plan_.parts();
    if (!spec_.data || !drawn_anew || (plan_.batch > 0 && plan_.batch < own)) return;
    add("sampling: every step sees all " + to_text(own) + " rows" +
        (plan_.parts() > 1 ? " of its worker" : "") + ", so that " + Codec<Sampling>::word(spec_.sampling) +
        " has no effect (a smaller batch, or leave it out)");
  }

  void trace() {
    if (spec_.data || (!spec_.trace.fast && !spec_.trace.gradients)) return;
    add(std::string("trace.") + (spec_.trace.fast ? "fast" : "gradients") +
        ": a function's rows always have these columns, so it has no effect (leave it out)");
  }

  void folds() {
    if (!spec_.data || spec_.data->validation.folds == 0) return;
    heavy_fold();
    const std::string one = class_of_one_row(plan_);
    if (one.empty()) return;
    add("data.validation: a single row has the class " + quoted(std::string_view(one)) +
        ", so that the fold judged by it learns nothing of that class (take the row out, or join classes)");
  }

  // lambda_max of the rows' second moments without a fold is at most that of all rows, over the share of the weight that
  // is left.
  void heavy_fold() {
    constexpr double most = 4;
    if (!plan_.constants) return;
    const Index folds = spec_.data->validation.folds;
    const std::vector<double> shares = weights_of_folds(plan_, folds);
    const auto heaviest = std::ranges::max_element(shares);
    const double steeper = 1 / (1 - *heaviest);
    if (steeper <= most) return;
    add("optimizer.lr: auto is for all rows, and fold " + to_text(heaviest - shares.begin() + 1) + " holds " +
        short_text(100 * *heaviest, 3) + " % of their weight: without it L may be " + short_text(steeper, 3) +
        " times as large, so that the folds' models may diverge (a number, or weights that differ less)");
  }

  void stop() {
    const StopSpec& stop = spec_.stop;
    const bool limited = stop.steps || stop.rounds || stop.epochs || stop.evals || stop.time || stop.patience;
    if (!limited && (stop.target || stop.grad_norm)) {
      add(std::string("stop: only ") + (stop.target ? "the target" : "grad_norm") +
          " ends the run, however long that takes (add stop.steps or stop.time)");
    }
    if (!stop.target || !spec_.data) return;
    const double least =
        in_precision(plan_, [](const auto& typed) { return typed.train.model->facts().infimum; });
    if (*stop.target >= least) return;
    add("stop.target: the loss cannot be below " + to_text(least) + " on these data, so " +
        to_text(*stop.target) + " is never met (set a target above it)");
  }

  void precision() {
    constexpr double least_normal = std::numeric_limits<float>::min();
    if (spec_.precision != Precision::single_precision || plan_.start_loss == 0 ||
        std::abs(plan_.start_loss) >= least_normal)
      return;
    add("the loss at the start is " + short_text(plan_.start_loss, 3) + ", and below " +
        short_text(least_normal, 2) +
        " single precision loses digits, so that a run may rest elsewhere than at a minimum (precision: double, or "
        "scale the objective)");
  }

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

  // True where it was worth a word.
  bool warmup(Index length, const Path& path) {
    if (static_cast<double>(length) <= steps_) return false;
    add(path + ": the warm-up of " + steps_text(static_cast<double>(length)) + " is longer than the run of " +
        steps_text(steps_) + " (make it shorter, or the run longer)");
    return true;
  }

  void rule() {
    const auto& rule = spec_.optimizer.rule;
    const bool restarted =
        std::ranges::any_of(levels_, [](const LevelSpec& level) { return level.at_sync == AtSync::reset; });
    const Scheduled& rate = spec_.optimizer.rate.value;
    if (rule.entry->rate_once && !restarted && rate.schedule.entry != nullptr && !rate.constant_value())
      add("optimizer.lr: " + rule.entry->card.name +
          " takes the rate of its first step alone, so that the schedule has no effect (write a number)");
    warmup(warmup_of(rule.entry->parameters, rule.values), Path("optimizer.warmup"));
    if (!rule.entry->caution) return;
    if (const std::string text = rule.entry->caution(rule.values, unbroken_steps()); !text.empty())
      add("optimizer." + text);
  }

  // Before the rule is restarted.
  double unbroken_steps() const {
    double unbroken = steps_;
    bool constant = true;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      constant = constant && levels_[i].k.constant_value();
      if (constant && levels_[i].at_sync == AtSync::reset) unbroken = std::min(unbroken, round_of(i));
    }
    return unbroken;
  }

  void level(std::size_t i) {
    const LevelSpec& level = levels_[i];
    const bool outermost = i + 1 == levels_.size();
    const Path all("lookahead"), path = levels_.size() == 1 ? all : all / std::to_string(i);
    schedule(level.k, path / "k");
    schedule(level.alpha.value, path / "alpha");
    at_sync(level, outermost, path / "at_sync");
    if (outermost && walks_together(plan_)) {
      add(path / "workers" + ": without noise, minibatches or shard all " + to_text(level.workers) +
          " take the same steps (one comes to the same)");
    }
    const auto& rule = spec_.optimizer.rule;
    const auto alone =
        static_cast<double>(rule.entry->adapts_after ? rule.entry->adapts_after(rule.values) : 0);
    if (level.at_sync != AtSync::reset || round_of(i) > alone) return;
    add(path / "at_sync" + ": reset starts " + rule.entry->card.name + " again every " +
        steps_text(round_of(i)) + ", and it adapts to what it meets only after " + steps_text(alone) +
        " (at_sync: keep, or a larger k)");
  }

  void at_sync(const LevelSpec& level, bool outermost, const Path& path) {
    const auto& rule = spec_.optimizer.rule;
    const bool averages = level.at_sync == AtSync::average;
    if ((averages || level.at_sync == AtSync::pullback) && !has_moments(*rule.entry, rule.values)) {
      add(path + ": " + Codec<AtSync>::write(level.at_sync).text + " is of moments, and " +
          rule.entry->card.name + " has none as it is set here (keep is the same)");
    } else if (averages && level.workers == 1) {
      const bool workers_above = !outermost && spec_.lookahead.outermost().workers > 1;
      add(path + ": average is over the workers of this level, which has one (keep is the same" +
          (workers_above ? ", or set it at the level of the workers)" : ")"));
    }
  }

  const Plan& plan_;
  const Spec& spec_;
  const std::vector<LevelSpec>& levels_;
  Index horizon_;
  double steps_;
  std::vector<std::string> texts_;
};

}  // namespace

bool ends_before_first_round(const Plan& plan) {
  const LookaheadSpec& lookahead = plan.spec.lookahead;
  const auto steps = planned_steps(plan);
  return steps && *steps < first_round(lookahead, lookahead.levels.size() - 1, schedule_horizon(plan));
}

std::vector<std::string> cautions(const Plan& plan) { return Cautions(plan).all(); }

std::vector<std::string> kinks_of(const Plan& plan) {
  return in_precision(plan, [](const auto& typed) {
    return typed.train ? typed.train.model->facts().kinks : typed.facts().kinks;
  });
}

}  // namespace lookahead
