#include "study/sweep/paused_run.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/folds.hpp"
#include "run/method.hpp"
#include "spec/metric_names.hpp"
#include "study/sweep/sweep_run.hpp"

namespace lookahead {
namespace {

// Of a column's value, so that less is better.
double directed(const std::string& column, double value) {
  if (std::isnan(value)) return PausedRun::worst;
  return larger_is_better(column).value_or(false) ? -value : value;
}

}  // namespace

bool PausedRun::go_on(Roster& roster, double rung, Watcher& watcher) {
  const auto work = [&]() -> Checked<Done> {
    if (!run_) {
      if (auto made = begin(roster); !made) return made;
    }
    Index most = 0;
    if (rung > 0) most = std::max<Index>(1, rung_steps(roster, rung) - steps_);
    outcome_ = run_->run(nullptr, watcher, most);
    steps_ = outcome_.counts.steps;
    if (outcome_.fault) return *outcome_.fault;
    return outcome_.status == Status::running ? look(roster) : finish(roster, watcher);
  };
  const auto done = within_memory(work, [&](const std::string& needs) -> Checked<Done> {
    return no_memory(roster.problems().spec(roster.problem_of(number_)), needs);
  });
  if (!done) {
    row_ = failed_row(done.faults());
    value_ = worst;
    free_memory();
  }
  return outcome_.status != Status::interrupted;
}

void PausedRun::drop(Roster& roster) {
  if (row_) return;
  row_ = dropped_row(plan_->spec, outcome_.counts, run_->standing(), *milestones_,
                     roster.grid().file().targets, outcome_.time_s);
  free_memory();
}

Checked<Done> PausedRun::begin(Roster& roster) {
  const Grid& grid = roster.grid();
  auto spec = grid.spec_of(grid.point(point_));
  if (!spec) return spec.faults();
  spec->seed = roster.seed_of(number_);
  const auto problem = roster.problems().open(roster.problem_of(number_));
  if (!problem) return problem.faults();
  auto plan = make_plan(*spec, *problem, pool_);
  if (!plan) return plan.faults();
  plan_ = std::move(*plan);
  run_ = start_run(*plan_, pool_);
  milestones_.emplace(*plan_, values_of(grid.file().targets));
  run_->watch(*milestones_);
  return Done{};
}

Index PausedRun::rung_steps(const Roster& roster, double rung) const {
  const Halving& halving = *roster.grid().file().halving;
  // Of whole epochs or rounds: where one is under way there is no result of it.
  double steps = halving.unit == RungUnit::steps ? rung : std::max(1.0, std::round(rung));
  if (halving.unit == RungUnit::epochs) steps *= static_cast<double>(steps_per_pass(*plan_));
  if (halving.unit == RungUnit::rounds)
    steps *= static_cast<double>(plan_->spec.lookahead.steps_per_round().value_or(1));
  return static_cast<Index>(std::min(steps, 1e15));
}

std::string PausedRun::judged_by(const Roster& roster) const {
  const std::string& by = roster.grid().file().halving->by;
  return by.empty() ? default_value(plan_->spec, plan_->facts().minimum.has_value()) : by;
}

Checked<Done> PausedRun::look(const Roster& roster) {
  const std::string column = judged_by(roster);
  for (const ResultMetric& standing : run_->standing()) {
    if (standing.name != column) continue;
    value_ = directed(column, standing.value);
    return Done{};
  }
  return Fault{FaultKind::problem, roster.grid().file().halving->place,
               "halving.by " + quoted(column) + " is not known while a run goes on", ""};
}

Checked<Done> PausedRun::finish(Roster& roster, Watcher& watcher) {
  if (outcome_.status == Status::interrupted) return Done{};
  if (const auto judged = judge_by_folds(outcome_, *plan_, pool_, watcher); !judged) return judged.faults();
  if (outcome_.status == Status::interrupted) return Done{};
  row_ = row_of(plan_->spec, outcome_, *milestones_, roster.grid().file().targets);
  const std::string column = judged_by(roster);
  value_ = outcome_.status == Status::diverged ? worst : directed(column, value_in(*row_, column));
  free_memory();
  return Done{};
}

void PausedRun::free_memory() {
  run_.reset();
  plan_.reset();
}

}  // namespace lookahead
