#include "study/export/progress.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "run/run_summary.hpp"
#include "study/place.hpp"
#include "trace/trace_file.hpp"

namespace lookahead {
namespace {

double cell(const Study& study, const std::string& column, Index run) {
  const auto found = study.find_column(column);
  return found ? study.columns[place(*found)].cells[place(run)] : std::nan("");
}

// Only what is better than all before, in the order of evaluations.
std::vector<ProgressStep> improvements(std::vector<ProgressStep> steps) {
  std::stable_sort(steps.begin(), steps.end(), [](const ProgressStep& a, const ProgressStep& b) {
    return a.evaluations != b.evaluations ? a.evaluations < b.evaluations : a.gap > b.gap;
  });
  std::vector<ProgressStep> better;
  for (const ProgressStep& step : steps) {
    if (!better.empty() && !(step.gap < better.back().gap)) continue;
    if (!better.empty() && better.back().evaluations == step.evaluations) better.pop_back();
    better.push_back(step);
  }
  return better;
}

}  // namespace

Checked<std::vector<ProgressStep>> progress_of(const Study& study, Index run) {
  std::vector<ProgressStep> steps;
  const StudyRun& one = study.runs[place(run)];
  if (one.status != StudyStatus::finished && one.status != StudyStatus::diverged) return steps;
  const auto add = [&](double evaluations, double gap) {
    // The start counts as one evaluation.
    if (std::isfinite(evaluations) && !std::isnan(gap)) steps.push_back({std::max(1.0, evaluations), gap});
  };
  const auto folder = study.folder_of(run);
  const auto kind = look_at_folder(folder);
  if (!kind) return kind.faults();
  std::optional<std::string> trace;
  if (*kind == StudyFolder::run) {
    const auto summary = read_summary(folder);
    if (!summary) return summary.faults();
    trace = summary->trace;
  }
  if (trace) {
    const auto columns = read_trace(folder / *trace, {"grad_evals", "gap"});
    if (!columns) return columns.faults();
    for (std::size_t row = 0; row < columns->events.size(); ++row)
      add(columns->numbers[0][row], columns->numbers[1][row]);
  }
  // The rows of a trace may lie far apart, the targets of a table are met at a step. Where no minimum is known
  // they are losses.
  const auto has_gap = [&](Index other) {
    return study.runs[place(other)].problem == one.problem && !std::isnan(cell(study, "gap", other));
  };
  bool known = false;
  for (Index other = 0; other < std::ssize(study.runs) && !known; ++other) known = has_gap(other);
  for (const std::string& target : known ? study.targets : std::vector<std::string>())
    add(cell(study, "evals_to_" + target, run), parse_number(target).value_or(0));
  const double whole = cell(study, "grad_evals", run), gap = cell(study, "gap", run);
  add(whole, gap);
  if (steps.empty()) {
    if (one.status == StudyStatus::diverged) return steps;
    return Fault{FaultKind::data,
                 {study.folder_of(run).string(), 0, 0},
                 "the run has no gap: the minimum of its problem is not known",
                 "only runs on functions with a known minimum can be exported so"};
  }
  steps = improvements(std::move(steps));
  if (!std::isnan(whole) && whole > steps.back().evaluations) steps.push_back({whole, steps.back().gap});
  return steps;
}

}  // namespace lookahead
