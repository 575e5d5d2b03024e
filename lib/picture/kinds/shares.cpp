#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "picture/kinds/parts.hpp"
#include "run/run_summary.hpp"
#include "study/statistics/profiles.hpp"
#include "study/statistics/tuning.hpp"
#include "trace/trace_file.hpp"

// Pictures of shares and of tuning: profile, ecdf, tuning.
namespace lookahead::picture {
namespace {

// The texts, or of many the first and the last.
std::string listed(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 6;
  return texts.size() > most ? texts.front() + " to " + texts.back() : joined(texts, ", ");
}

// A share that rises in steps, drawn from `low` to `high`.
Series stairs(const std::vector<statistics::Step>& steps, double low, double high) {
  Series series;
  series.kind = Series::Kind::steps;
  series.x.push_back(low);
  series.y.push_back(statistics::share_at(steps, low));
  for (const auto& step : steps) {
    if (step.x <= low) continue;
    series.x.push_back(step.x);
    series.y.push_back(step.y);
  }
  series.x.push_back(high);
  series.y.push_back(statistics::share_at(steps, high));
  return series;
}

// Fractions of all, a panel with a line for each method.
Panel share_panel(const Study& study, const std::vector<std::vector<double>>& numbers, double low,
                  const std::string& x, const std::string& y) {
  Panel panel;
  panel.x = {.label = x, .log = true};
  panel.y = {.label = y, .low = 0, .high = 1.03};
  double greatest = low;
  for (const auto& list : numbers) {
    for (const double number : list) {
      if (std::isfinite(number)) greatest = std::max(greatest, number);
    }
  }
  for (std::size_t method = 0; method < numbers.size(); ++method) {
    if (numbers[method].empty()) continue;
    Series series = stairs(statistics::distribution_steps(numbers[method]), low, greatest * 1.2);
    series.name = study.methods[method];
    series.color = static_cast<Index>(method);
    panel.series.push_back(std::move(series));
  }
  return panel;
}

// Evaluations until the gap in a run's trace is at most each of the targets, infinite where it never is; empty
// where no row has a gap.
Checked<std::vector<double>> evaluations_to(const std::filesystem::path& folder,
                                            const std::vector<double>& targets) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  if (!summary->trace) return no_trace(folder);
  const auto trace = read_trace(folder / *summary->trace, {"grad_evals", "gap"});
  if (!trace) return trace.faults();
  std::vector<double> evaluations;
  const auto& gaps = trace->numbers[1];
  if (std::all_of(gaps.begin(), gaps.end(), [](double gap) { return std::isnan(gap); })) return evaluations;
  evaluations.assign(targets.size(), infinity);
  for (std::size_t row = 0; row < trace->events.size(); ++row) {
    for (std::size_t t = 0; t < targets.size(); ++t) {
      if (trace->numbers[1][row] <= targets[t])
        evaluations[t] = std::min(evaluations[t], trace->numbers[0][row]);
    }
  }
  return evaluations;
}

double dimension_of(const Study& study, Index problem) {
  return static_cast<double>(std::max<Index>(1, study.problems[at(problem)].dimension));
}

}  // namespace

Checked<Figure> profile_figure(const Study& study, const Request& request) {
  const bool by_target = request.value.empty() && !study.targets.empty();
  const auto column = study.column(by_target ? "evals_to_" + study.targets.back() : request.value, "--value");
  if (!column) return column.faults();
  const StudyColumn& values = study.columns[at(*column)];
  if (study.problems.size() < 2) {
    return unsuited("--kind profile", "a profile is over several problems, and there is one",
                    "--kind tuning and --kind sensitivity draw one problem");
  }
  if (values.larger_is_better) {
    return unsuited("--value " + values.name, "a profile is of values of which less is better",
                    "--value loss_slow, for example");
  }
  std::vector<std::vector<double>> medians(study.problems.size(),
                                           std::vector<double>(study.methods.size(), infinity));
  for (const StudyPoint& point : best_points(study, *column)) {
    const double median = median_of(study, point, *column);
    if (median < 0) {
      return unsuited("--value " + values.name,
                      "a profile is of values that are not negative, and " +
                          study.problems[at(point.problem)].label + " has " + number_text(median),
                      "--value gap, or evaluations to a target");
    }
    if (!std::isnan(median)) medians[at(point.problem)][at(point.method)] = median;
  }
  std::vector<std::vector<double>> ratios(study.methods.size());
  for (const auto& of_problem : medians) {
    const auto mine = statistics::performance_ratios(of_problem);
    for (std::size_t method = 0; method < mine.size(); ++method) ratios[method].push_back(mine[method]);
  }
  Figure figure;
  figure.panels.push_back(share_panel(study, ratios, 1, "factor tau over the best method's " + values.name,
                                      "share of " + to_text(study.problems.size()) + " problems"));
  figure.title = study.name + ": performance profile";
  figure.caption =
      caption_of(study) + " A line is the share of problems on which a method's median " + values.name +
      ", at its best setting there, is at most tau times the least of all methods (Dolan and More 2002).";
  add_status_notes(study, figure);
  return figure;
}

Checked<Figure> ecdf_figure(const Study& study, const Request& request) {
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();
  std::vector<std::vector<double>> numbers(study.methods.size());
  const bool from_traces = study.targets.empty();
  if (from_traces && study.is_sweep() && lacks_folders(study, "ecdf")) {
    return Fault{
        FaultKind::data,
        {study.folder.string(), 0, 0},
        "an ecdf needs targets, and the sweep has none",
        "run it into a new folder with targets: in its file, or with keep: traces for those of COCO"};
  }
  const auto usual = statistics::usual_targets();
  // Evaluations of a run; empty: its trace has no gap.
  struct Reached {
    Index method = 0, problem = 0;
    std::vector<double> evaluations = {};
  };
  std::vector<Reached> all;
  std::set<Index> tried, with_gap;  // problems
  for (const StudyPoint& point : best_points(study, *column)) {
    for (const Index run : point.runs) {
      const StudyStatus status = study.runs[at(run)].status;
      if (status != StudyStatus::finished && status != StudyStatus::diverged) continue;
      Reached reached{point.method, point.problem};
      if (from_traces) {
        auto evaluations = evaluations_to(study.folder_of(run), usual);
        if (!evaluations) return evaluations.faults();
        reached.evaluations = std::move(*evaluations);
        tried.insert(point.problem);
        if (!reached.evaluations.empty()) with_gap.insert(point.problem);
        all.push_back(std::move(reached));
        continue;
      }
      for (const std::string& target : study.targets) {
        const auto cells = study.find_column("evals_to_" + target);
        // A run that diverged may have met the target on its way.
        const double number = cells ? study.columns[at(*cells)].cells[at(run)] : none;
        if (std::isnan(number) && cells && !study.columns[at(*cells)].to_target) continue;
        reached.evaluations.push_back(std::isnan(number) ? infinity : number);
      }
      if (!reached.evaluations.empty()) all.push_back(std::move(reached));
    }
  }
  std::size_t instances = 0;
  for (Reached& reached : all) {
    if (from_traces && !with_gap.contains(reached.problem)) continue;
    // Its loss was finite nowhere.
    if (reached.evaluations.empty()) reached.evaluations.assign(usual.size(), infinity);
    ++instances;
    for (const double number : reached.evaluations)
      numbers[at(reached.method)].push_back(number / dimension_of(study, reached.problem));
  }
  const std::size_t without_gap = tried.size() - with_gap.size();
  if (instances == 0 && without_gap > 0) {
    return unsuited("--kind ecdf", "the runs have no gap: the minimum of their problem is not known",
                    "--kind curve --y loss_slow");
  }
  double least = infinity;
  for (const auto& list : numbers) {
    for (const double number : list) {
      if (number > 0) least = std::min(least, number);
    }
  }
  Figure figure;
  const auto targets = from_traces ? usual.size() : study.targets.size();
  figure.panels.push_back(share_panel(study, numbers, std::isfinite(least) ? least / 1.2 : 1,
                                      "gradient evaluations / dimension", "share of (run, target) reached"));
  figure.title = study.name + ": targets reached";
  figure.caption = caption_of(study) + " A line is the share of " +
                   counted(static_cast<Index>(targets), "target") + " (" +
                   (from_traces ? "gaps of 100 to 1e-8, five a decade, as in COCO" : listed(study.targets)) +
                   ") in the runs of a method at its best setting, reached within so many evaluations; " +
                   to_text(instances) + " runs.";
  if (without_gap > 0) {
    figure.notes.push_back("problems whose minimum is not known are left out: " + to_text(without_gap) +
                           " of " + to_text(study.problems.size()));
  }
  add_status_notes(study, figure);
  return figure;
}

Checked<Figure> tuning_figure(const Study& study, const Request& request) {
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();
  const StudyColumn& values = study.columns[at(*column)];
  std::map<std::pair<Index, Index>, std::vector<double>> tried;  // by problem and method
  for (const StudyPoint& point : study.points()) {
    const double median = median_of(study, point, *column);
    if (!std::isnan(median)) tried[{point.problem, point.method}].push_back(median);
  }
  Figure figure;
  std::vector<double> all;
  for (Index problem = 0; problem < std::ssize(study.problems); ++problem) {
    Panel panel;
    if (study.problems.size() > 1) panel.title = study.problems[at(problem)].label;
    panel.x.label = "settings tried";
    panel.y.label = "best " + values.name;
    for (Index method = 0; method < std::ssize(study.methods); ++method) {
      const auto found = tried.find({problem, method});
      if (found == tried.end()) continue;
      const statistics::TuningCurve curve(found->second, values.larger_is_better);
      Series series;
      series.name = study.methods[at(method)] + " (" + to_text(found->second.size()) + " settings)";
      series.color = method;
      series.marks = curve.count() <= 30;
      for (Index tries = 1; tries <= curve.count(); ++tries) {
        series.x.push_back(static_cast<double>(tries));
        series.y.push_back(curve.median(tries));
      }
      all.insert(all.end(), series.y.begin(), series.y.end());
      panel.series.push_back(std::move(series));
    }
    if (!panel.series.empty()) figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty())
    return unsuited("--kind tuning", "no run has a value of " + values.name, "choose another by --value");
  constexpr double many = 50;
  for (Panel& panel : figure.panels) {
    panel.y.log = is_log_column(values.name, all);
    for (const Series& series : panel.series) panel.x.log = panel.x.log || series.x.back() > many;
  }
  figure.title = study.name + ": what tuning is worth";
  figure.caption =
      caption_of(study) + " A line is the median of the best " + values.name +
      " of so many settings drawn at random from those tried (Dodge et al. 2019); a setting counts by its "
      "median over seeds.";
  add_status_notes(study, figure);
  return figure;
}

}  // namespace lookahead::picture
