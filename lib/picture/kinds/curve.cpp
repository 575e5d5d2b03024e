#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "picture/kinds/parts.hpp"
#include "run/run_summary.hpp"
#include "study/statistics/quantiles.hpp"
#include "trace/trace_file.hpp"

namespace lookahead::picture {
namespace {

// One column of one run's trace over another one.
struct Curve {
  std::vector<double> x, y;  // no NaN
  StudyStatus status = StudyStatus::finished;
};

bool falls(const Curve& curve) { return !std::is_sorted(curve.x.begin(), curve.x.end()); }

// The columns of the trace of every run that is drawn.
class Traces {
 public:
  explicit Traces(const Study& study) : study_(study), files_(study.runs.size()) {}

  Checked<Done> find() {
    for (Index run = 0; run < std::ssize(study_.runs); ++run) {
      const StudyStatus status = study_.runs[at(run)].status;
      const auto folder = study_.folder_of(run);
      if (status == StudyStatus::failed || status == StudyStatus::dropped) continue;
      if (study_.is_sweep() && kind_of_folder(folder) != StudyFolder::run) continue;
      const auto summary = read_summary(folder);
      if (!summary) return summary.faults();
      if (!summary->trace) return no_trace(folder);
      files_[at(run)] = folder / *summary->trace;
    }
    return Done{};
  }

  bool has(Index run) const { return !files_[at(run)].empty(); }

  // Whether a column holds a number in a trace of every problem.
  bool filled(const std::string& column) const {
    bool any = false;
    std::vector<bool> seen(study_.problems.size());
    for (std::size_t run = 0; run < files_.size(); ++run) {
      const auto& file = files_[run];
      const std::size_t problem = at(study_.runs[run].problem);
      if (file.empty() || seen[problem]) continue;
      seen[problem] = true;
      const auto columns = read_trace(file, {column});
      if (!columns) return false;
      const auto& cells = columns->numbers.front();
      if (std::all_of(cells.begin(), cells.end(), [](double cell) { return std::isnan(cell); })) return false;
      any = true;
    }
    return any;
  }

  Checked<Curve> curve(Index run, const std::string& x, const std::string& y) const {
    auto columns = read_trace(files_[at(run)], {x, y});
    if (!columns) return columns.faults();
    Curve curve;
    curve.status = study_.runs[at(run)].status;
    for (std::size_t i = 0; i < columns->events.size(); ++i) {
      const double a = columns->numbers[0][i], b = columns->numbers[1][i];
      if (std::isnan(a) || std::isnan(b) || columns->events[i] == "restored") continue;
      curve.x.push_back(a);
      curve.y.push_back(b);
    }
    return curve;
  }

 private:
  const Study& study_;
  std::vector<std::filesystem::path> files_;  // by run; empty: none
};

// Each curve as a line of its own.
Series one_by_one(const std::vector<Curve>& curves) {
  Series series;
  const auto add = [&](double x, double y) {
    series.x.push_back(x);
    series.y.push_back(y);
  };
  for (const Curve& curve : curves) {
    if (!series.x.empty()) add(none, none);
    for (std::size_t i = 0; i < curve.x.size(); ++i) add(curve.x[i], curve.y[i]);
    if (curve.status == StudyStatus::diverged && !curve.x.empty()) add(curve.x.back(), infinity);
  }
  return series;
}

// Median and quartiles of curves whose x rises but need not be the same: of each counts the last value that it
// had by then. The last value of a run that has finished counts on, as others would be a choice among the
// seeds; one that diverged counts as infinite, one that is not finished no more.
Series over_seeds(const std::vector<Curve>& curves) {
  Series series;
  std::vector<double> places;
  for (const Curve& curve : curves) places.insert(places.end(), curve.x.begin(), curve.x.end());
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  // Times are nowhere the same: what is between two pixels is left out.
  constexpr std::size_t most = 2000;
  if (places.size() > most) {
    std::vector<double> kept;
    const std::size_t every = (places.size() + most - 1) / most;
    for (std::size_t i = 0; i < places.size(); i += every) kept.push_back(places[i]);
    if (kept.back() != places.back()) kept.push_back(places.back());
    places = std::move(kept);
  }
  std::vector<std::size_t> next(curves.size());
  for (const double place : places) {
    std::vector<double> values;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      const Curve& curve = curves[c];
      while (next[c] < curve.x.size() && curve.x[next[c]] <= place) ++next[c];
      const bool over = next[c] == curve.x.size() && !curve.x.empty() && curve.x.back() < place;
      if (over && curve.status == StudyStatus::diverged) {
        values.push_back(infinity);
      } else if (next[c] > 0 && !(over && curve.status == StudyStatus::unfinished)) {
        values.push_back(curve.y[next[c] - 1]);
      }
    }
    if (values.empty()) continue;
    const auto quartiles = statistics::quartiles(values);
    series.x.push_back(place);
    series.y.push_back(quartiles.median);
    series.low.push_back(values.size() > 1 ? quartiles.lower : none);
    series.high.push_back(values.size() > 1 ? quartiles.upper : none);
  }
  return series;
}

std::vector<std::string> usual_columns(const Traces& traces) {
  if (traces.filled("gap")) return {"gap"};
  if (traces.filled("val_loss")) return {"loss_slow", "val_loss"};
  return {"loss_slow"};
}

}  // namespace

Checked<Figure> curve_figure(const Study& study, const Request& request) {
  if (auto fault = lacks_folders(study, "curve")) return *fault;
  Traces traces(study);
  if (const auto found = traces.find(); !found) return found.faults();
  const std::vector<std::string> ys = request.y.empty() ? usual_columns(traces) : request.y;
  const std::string x = !request.x.empty() ? request.x : traces.filled("epoch") ? "epoch" : "step";
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();

  Figure figure;
  auto points = study.points();
  std::erase_if(points, [&](const StudyPoint& point) {
    return std::none_of(point.runs.begin(), point.runs.end(), [&](Index run) { return traces.has(run); });
  });
  // Single runs were chosen by whoever named them, a sweep's settings were not.
  const std::size_t most = study.is_sweep() ? hues : most_lines;
  const bool best_alone = points.size() * ys.size() > most * study.problems.size();
  if (best_alone) {
    const auto all = points.size();
    points = best_points(study, *column);
    figure.notes.push_back("of " + to_text(all) + " settings those of the best median " +
                           study.columns[at(*column)].name + " of each method are drawn");
  }
  std::vector<double> values;
  bool medians = false, single = false;  // what is drawn of several seeds
  for (Index problem = 0; problem < std::ssize(study.problems); ++problem) {
    Panel panel;
    if (study.problems.size() > 1) panel.title = study.problems[at(problem)].label;
    for (const StudyPoint& point : points) {
      if (point.problem != problem) continue;
      for (const std::string& y : ys) {
        std::vector<Curve> curves;
        for (const Index run : point.runs) {
          if (!traces.has(run)) continue;
          auto curve = traces.curve(run, x, y);
          if (!curve) return curve.faults();
          if (!curve->x.empty()) curves.push_back(std::move(*curve));
        }
        if (curves.empty()) continue;
        const bool falling = std::any_of(curves.begin(), curves.end(), falls);
        Series series = curves.size() == 1 || falling ? one_by_one(curves) : over_seeds(curves);
        StudyPoint named = point;
        std::string name = name_of(study, named);
        if (study.problems.size() > 1) {
          const std::string ending = ", " + study.problems[at(problem)].label;
          if (name.ends_with(ending)) name.resize(name.size() - ending.size());
        }
        const bool only = points.size() == 1;
        series.name = ys.size() > 1 && only ? column_label(y) : name;
        if (ys.size() > 1 && !only) series.name.append(", ").append(y);
        series.color = std::ssize(panel.series);
        if (curves.size() > 1) (falling ? single : medians) = true;
        values.insert(values.end(), series.y.begin(), series.y.end());
        panel.series.push_back(std::move(series));
      }
    }
    panel.x.label = column_label(x);
    panel.y.label = ys.size() == 1 ? column_label(ys.front()) : "loss";
    if (ys.size() > 1) {
      const bool losses = std::all_of(
          ys.begin(), ys.end(), [](const std::string& y) { return y.find("loss") != std::string::npos; });
      if (!losses) panel.y.label = joined(ys, ", ");
    }
    if (panel.series.empty()) continue;
    if (panel.series.size() == 1) panel.series.front().name.clear();
    figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty()) {
    return Fault{FaultKind::data,
                 {study.is_sweep() ? study.folder.string() : study.folder_of(0).string(), 0, 0},
                 "no row of a trace has both " + x + " and " + joined(ys, ", "),
                 "lookahead list columns explains the columns"};
  }
  for (Panel& panel : figure.panels) panel.y.log = is_log_column(ys.front(), values);
  figure.title = study.name + ": " + column_label(ys.front()) + " over " + column_label(x);
  figure.caption = caption_of(study);
  if (medians) {
    figure.caption +=
        " Lines are medians over seeds, bands reach from quartile to quartile; the last value of a run "
        "that has finished counts on.";
  }
  if (single) {
    figure.caption += medians ? " Where " + x + " also falls, every seed has a line of its own."
                              : " Every seed has a line of its own, as " + x + " also falls.";
  }
  add_status_notes(study, figure, true);
  return figure;
}

}  // namespace lookahead::picture
