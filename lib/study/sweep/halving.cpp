#include "study/sweep/halving.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "parallel/parallel.hpp"
#include "run/folds.hpp"
#include "run/method.hpp"
#include "run/run.hpp"
#include "spec/metric_names.hpp"
#include "study/statistics/quantiles.hpp"
#include "study/sweep/sweep_run.hpp"

namespace lookahead {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

// A run that pauses at rungs.
class PausedRun {
 public:
  PausedRun(Index number, Index point) : number_(number), point_(point) {}

  Index number() const { return number_; }
  Index point() const { return point_; }
  bool ended() const { return row_.has_value(); }
  const std::optional<RunRow>& row() const { return row_; }
  // Less is better.
  double value() const { return value_; }

  // Goes on to so many steps in all, or to the end (0). False where it was interrupted.
  bool go_on(Roster& roster, double rung, Watcher& watcher) {
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
      row_ = failed_row(done.faults().front().text);
      value_ = endless;
      free_memory();
    }
    return outcome_.status != Status::interrupted;
  }

  void drop(Roster& roster) {
    if (row_) return;
    row_ = dropped_row(plan_->spec, outcome_.counts, run_->standing(), *milestones_,
                       roster.grid().file().targets, outcome_.time_s);
    free_memory();
  }

 private:
  Checked<Done> begin(Roster& roster) {
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

  Index rung_steps(const Roster& roster, double rung) const {
    const Halving& halving = *roster.grid().file().halving;
    double steps = rung;
    if (halving.epochs) steps *= static_cast<double>(steps_per_pass(*plan_));
    if (halving.rounds) steps *= static_cast<double>(plan_->spec.lookahead.steps_per_round().value_or(1));
    return static_cast<Index>(std::min(steps, 1e15));
  }

  std::string judged_by(const Roster& roster) const {
    const std::string& by = roster.grid().file().halving->by;
    return by.empty() ? default_value(plan_->spec, plan_->facts().minimum.has_value()) : by;
  }

  static double directed(const std::string& column, double value) {
    if (std::isnan(value)) return endless;
    return larger_is_better(column).value_or(false) ? -value : value;
  }

  Checked<Done> look(const Roster& roster) {
    const std::string column = judged_by(roster);
    for (const ResultMetric& standing : run_->standing()) {
      if (standing.name != column) continue;
      value_ = directed(column, standing.value);
      return Done{};
    }
    return Fault{FaultKind::problem, roster.grid().file().halving->place,
                 "halving.by " + quoted(column) + " is not known while a run goes on", ""};
  }

  Checked<Done> finish(Roster& roster, Watcher& watcher) {
    if (outcome_.status == Status::interrupted) return Done{};
    const Spec& spec = plan_->spec;
    if (spec.data && spec.data->validation.folds > 0 && outcome_.status == Status::finished) {
      const auto folds = cross_validate(*plan_, pool_, watcher);
      if (!folds) return folds.faults();
      if (folds->interrupted) {
        outcome_.status = Status::interrupted;
        return Done{};
      }
      add_folds(outcome_, *folds, spec);
    }
    row_ = row_of(spec, outcome_, *milestones_, roster.grid().file().targets);
    const std::string column = judged_by(roster);
    value_ = outcome_.status == Status::diverged ? endless : directed(column, value_in(*row_, column));
    free_memory();
    return Done{};
  }

  void free_memory() {
    run_.reset();
    plan_.reset();
  }

  Index number_, point_;
  Pool pool_{1};
  std::unique_ptr<const Plan> plan_;
  std::unique_ptr<Run> run_;
  std::optional<Milestones> milestones_;
  Outcome outcome_;
  Index steps_ = 0;
  double value_ = endless;
  std::optional<RunRow> row_;
};

using Group = std::vector<std::unique_ptr<PausedRun>>;

// All of them to a rung; false where the sweep is to end.
bool advance(Roster& roster, const std::vector<PausedRun*>& runs, double rung, Index threads, SweepLog& log) {
  std::atomic<bool> ended{false};
  for_each_on(threads, std::ssize(runs), [&](Index i) {
    SweepRunWatcher watcher([&] { return log.wants_end(); });
    PausedRun& run = *runs[static_cast<std::size_t>(i)];
    if (ended || run.ended()) return;
    if (log.wants_end() || !run.go_on(roster, rung, watcher)) ended = true;
  });
  return !ended;
}

// The points in the order of their medians, ties in that of the grid.
std::vector<Index> ranked(const std::vector<PausedRun*>& runs) {
  std::map<Index, std::vector<double>> values;
  for (const PausedRun* run : runs) values[run->point()].push_back(run->value());
  std::vector<std::pair<double, Index>> medians;
  medians.reserve(values.size());
  for (auto& [point, list] : values) medians.emplace_back(statistics::median(std::move(list)), point);
  std::stable_sort(medians.begin(), medians.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Index> order;
  order.reserve(medians.size());
  for (const auto& [median, point] : medians) order.push_back(point);
  return order;
}

// Carries out one method on one problem; false where the sweep is to end.
bool halve(Roster& roster, const Group& group, Index threads, SweepLog& log) {
  const Halving& halving = *roster.grid().file().halving;
  const double first = static_cast<double>(halving.epochs  ? *halving.epochs
                                           : halving.steps ? *halving.steps
                                                           : *halving.rounds);
  std::vector<PausedRun*> alive;
  for (const auto& run : group) alive.push_back(run.get());
  double rung = first;
  for (;;) {
    if (!advance(roster, alive, rung, threads, log)) return false;
    const bool all_ended =
        std::all_of(alive.begin(), alive.end(), [](const auto* run) { return run->ended(); });
    if (all_ended) return true;
    const std::vector<Index> order = ranked(alive);
    if (order.size() == 1) return advance(roster, alive, 0, threads, log);
    const auto most = static_cast<std::size_t>(std::ceil(halving.keep * static_cast<double>(order.size())));
    const std::vector<Index> best(
        order.begin(),
        order.begin() + static_cast<std::ptrdiff_t>(std::min(std::max<std::size_t>(most, 1), order.size())));
    std::erase_if(alive, [&](PausedRun* run) {
      if (std::find(best.begin(), best.end(), run->point()) != best.end()) return false;
      run->drop(roster);
      return true;
    });
    rung /= halving.keep;
  }
}

// The fault where a run has no such value while it goes on.
std::optional<Fault> unknown_value(const Spec& spec, const Halving& halving) {
  if (halving.by.empty()) return std::nullopt;
  std::vector<std::string> known = {"loss_slow"};
  if (!spec.data) known.emplace_back("gap");
  // The metrics of data may be left to them.
  const bool open = spec.data && spec.metrics.empty();
  const bool metric =
      is_metric_of(RowsPart::train, halving.by) || is_metric_of(RowsPart::validation, halving.by);
  if (open && metric) return std::nullopt;
  for (const std::string& column : metric_columns(spec)) known.push_back(column);
  if (std::find(known.begin(), known.end(), halving.by) != known.end()) return std::nullopt;
  const std::string near = suggestion(halving.by, known);
  return Fault{FaultKind::problem, halving.place,
               "halving.by " + quoted(halving.by) + " is not known while a run goes on",
               near.empty() ? "known: " + joined(known, ", ") : near};
}

}  // namespace

void run_halving(Roster& roster, const std::vector<Index>& pending, Index threads,
                 const FinishedRuns& finished, SweepLog& log) {
  const Grid& grid = roster.grid();
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Index>> groups;
  std::map<std::pair<std::size_t, std::size_t>, bool> wanted;
  for (Index number = 0; number < grid.points(); ++number) {
    const Grid::Point point = grid.point(number);
    groups[{point.method, point.problem}].push_back(number);
  }
  for (const Index run : pending) {
    const Grid::Point point = grid.point(run / grid.seeds());
    wanted[{point.method, point.problem}] = true;
  }
  for (const auto& [name, points] : groups) {
    if (!wanted[name]) continue;
    Group group;
    for (const Index point : points) {
      for (Index seed = 0; seed < grid.seeds(); ++seed)
        group.push_back(std::make_unique<PausedRun>(point * grid.seeds() + seed, point));
    }
    if (!halve(roster, group, threads, log)) return;
    for (const auto& run : group) {
      const RunKey key = roster.key_of(run->number());
      if (run->row() && finished.find(key) != FinishedRuns::Found::yes)
        log.add(key, *run->row(), run->number());
    }
  }
}

std::optional<Fault> misfit_of_halving(const Grid& grid) {
  const SweepFile& file = grid.file();
  if (!file.halving) return std::nullopt;
  const Halving& halving = *file.halving;
  const auto refuse = [&](const std::string& text, const std::string& cure) {
    return Fault{FaultKind::problem, halving.place, text, cure};
  };
  if (file.keep != Keep::table)
    return refuse("halving keeps no folders of runs: keep must be table", "leave out keep");
  for (Index number = 0; number < grid.points(); ++number) {
    const auto spec = grid.spec_of(grid.point(number));
    if (!spec) return std::nullopt;  // told elsewhere
    if (halving.epochs && !spec->data)
      return refuse("halving.from counts epochs, and a function has none", "from: {steps: n} or {rounds: n}");
    if (auto fault = unknown_value(*spec, halving)) return fault;
    if (halving.rounds && !spec->lookahead.steps_per_round())
      return refuse("halving.from counts rounds, and k changes in the run", "from: {steps: n}");
    const bool folds = spec->data && spec->data->validation.folds > 0;
    if (folds && (halving.by.empty() || is_metric_of(RowsPart::validation, halving.by)))
      return refuse("halving by a value of the validation rows needs them in every run, and folds come last",
                    "validation: 0.2, or by: loss_slow");
  }
  return std::nullopt;
}

}  // namespace lookahead
