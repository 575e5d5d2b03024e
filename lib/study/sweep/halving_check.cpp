#include "study/sweep/halving_check.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spec/metric_names.hpp"

namespace lookahead {
namespace {

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
