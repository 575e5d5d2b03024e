#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "run/milestones.hpp"
#include "run/outcome.hpp"
#include "spec/spec.hpp"
#include "study/status.hpp"
#include "study/sweep/target.hpp"
#include "trace/record.hpp"

namespace lookahead {

// What a sweep keeps of a run: its cells by the names of their columns, in the order of runs.csv.
struct RunRow {
  // status stop steps rounds epochs grad_evals, the keys of result, tail_gap, steps_to_T evals_to_T time_to_T
  // for every target, time_s; of a failed run also `message`. Texts as they stand in the file, without quotes.
  std::vector<std::pair<std::string, std::string>> cells;
  // Whether it failed for want of memory that other runs may have had.
  bool memory_full = false;

  // Empty where there is no such cell.
  std::string_view find(std::string_view name) const;
  // Nothing where there is no such cell, or a word that no sweep writes.
  std::optional<StudyStatus> status() const;
};

// Of a run that ended.
RunRow row_of(const Spec& spec, const Outcome& outcome, const Milestones& milestones,
              const std::vector<SweepTarget>& targets);

// Of a run that could not be carried out: the first fault and its cure are the row's message.
RunRow failed_row(const Faults& faults);

// Of a run that halving has ended, at these counts and values.
RunRow dropped_row(const Spec& spec, const Counts& counts, const std::vector<ResultMetric>& standing,
                   const Milestones& milestones, const std::vector<SweepTarget>& targets, double time_s);

// Which cells come before and behind the keys of result.
bool is_leading_cell(std::string_view name);
bool is_trailing_cell(std::string_view name);
// The names of those behind, in order.
std::vector<std::string> trailing_cells(const std::vector<SweepTarget>& targets);
const std::vector<std::string>& leading_cells();

// The columns of runs.csv that no trace has; T stands for a target.
const std::vector<TraceColumn>& sweep_columns();

// The value that a run is judged by where nobody names one: gap where the minimum is known, else val_loss
// where there is a validation part, else loss_slow.
std::string default_value(const Spec& spec, bool minimum_known);

}  // namespace lookahead
