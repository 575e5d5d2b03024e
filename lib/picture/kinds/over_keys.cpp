#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/text.hpp"
#include "picture/kinds/parts.hpp"
#include "study/statistics/quantiles.hpp"

// Pictures of values over the varied keys: heat maps and sensitivity.
namespace lookahead::picture {
namespace {

std::vector<std::string> key_names(const Study& study) {
  std::vector<std::string> names;
  for (const StudyKey& key : study.keys) names.push_back(key.name);
  return names;
}

Checked<Index> key_of(const Study& study, const std::string& name, const std::string& option) {
  if (const auto key = study.find_key(name)) return *key;
  const auto names = key_names(study);
  const std::string near = suggestion(name, names);
  return unsuited(option + " " + name, "no key " + quoted(name) + " was varied",
                  !near.empty()   ? near
                  : names.empty() ? "nothing was varied at all"
                                  : "varied: " + joined(names, ", "));
}

// The varied keys, those of numbers first, then by the number of values.
std::vector<Index> keys_by_use(const Study& study) {
  std::vector<Index> keys(study.keys.size());
  std::iota(keys.begin(), keys.end(), Index{0});
  const auto rank = [&](Index key) {
    const StudyKey& k = study.keys[at(key)];
    return std::pair(k.numbers.empty() ? 1 : 0, -std::ssize(k.values));
  };
  std::stable_sort(keys.begin(), keys.end(), [&](Index a, Index b) { return rank(a) < rank(b); });
  std::erase_if(keys, [&](Index key) { return study.keys[at(key)].values.size() < 2; });
  return keys;
}

// The key's values in the order in which they are drawn: numbers by size, others as in the grid.
std::vector<Index> drawn_order(const StudyKey& key) {
  std::vector<Index> order(key.values.size());
  std::iota(order.begin(), order.end(), Index{0});
  if (!key.numbers.empty())
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return key.numbers[at(a)] < key.numbers[at(b)]; });
  return order;
}

// Steps between neighbours grow with the numbers.
bool is_log_key(const StudyKey& key) {
  if (key.numbers.size() < 3) return false;
  const auto [least, most] = std::minmax_element(key.numbers.begin(), key.numbers.end());
  return *least > 0 && *most >= 20 * *least;
}

std::string over_others(const Study& study, const std::vector<Index>& shown) {
  std::vector<std::string> others;
  for (Index key = 0; key < std::ssize(study.keys); ++key) {
    const bool drawn = std::find(shown.begin(), shown.end(), key) != shown.end();
    if (!drawn && !study.keys[at(key)].of_problem && study.keys[at(key)].values.size() > 1)
      others.push_back(study.keys[at(key)].name);
  }
  return others.empty() ? "" : " The best over " + joined(others, ", ") + " is shown.";
}

// What tells the problem of a point from those of other panels: its label without the keys that are drawn;
// empty where all points have the same.
std::string problem_beside(const Study& study, const StudyPoint& point, const std::vector<Index>& drawn) {
  const auto is_drawn = [&](Index key) { return std::find(drawn.begin(), drawn.end(), key) != drawn.end(); };
  const StudyProblem& problem = study.problems[at(point.problem)];
  if (std::none_of(drawn.begin(), drawn.end(), [&](Index key) { return study.keys[at(key)].of_problem; }))
    return study.problems.size() > 1 ? problem.label : "";
  std::vector<std::string> parts;
  const bool several = std::any_of(study.problems.begin(), study.problems.end(),
                                   [&](const StudyProblem& other) { return other.base != problem.base; });
  if (several) parts.push_back(problem.base);
  for (Index i = 0; i < std::ssize(study.keys); ++i) {
    const StudyKey& key = study.keys[at(i)];
    const Index setting = point.settings[at(i)];
    if (!key.of_problem || is_drawn(i) || key.values.size() < 2 || setting == StudyRun::unset) continue;
    std::string part = key.name;
    part.append(" = ").append(key.values[at(setting)]);
    parts.push_back(std::move(part));
  }
  return joined(parts, ", ");
}

std::string panel_name(const Study& study, Index method, const std::string& problem) {
  std::vector<std::string> parts;
  if (study.methods.size() > 1) parts.push_back(study.methods[at(method)]);
  if (!problem.empty()) parts.push_back(problem);
  return joined(parts, ", ");
}

}  // namespace

Checked<Figure> heatmap_figure(const Study& study, const Request& request) {
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();
  std::vector<Index> keys = keys_by_use(study);
  const auto choose = [&](const std::string& name, const std::string& option,
                          std::size_t place) -> Checked<Done> {
    if (name.empty()) return Done{};
    const auto key = key_of(study, name, option);
    if (!key) return key.faults();
    std::erase(keys, *key);
    keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(std::min(place, keys.size())), *key);
    return Done{};
  };
  if (request.y.size() > 1) {
    return unsuited("--y " + request.y[1],
                    "a heatmap has one key along each axis, and --y names " + request.y.front(),
                    "leave one of the two out");
  }
  const std::string over_y = request.y.empty() ? "" : request.y.front();
  if (const auto chosen = choose(request.x, "--x", 0); !chosen) return chosen.faults();
  if (const auto chosen = choose(over_y, "--y", 1); !chosen) return chosen.faults();
  if (!over_y.empty() && study.find_key(over_y) == study.find_key(request.x))
    return unsuited("--y " + over_y, "is the key of --x", "name two keys");
  if (keys.size() < 2) {
    return unsuited(
        "--kind heatmap",
        "needs two varied keys, and there " +
            std::string(keys.size() == 1 ? "is " + study.keys[at(keys[0])].name + " alone" : "is none"),
        keys.size() == 1 ? "--kind sensitivity draws one" : "");
  }
  const Index kx = keys[0], ky = keys[1];
  const StudyKey &x = study.keys[at(kx)], &y = study.keys[at(ky)];
  const auto columns = drawn_order(x), rows = drawn_order(y);
  const bool larger = study.columns[at(*column)].larger_is_better;
  using PanelKey = std::pair<Index, std::string>;  // method and problem
  std::map<PanelKey, std::vector<double>> cells;
  std::vector<PanelKey> order;
  for (const StudyPoint& point : study.points()) {
    const Index cx = point.settings[at(kx)], cy = point.settings[at(ky)];
    if (cx == StudyRun::unset || cy == StudyRun::unset) continue;
    const PanelKey id(point.method, problem_beside(study, point, {kx, ky}));
    auto [found, is_new] = cells.try_emplace(id, columns.size() * rows.size(), none);
    if (is_new) order.push_back(id);
    const auto c = std::find(columns.begin(), columns.end(), cx) - columns.begin();
    const auto r = std::find(rows.begin(), rows.end(), cy) - rows.begin();
    double& cell = found->second[at(r * std::ssize(columns) + c)];
    const double median = median_of(study, point, *column);
    if (is_better(median, cell, larger)) cell = median;
  }
  Figure figure;
  std::vector<double> all;
  for (const auto& id : order) all.insert(all.end(), cells[id].begin(), cells[id].end());
  const std::string& name = study.columns[at(*column)].name;
  const bool log = request.log.empty() ? is_log_column(name, all) : request.log != "none";
  std::erase_if(all, [&](double value) { return !std::isfinite(value) || (log && value <= 0); });
  const auto [least, most] = std::minmax_element(all.begin(), all.end());
  for (const auto& id : order) {
    Panel panel;
    panel.title = panel_name(study, id.first, id.second);
    panel.x.label = x.name;
    panel.y.label = y.name;
    for (const Index c : columns) panel.x.names.push_back(x.values[at(c)]);
    for (const Index r : rows) panel.y.names.push_back(y.values[at(r)]);
    panel.heat = Heat{std::ssize(columns), std::ssize(rows), std::move(cells[id]), "median " + name, log};
    if (!all.empty()) panel.heat->low = *least, panel.heat->high = *most;
    const auto missing = std::count_if(panel.heat->values.begin(), panel.heat->values.end(),
                                       [](double value) { return std::isnan(value); });
    if (missing > 0) {
      figure.notes.push_back(
          to_text(missing) + " of " + to_text(panel.heat->values.size()) + " cells are empty" +
          (panel.title.empty() ? "" : " in " + panel.title) + ": no run has a value" +
          (2 * missing > std::ssize(panel.heat->values) ? "; --kind sensitivity draws points that are no grid"
                                                        : ""));
    }
    figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty())
    return unsuited("--kind heatmap", "no method has both " + x.name + " and " + y.name,
                    "choose others by --x and --y");
  figure.title = study.name + ": " + name + " over " + x.name + " and " + y.name;
  figure.caption = caption_of(study) + " Cells are medians over seeds." + over_others(study, {kx, ky});
  add_status_notes(study, figure);
  return figure;
}

Checked<Figure> sensitivity_figure(const Study& study, const Request& request) {
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();
  const auto keys = keys_by_use(study);
  Index key = keys.empty() ? 0 : keys.front();
  if (!request.x.empty()) {
    const auto chosen = key_of(study, request.x, "--x");
    if (!chosen) return chosen.faults();
    key = *chosen;
  } else if (keys.empty()) {
    return unsuited("--kind sensitivity", "nothing was varied with more than one value",
                    "--kind curve draws runs over their steps");
  }
  const StudyKey& x = study.keys[at(key)];
  const auto order = drawn_order(x);
  const bool larger = study.columns[at(*column)].larger_is_better;
  const std::string& name = study.columns[at(*column)].name;
  // The best point of each problem and method at each of the key's values.
  using LineKey = std::pair<std::string, Index>;
  std::map<LineKey, std::vector<std::optional<StudyPoint>>> lines;
  std::vector<LineKey> ids;
  std::vector<std::string> problems;
  for (StudyPoint& point : study.points()) {
    const Index place = point.settings[at(key)];
    if (place == StudyRun::unset) continue;
    const LineKey id(problem_beside(study, point, {key}), point.method);
    auto [found, is_new] = lines.try_emplace(id, x.values.size());
    if (is_new) ids.push_back(id);
    if (std::find(problems.begin(), problems.end(), id.first) == problems.end()) problems.push_back(id.first);
    auto& held = found->second[at(place)];
    if (!held || is_better(median_of(study, point, *column), median_of(study, *held, *column), larger))
      held = std::move(point);
  }
  Figure figure;
  std::vector<double> all;
  bool bands = false;
  for (const std::string& problem : problems) {
    Panel panel;
    panel.title = problem;
    panel.x.label = x.name;
    panel.y.label = column_label(name);
    panel.x.log = is_log_key(x);
    if (x.numbers.empty()) {
      for (const Index value : order) panel.x.names.push_back(x.values[at(value)]);
    }
    for (const auto& id : ids) {
      if (id.first != problem) continue;
      Series series;
      series.name = study.methods.size() > 1 || panel.title.empty() ? study.methods[at(id.second)] : "";
      series.color = std::ssize(panel.series);
      series.marks = true;
      for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& point = lines[id][at(order[i])];
        const auto values = point ? values_of(study, *point, *column) : std::vector<double>();
        series.x.push_back(x.numbers.empty() ? static_cast<double>(i) : x.numbers[at(order[i])]);
        series.y.push_back(values.empty() ? none : statistics::median(values));
        const auto quartiles = values.size() > 1 ? statistics::quartiles(values)
                                                 : statistics::Quartiles{none, none, none, none, none};
        series.low.push_back(quartiles.lower);
        series.high.push_back(quartiles.upper);
        bands = bands || values.size() > 1;
        all.push_back(series.y.back());
      }
      panel.series.push_back(std::move(series));
    }
    if (panel.series.size() == 1) panel.series.front().name.clear();
    if (!panel.series.empty()) figure.panels.push_back(std::move(panel));
  }
  for (Panel& panel : figure.panels) panel.y.log = is_log_column(name, all);
  figure.title = study.name + ": " + name + " over " + x.name;
  figure.caption = caption_of(study) +
                   (bands ? " Lines are medians over seeds, bands reach from quartile to quartile." : "") +
                   over_others(study, {key});
  add_status_notes(study, figure);
  return figure;
}

}  // namespace lookahead::picture
