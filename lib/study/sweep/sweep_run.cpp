#include "study/sweep/sweep_run.hpp"

#include <limits>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/folds.hpp"
#include "run/run.hpp"
#include "spec/run_files.hpp"
#include "study/sweep/sweep_directory.hpp"

namespace lookahead {
namespace {

Checked<std::optional<RunRow>> carried_out(const Spec& spec, const std::shared_ptr<const Problem>& problem,
                                           const std::vector<SweepTarget>& targets, Pool& pool,
                                           Watcher& watcher) {
  const auto plan = make_plan(spec, problem, pool);
  if (!plan) return plan.faults();
  const std::unique_ptr<Run> run = start_run(**plan, pool);
  Milestones milestones(**plan, values_of(targets));
  run->watch(milestones);
  Outcome outcome = run->run(nullptr, watcher);
  if (outcome.fault) return *outcome.fault;
  if (const auto judged = judge_by_folds(outcome, **plan, pool, watcher); !judged) return judged.faults();
  if (outcome.status == Status::interrupted) return std::optional<RunRow>();
  return std::optional(row_of((*plan)->spec, outcome, milestones, targets));
}

}  // namespace

std::optional<RunRow> row_of_run(const Spec& spec, const std::shared_ptr<const Problem>& problem,
                                 const std::vector<SweepTarget>& targets, Pool& pool, Watcher& watcher) {
  const auto row = within_memory(
      [&] { return carried_out(spec, problem, targets, pool, watcher); },
      [&](const std::string& needs) -> Checked<std::optional<RunRow>> { return no_memory(spec, needs); });
  return row ? *row : std::optional(failed_row(row.faults()));
}

std::optional<RunRow> keep_run(const Spec& spec, const std::shared_ptr<const Problem>& problem,
                               const std::vector<SweepTarget>& targets, const std::string& method,
                               const std::filesystem::path& folder, const RunKey& key, Keep keep,
                               const decltype(SolveRequest::explain)& explain, Watcher& watcher) {
  std::error_code unknown;
  std::filesystem::remove_all(folder, unknown);
  std::optional<Milestones> milestones;
  SolveRequest request;
  request.spec = spec;
  request.directory = folder;
  request.force = true;
  if (keep == Keep::traces) request.checkpoint_s.reset();
  request.problem = problem;
  request.method = method;
  request.explain = explain;
  request.milestones = &milestones;
  request.targets = values_of(targets);
  request.began = std::chrono::steady_clock::now();
  const auto result = solve(request, watcher);
  if (!result) return failed_row(result.faults());
  if (result->outcome.status == Status::interrupted) return std::nullopt;
  if (keep == Keep::traces) {
    std::filesystem::remove(folder / run_files::model, unknown);
    std::filesystem::remove(folder / run_files::solution, unknown);
  }
  if (const auto marked = mark_kept(folder, key); !marked) return failed_row(marked.faults());
  return row_of(spec, result->outcome, *milestones, targets);
}

std::optional<RunRow> SweepThread::carry_out(Index number) {
  const Grid& grid = roster_.grid();
  if (number / grid.seeds() != known_point_) {
    known_point_ = number / grid.seeds();
    spec_ = grid.spec_of(grid.point(known_point_));
    if (!spec_) return std::nullopt;
    spec_->threads.count = each_;
    const Index useful = useful_threads(*spec_);
    if (!pool_ || pool_->threads() != useful) pool_ = std::make_unique<Pool>(useful);
  }
  spec_->seed = roster_.seed_of(number);
  const auto carried_out = [&] { return row_of(number); };
  std::optional<RunRow> row = gate_.beside_others(carried_out);
  if (row && row->memory_full) row = gate_.alone(carried_out);
  roster_.problems().leave(roster_.problem_of(number));
  return row;
}

std::optional<RunRow> SweepThread::row_of(Index number) {
  const Grid& grid = roster_.grid();
  const auto& targets = grid.file().targets;
  const auto problem = roster_.problems().open(roster_.problem_of(number));
  if (!problem) return failed_row(problem.faults());
  if (grid.file().keep == Keep::table) return row_of_run(*spec_, *problem, targets, *pool_, watcher_);
  const std::size_t method = grid.point(number / grid.seeds()).method;
  return keep_run(*spec_, *problem, targets, grid.file().methods[method].label,
                  kept_folder(request_.directory, number), roster_.key_of(number), grid.file().keep,
                  request_.explain, watcher_);
}

double value_in(const RunRow& row, std::string_view column) {
  return parse_number(row.find(column)).value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace lookahead
