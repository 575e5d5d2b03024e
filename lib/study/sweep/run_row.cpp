#include "study/sweep/run_row.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "options/codec.hpp"
#include "spec/metric_names.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

std::string real_text(double value) {
  std::string text;
  if (!std::isnan(value)) append_real(text, value);
  return text;
}

void add_counts(RunRow& row, const Spec& spec, const Counts& counts) {
  row.cells.emplace_back("steps", to_text(counts.steps));
  row.cells.emplace_back("rounds", to_text(counts.rounds));
  row.cells.emplace_back("epochs", spec.data ? to_text(counts.epochs) : "");
  row.cells.emplace_back("grad_evals", to_text(counts.grad_evals));
}

void add_milestones(RunRow& row, const Milestones& milestones, const std::vector<SweepTarget>& targets,
                    double tail, double time_s) {
  row.cells.emplace_back("tail_gap", real_text(tail));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string& target = targets[i].name;
    const auto& reached = milestones.reached()[i];
    row.cells.emplace_back("steps_to_" + target, reached ? to_text(reached->steps) : "");
    row.cells.emplace_back("evals_to_" + target, reached ? to_text(reached->grad_evals) : "");
    row.cells.emplace_back("time_to_" + target, reached ? real_text(reached->time_s) : "");
  }
  row.cells.emplace_back("time_s", real_text(time_s));
}

}  // namespace

std::string_view RunRow::find(std::string_view name) const {
  for (const auto& [column, text] : cells) {
    if (column == name) return text;
  }
  return {};
}

std::optional<StudyStatus> RunRow::status() const { return Codec<StudyStatus>::meaning(find("status")); }

RunRow row_of(const Spec& spec, const Outcome& outcome, const Milestones& milestones,
              const std::vector<SweepTarget>& targets) {
  RunRow row;
  row.cells.emplace_back("status", Codec<Status>::word(outcome.status));
  row.cells.emplace_back("stop", outcome.stop ? Codec<StopReason>::word(*outcome.stop) : "");
  add_counts(row, spec, outcome.counts);
  row.cells.emplace_back("loss_slow", real_text(outcome.loss_slow));
  row.cells.emplace_back("loss_fast", real_text(outcome.loss_fast));
  const bool best = std::isfinite(outcome.best.loss);
  row.cells.emplace_back("best_loss", best ? real_text(outcome.best.loss) : "");
  row.cells.emplace_back("best_step", best ? to_text(outcome.best.step) : "");
  row.cells.emplace_back("grad_norm", real_text(outcome.grad_norm));
  row.cells.emplace_back("gap", outcome.gap ? real_text(*outcome.gap) : "");
  if (spec.stop.patience) {
    row.cells.emplace_back("best_epoch", outcome.best_epoch ? to_text(*outcome.best_epoch) : "");
    row.cells.emplace_back("best_metric", real_text(outcome.best_metric));
  }
  for (const ResultMetric& metric : outcome.metrics) {
    row.cells.emplace_back(metric.name, real_text(metric.value));
    if (metric.deviation) row.cells.emplace_back(deviation_name(metric.name), real_text(*metric.deviation));
  }
  const double tail = outcome.status == Status::diverged ? std::numeric_limits<double>::infinity()
                                                         : milestones.tail_mean(outcome.counts.steps);
  add_milestones(row, milestones, targets, tail, outcome.time_s);
  return row;
}

RunRow failed_row(const Faults& faults) {
  const Fault& first = faults.front();
  RunRow row;
  row.cells.emplace_back("status", Codec<Status>::word(Status::failed));
  // A file of the problem is named; the folder of the sweep's own files differs from one to the next.
  const bool of_file = first.kind == FaultKind::data && first.place.line == 0 && !first.place.source.empty();
  row.cells.emplace_back("message", (of_file ? first.place.source + ": " : "") + first.text +
                                        (first.cure.empty() ? "" : " (" + first.cure + ")"));
  row.memory_full = first.memory_full;
  return row;
}

RunRow dropped_row(const Spec& spec, const Counts& counts, const std::vector<ResultMetric>& standing,
                   const Milestones& milestones, const std::vector<SweepTarget>& targets, double time_s) {
  RunRow row;
  row.cells.emplace_back("status", Codec<StudyStatus>::word(StudyStatus::dropped));
  row.cells.emplace_back("stop", "");
  add_counts(row, spec, counts);
  // The columns that a finished run has, in their order.
  const auto known = [&](const std::string& name) {
    for (const ResultMetric& value : standing) {
      if (value.name == name) return real_text(value.value);
    }
    return std::string();
  };
  for (const char* name : {"loss_slow", "loss_fast", "best_loss", "best_step", "grad_norm", "gap"})
    row.cells.emplace_back(name, known(name));
  if (spec.stop.patience) {
    row.cells.emplace_back("best_epoch", "");
    row.cells.emplace_back("best_metric", "");
  }
  for (const ResultMetric& value : standing) {
    if (value.name != "loss_slow" && value.name != "gap")
      row.cells.emplace_back(value.name, real_text(value.value));
  }
  add_milestones(row, milestones, targets, Record::none, time_s);
  return row;
}

const std::vector<std::string>& leading_cells() {
  static const std::vector<std::string> names = {"status", "stop", "steps", "rounds", "epochs", "grad_evals"};
  return names;
}

std::vector<std::string> trailing_cells(const std::vector<SweepTarget>& targets) {
  std::vector<std::string> names = {"tail_gap"};
  for (const SweepTarget& target : targets) {
    for (const char* measure : target_measures) names.push_back(measure + target.name);
  }
  names.emplace_back("time_s");
  return names;
}

bool is_leading_cell(std::string_view name) {
  const auto& names = leading_cells();
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_trailing_cell(std::string_view name) {
  return name == "tail_gap" || name == "time_s" || name == "message" ||
         std::any_of(target_measures.begin(), target_measures.end(),
                     [&](const char* measure) { return name.starts_with(measure); });
}

const std::vector<TraceColumn>& sweep_columns() {
  static const std::vector<TraceColumn> columns = {
      {"status", "sweeps: finished, diverged, failed or dropped"},
      {"stop", "sweeps: why the run ended"},
      {"tail_gap",
       "sweeps: mean of the gap (without a known minimum, of the loss) over the syncs of the last fifth of the "
       "run; on data over its epochs' ends"},
      {"steps_to_T", "sweeps: inner steps until the gap (on data the loss) was at or below the target T"},
      {"evals_to_T", "sweeps: the gradient evaluations until then"},
      {"time_to_T", "sweeps: the optimizer time until then, in seconds"},
      {"message", "sweeps: why the run failed"}};
  return columns;
}

std::string default_value(const Spec& spec, bool minimum_known) {
  if (minimum_known) return "gap";
  if (!spec.data) return "loss_slow";
  const auto columns = metric_columns(spec);
  const bool validated = spec.data->validation.folds > 0 ||
                         std::find(columns.begin(), columns.end(), "val_loss") != columns.end();
  return validated ? "val_loss" : "loss_slow";
}

}  // namespace lookahead
