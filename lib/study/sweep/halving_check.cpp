#include "study/sweep/halving_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "spec/metric_names.hpp"
#include "spec/yaml.hpp"
#include "study/reading.hpp"

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

// The end of a run in what the rungs count; infinite where the problem does not say.
double end_in_rungs(const Halving& halving, const StopSpec& stop) {
  const std::optional<Index>& end = halving.unit == RungUnit::epochs  ? stop.epochs
                                    : halving.unit == RungUnit::steps ? stop.steps
                                                                      : stop.rounds;
  return end ? static_cast<double>(*end) : std::numeric_limits<double>::infinity();
}

}  // namespace

Contest contest_of(const Grid& grid, const Grid::Point& point) {
  std::string settings;
  for (std::size_t i = 0; i < point.settings.size(); ++i) {
    if (point.settings[i] != nullptr && is_key_of_problem(grid.keys()[i]))
      settings += grid.keys()[i] + "=" + to_flow_yaml(*point.settings[i]) + "\n";
  }
  return {point.method, point.problem, std::move(settings)};
}

std::optional<Note> idle_halving(const Grid& grid) {
  if (!grid.file().halving) return std::nullopt;
  const Halving& halving = *grid.file().halving;
  // Points, and the longest run of the first and the last one, between which others lie.
  std::map<Contest, std::pair<Index, double>> methods;
  std::map<Contest, Index> last;
  const auto take_end = [&](Index number) {
    const Grid::Point point = grid.point(number);
    const auto spec = grid.spec_of(point);
    double& end = methods[contest_of(grid, point)].second;
    if (spec) end = std::max(end, end_in_rungs(halving, spec->stop));
    return static_cast<bool>(spec);
  };
  for (Index number = 0; number < grid.points(); ++number) {
    const Grid::Point point = grid.point(number);
    const Contest key = contest_of(grid, point);
    last[key] = number;
    if (methods[key].first++ == 0 && !take_end(number)) return std::nullopt;  // told elsewhere
  }
  for (const auto& [key, number] : last) {
    if (!take_end(number)) return std::nullopt;
  }
  const auto leaves_out = [&](const auto& method) {
    const auto& [points, end] = method.second;
    return static_cast<double>(halving.first) < end && points_going_on(halving, points) < points;
  };
  if (std::any_of(methods.begin(), methods.end(), leaves_out)) return std::nullopt;
  return warning(
      "halving: no point is stopped before its end (an earlier from, a smaller keep, or more points)");
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
    if (halving.unit == RungUnit::epochs && !spec->data)
      return refuse("halving.from counts epochs, and a function has none", "from: {steps: n} or {rounds: n}");
    if (auto fault = unknown_value(*spec, halving)) return fault;
    if (halving.unit == RungUnit::rounds && !spec->lookahead.steps_per_round())
      return refuse("halving.from counts rounds, and k changes in the run", "from: {steps: n}");
    const bool folds = spec->data && spec->data->validation.folds > 0;
    if (folds && (halving.by.empty() || is_metric_of(RowsPart::validation, halving.by)))
      return refuse("halving by a value of the validation rows needs them in every run, and folds come last",
                    "validation: 0.2, or by: loss_slow");
  }
  return std::nullopt;
}

}  // namespace lookahead
