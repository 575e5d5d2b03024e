#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "engine/evaluator.hpp"
#include "picture/contours.hpp"
#include "picture/kinds/parts.hpp"
#include "run/plan.hpp"
#include "run/run.hpp"
#include "run/run_summary.hpp"
#include "run/watcher.hpp"
#include "spec/problem.hpp"

// The way of a run in the plane, walked again in memory.
namespace lookahead::picture {
namespace {

constexpr Index most_steps = 20000;  // beyond it a picture shows no more
constexpr Index grid_side = 121, level_count = 14;

struct Walk {
  std::vector<Record> records;
  Spec spec;
  std::vector<std::vector<double>> minimizers;
  bool cut = false;
};

// The run of a folder again, every step recorded. Problem and seed alone decide about it.
Checked<Walk> walk_again(const std::filesystem::path& folder, Index steps) {
  auto spec = read_spec(folder);
  if (!spec) return spec.faults();
  if (!spec->objective || spec->objective->dimension != 2) {
    return unsuited("--kind path",
                    "needs a function or a game of two coordinates, and " + quoted(folder.string()) +
                        " is of " +
                        (spec->objective ? to_text(spec->objective->dimension) : std::string("data")),
                    "--kind curve draws any run");
  }
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  const auto same = plan_run(*spec);
  if (!same) return as_data(same.faults());
  const auto id = summary->json.find("id");
  if (id != summary->json.end() && *id != id_text(same->plan->identity)) {
    return Fault{FaultKind::data,
                 {folder.string(), 0, 0},
                 "the problem has changed since the run, whose path would be another one",
                 "run it again"};
  }
  spec->trace.points = true;
  spec->trace.exact = false;
  spec->trace.every = {Cadence::Kind::every, 1};
  spec->stop.time = std::nullopt;
  const auto planned = plan_run(*spec);
  if (!planned) return as_data(planned.faults());
  MemorySink sink;
  Watcher nobody;
  // Another walk has no clock to end it, and is not interrupted.
  Index taken = std::numeric_limits<Index>::max();
  if (const auto told = summary->json.find("steps"); told != summary->json.end() && told->is_number_integer())
    taken = told->get<Index>();
  const Index most = std::min({steps > 0 ? steps : most_steps, most_steps, std::max<Index>(1, taken)});
  const auto outcome = start_run(*planned->plan, *planned->pool)->run(&sink, nobody, most);
  if (outcome.fault) return *outcome.fault;
  std::erase_if(sink.records, [&](const Record& record) { return record.step > taken; });
  Walk walk{std::move(sink.records), *spec, {}, most < taken && outcome.status == Status::running};
  const auto& function = spec->objective->function;
  walk.minimizers = function.entry->facts(function.values, 2).minimizers;
  return walk;
}

struct Ways {
  Series fast, slow, back;
};

void add(Series& series, const std::vector<double>& point) {
  series.x.push_back(point.empty() ? none : point[0]);
  series.y.push_back(point.empty() ? none : point[1]);
}

// k steps forward, one step back.
Ways ways_of(const Walk& walk) {
  Ways ways;
  const std::vector<double> gap;
  for (const Record& record : walk.records) {
    if (record.event == "restored" || record.fast.size() != 2 || record.slow.size() != 2) continue;
    const bool first = record.step == 0;
    if (!first) add(ways.fast, record.fast);
    if (!record.synced && !first) continue;
    if (!first) {
      add(ways.back, record.fast);
      add(ways.back, record.slow);
      add(ways.back, gap);
      add(ways.fast, gap);
    }
    add(ways.slow, record.slow);
    add(ways.fast, record.slow);
  }
  return ways;
}

struct Box {
  double x0 = infinity, x1 = -infinity, y0 = infinity, y1 = -infinity;
  void take(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) return;
    x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
  }
  double side() const { return std::max(x1 - x0, y1 - y0); }
};

// What is to be seen: all ways but those that fled, and a minimum that is near.
Box box_of(const std::vector<Walk>& walks, const std::vector<Ways>& ways) {
  Box box;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Facts facts =
        walks[i].spec.objective->function.entry->facts(walks[i].spec.objective->function.values, 2);
    const auto fled = [&](double place, double start, std::size_t coordinate) {
      const double wide =
          facts.upper.empty() ? infinity : 4 * (facts.upper[coordinate] - facts.lower[coordinate]);
      return !(std::abs(place) <= wide + std::abs(start));
    };
    for (const Series* series : {&ways[i].fast, &ways[i].slow}) {
      for (std::size_t j = 0; j < series->x.size(); ++j) {
        if (fled(series->x[j], ways[i].slow.x.front(), 0) || fled(series->y[j], ways[i].slow.y.front(), 1))
          continue;
        box.take(series->x[j], series->y[j]);
      }
    }
  }
  if (!(box.x0 <= box.x1)) return {-1, 1, -1, 1};
  for (const auto& minimizer : walks.front().minimizers) {
    Box more = box;
    more.take(minimizer[0], minimizer[1]);
    if (more.side() <= 2.5 * box.side() || box.side() == 0) box = more;
  }
  // A path along an axis is seen in a box, too.
  const double least = box.side() > 0 ? 0.35 * box.side() : 1;
  const auto widen = [&](double& low, double& high) {
    const double spare = std::max(0.0, least - (high - low)) / 2 + 0.08 * std::max(high - low, least);
    low -= spare, high += spare;
  };
  widen(box.x0, box.x1);
  widen(box.y0, box.y1);
  return box;
}

// The objective of all, without noise, over the box.
Checked<Grid> landscape(const Spec& spec, const Box& box) {
  const auto planned = plan_unevaluated(spec);
  if (!planned) return planned.faults();
  Grid grid;
  for (Index i = 0; i < grid_side; ++i) {
    const double share = static_cast<double>(i) / (grid_side - 1);
    grid.x.push_back(box.x0 + share * (box.x1 - box.x0));
    grid.y.push_back(box.y0 + share * (box.y1 - box.y0));
  }
  const Fault* fault = nullptr;
  in_precision(*planned->plan, [&]<Scalar T>(const PlanOf<T>& plan) {
    Evaluator<T> evaluator(plan.objective(), *planned->pool, plan.terms().size());
    for (const double y : grid.y) {
      for (const double x : grid.x) {
        const T point[] = {static_cast<T>(x), static_cast<T>(y)};
        const Evaluation height = evaluator.value(point, plan.terms());
        grid.values.push_back(height.value);
        fault = height.fault;
        if (fault != nullptr) return;
      }
    }
  });
  if (fault != nullptr) return *fault;
  return grid;
}

// Which runs are drawn: all single ones; of a sweep the first seed of each method's best point.
Checked<std::vector<Index>> chosen_runs(const Study& study, const Request& request) {
  std::vector<Index> runs;
  if (!study.is_sweep()) {
    for (Index run = 0; run < std::ssize(study.runs); ++run) runs.push_back(run);
    return runs;
  }
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();
  for (const StudyPoint& point : best_points(study, *column)) {
    for (const Index run : point.runs) {
      if (kind_of_folder(study.folder_of(run)) != StudyFolder::run) continue;
      runs.push_back(run);
      break;
    }
  }
  return runs;
}

Series single_point(const std::string& name, double x, double y, Series::Mark mark, Index color) {
  Series series{.name = name, .kind = Series::Kind::points, .color = color, .mark = mark};
  series.x = {x};
  series.y = {y};
  return series;
}

}  // namespace

Checked<Figure> path_figure(const Study& study, const Request& request) {
  if (auto fault = lacks_folders(study, "path")) return *fault;
  const auto runs = chosen_runs(study, request);
  if (!runs) return runs.faults();
  if (runs->empty()) {
    return Fault{FaultKind::data,
                 {study.name, 0, 0},
                 "no run at the best settings has a folder, which a path is drawn from",
                 "sweep with --keep traces, or --keep everything"};
  }
  const Index problem = study.runs[at(runs->front())].problem;
  for (const Index run : *runs) {
    if (study.runs[at(run)].problem == problem) continue;
    return unsuited("--kind path", "the runs are of different problems, which share no ground",
                    "give runs of one problem");
  }
  if (runs->size() > hues) {
    return unsuited("--kind path", "more than " + to_text(hues) + " runs cannot be told apart in one picture",
                    "give fewer runs, or --kind curve");
  }
  std::vector<Walk> walks;
  std::vector<Ways> ways;
  Figure figure;
  for (const Index run : *runs) {
    auto walk = walk_again(study.folder_of(run), request.steps);
    if (!walk) return walk.faults();
    ways.push_back(ways_of(*walk));
    if (walk->cut && request.steps == 0)
      figure.notes.push_back("only the first " + to_text(most_steps) + " steps are drawn");
    walks.push_back(std::move(*walk));
  }
  const Box box = box_of(walks, ways);
  const Spec& spec = walks.front().spec;
  const bool game = spec.objective->function.entry->game;
  auto grid = landscape(spec, box);
  if (!grid) return grid.faults();
  Panel panel;
  panel.x = {.label = "coordinate 0", .low = box.x0, .high = box.x1};
  panel.y = {.label = "coordinate 1", .low = box.y0, .high = box.y1};
  Series levels{.name = game ? "contours of 1/2 |V|^2" : "contours of f", .color = -1, .thin = true};
  for (const double level : contour_levels(*grid, level_count)) {
    Lines lines = contour(*grid, level);
    levels.x.insert(levels.x.end(), lines.x.begin(), lines.x.end());
    levels.y.insert(levels.y.end(), lines.y.begin(), lines.y.end());
  }
  panel.series.push_back(std::move(levels));
  bool beyond = false;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const bool alone = ways.size() == 1;
    const auto color = static_cast<Index>(i);
    const StudyRun& run = study.runs[at((*runs)[i])];
    const std::string name =
        alone ? ""
              : name_of(study, {run.method, run.problem, run.settings, {}}) + ", seed " + to_text(run.seed);
    auto& [fast, slow, back] = ways[i];
    const bool syncs = walks[i].spec.lookahead.enabled;
    fast.name = alone && syncs ? "fast point: steps forward" : "";
    fast.color = alone && syncs ? 5 : color;
    fast.thin = true;
    fast.marks = alone && fast.x.size() <= 600;
    slow.name = alone ? (syncs ? "slow point" : "point") : name;
    slow.color = color;
    slow.marks = slow.x.size() <= 200;
    back.name = alone ? "step back at a sync" : "";
    back.color = alone ? 1 : color;
    back.dashed = !alone;
    back.thin = !alone;
    for (const Series* series : {&fast, &slow}) {
      for (std::size_t j = 0; j < series->x.size(); ++j)
        beyond = beyond || series->x[j] < box.x0 || series->x[j] > box.x1 || series->y[j] < box.y0 ||
                 series->y[j] > box.y1;
    }
    const double x = slow.x.empty() ? none : slow.x.front(), y = slow.y.empty() ? none : slow.y.front();
    if (syncs) panel.series.push_back(std::move(fast));
    if (syncs) panel.series.push_back(std::move(back));
    panel.series.push_back(std::move(slow));
    if (i == 0) panel.series.push_back(single_point("start", x, y, Series::Mark::square, 6));
  }
  bool named = false;
  for (const auto& minimizer : walks.front().minimizers) {
    const bool inside =
        minimizer[0] >= box.x0 && minimizer[0] <= box.x1 && minimizer[1] >= box.y0 && minimizer[1] <= box.y1;
    if (!inside) continue;
    panel.series.push_back(single_point(named  ? ""
                                        : game ? "equilibrium"
                                               : "minimum",
                                        minimizer[0], minimizer[1], Series::Mark::star, 6));
    named = true;
  }
  if (beyond) figure.notes.emplace_back("parts of the way lie outside the picture");
  figure.panels.push_back(std::move(panel));
  figure.title = study.name + ": the path of " + (walks.size() == 1 ? "a run" : "the runs") + " in the plane";
  figure.caption =
      caption_of(study) + " Contours enclose equal shares of the area, the lowest ones smaller shares.";
  if (study.is_sweep()) figure.caption += " Of each method the first seed at its best setting is drawn.";
  return figure;
}

}  // namespace lookahead::picture
