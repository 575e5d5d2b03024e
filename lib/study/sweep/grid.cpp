#include "study/sweep/grid.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/checksum.hpp"
#include "base/text.hpp"
#include "random/stream.hpp"
#include "run/identity.hpp"
#include "run/resume.hpp"
#include "spec/overrides.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

// Calls `use` with every axis, those of methods last.
template <class File, class Use>
void for_axes(File& file, Use&& use) {
  for (auto& axis : file.axes) use(axis);
  for (auto& group : file.together) {
    for (auto& axis : group) use(axis);
  }
  for (auto& method : file.methods) {
    for (auto& axis : method.axes) use(axis);
  }
}

// Fills an axis with the values of its range at the points of the sequence, whose dimension `number` is its own.
void draw_values(Axis& axis, const SweepPoints& points, std::size_t number) {
  const Stream stream(1, Purpose::sweep, static_cast<Index>(number));
  for (Index i = 1; i <= points.count; ++i) {
    double share = 0;
    if (points.kind == SweepPoints::Kind::halton) {
      share = halton(i, number);
    } else {
      stream.uniforms(static_cast<std::uint64_t>(i), {&share, 1});
    }
    axis.values.push_back(number_node(drawn_value(*axis.range, share), axis.place));
  }
}

}  // namespace

Checked<Grid> Grid::of(SweepFile file, double most_runs) {
  Grid grid(std::move(file));
  SweepFile& own = grid.file_;
  if (static_cast<double>(own.points.count) > most_runs) {
    return Fault{FaultKind::problem, own.points.place,
                 "the sweep has more than " + to_text(static_cast<std::int64_t>(most_runs)) +
                     " points: " + short_text(static_cast<double>(own.points.count), 3),
                 "take fewer, or --limit " + short_text(static_cast<double>(own.points.count), 2)};
  }
  Faults faults = grid.spread();
  if (!faults.empty()) return faults;
  for (const Axis& axis : own.axes) grid.column_of(axis.key);
  for (const auto& group : own.together) {
    for (const Axis& axis : group) grid.column_of(axis.key);
  }
  for (const SweepMethod& method : own.methods) {
    for (const Axis& axis : method.axes) grid.column_of(axis.key);
  }
  const bool all = own.points.kind == SweepPoints::Kind::grid;
  double total = 0;
  grid.offsets_.push_back(0);
  for (const SweepMethod& method : own.methods) {
    Walk walk;
    Dimension drawn{{}, {}, own.points.count};
    const auto add = [&](const Axis& axis) {
      if (all || !axis.range) {
        grid.add_axis(axis, walk);
      } else {
        drawn.columns.push_back(grid.column_of(axis.key));
        drawn.values.push_back(&axis.values);
      }
    };
    for (const Axis& axis : own.axes) add(axis);
    for (const auto& group : own.together) {
      Dimension step{{}, {}, std::ssize(group.front().values)};
      for (const Axis& axis : group) {
        step.columns.push_back(grid.column_of(axis.key));
        step.values.push_back(&axis.values);
      }
      walk.points *= static_cast<double>(step.count);
      walk.dimensions.push_back(std::move(step));
    }
    for (const Axis& axis : method.axes) add(axis);
    if (!drawn.columns.empty()) {
      grid.leave_repeated_out(drawn);
      walk.points *= static_cast<double>(drawn.count);
      walk.dimensions.push_back(std::move(drawn));
    }
    total += walk.points * static_cast<double>(own.problems.size());
    const double runs = total * static_cast<double>(own.seeds.size());
    if (runs > most_runs) {
      return Fault{FaultKind::problem, method.place,
                   "the sweep has more than " + to_text(static_cast<std::int64_t>(most_runs)) +
                       " runs: " + short_text(runs, 3) + " up to method " + quoted(method.label),
                   "vary less, take points: {halton: n}, or --limit N"};
    }
    grid.offsets_.push_back(static_cast<Index>(total));
    grid.walks_.push_back(std::move(walk));
  }
  return grid;
}

std::size_t Grid::column_of(const std::string& key) {
  const auto found = std::find(keys_.begin(), keys_.end(), key);
  if (found != keys_.end()) return static_cast<std::size_t>(found - keys_.begin());
  keys_.push_back(key);
  return keys_.size() - 1;
}

void Grid::add_axis(const Axis& axis, Walk& walk) {
  walk.points *= static_cast<double>(axis.values.size());
  walk.dimensions.push_back({{column_of(axis.key)}, {&axis.values}, std::ssize(axis.values)});
}

void Grid::leave_repeated_out(Dimension& drawn) {
  std::set<std::vector<std::string>> seen;
  for (std::size_t item = 0; item < static_cast<std::size_t>(drawn.count); ++item) {
    std::vector<std::string> texts;
    for (const std::vector<Node>* values : drawn.values) texts.push_back((*values)[item].text);
    if (seen.insert(std::move(texts)).second) drawn.items.push_back(item);
  }
  repeated_ += drawn.count - std::ssize(drawn.items);
  drawn.count = std::ssize(drawn.items);
}

// Gives every range its values.
Faults Grid::spread() {
  Faults faults;
  const bool all = file_.points.kind == SweepPoints::Kind::grid;
  bool any = false;
  for_axes(file_, [&](const Axis& axis) {
    any = any || axis.range.has_value();
    if (!axis.range) return;
    if (all && axis.range->points == 0)
      faults.push_back({FaultKind::problem, axis.place, axis.key + ": a range on a grid has so many points",
                        "points: 7 beside it, or points: {halton: 40} for the sweep"});
    if (!all && axis.range->points > 0)
      faults.push_back({FaultKind::problem, axis.place,
                        axis.key + ": how many points there are is said once, by the points of the sweep",
                        "leave out points of the range"});
  });
  if (!all && !any)
    faults.push_back({FaultKind::problem, file_.points.place,
                      "points are taken from ranges, and nothing varies over a range",
                      "vary: {optimizer.lr: {log: [1e-4, 1]}}"});
  if (!faults.empty()) return faults;
  // A key that takes whole numbers alone is known by trying one that is none, all others at a value of theirs.
  for_axes(file_, [&](Axis& axis) {
    if (axis.range) axis.values = {number_node(value_at(*axis.range, 0.5), axis.place)};
  });
  const auto takes = [&](std::size_t method, Axis& axis, double value) {
    axis.values = {number_node(value, axis.place)};
    Point point{method, 0, {}};
    const auto add = [&](const Axis& other) {
      const std::size_t column = column_of(other.key);
      point.settings.resize(std::max(point.settings.size(), column + 1), nullptr);
      point.settings[column] = &other.values.front();
    };
    for (const Axis& other : file_.axes) add(other);
    for (const auto& group : file_.together) {
      for (const Axis& other : group) add(other);
    }
    for (const Axis& other : file_.methods[method].axes) add(other);
    point.settings.resize(keys_.size(), nullptr);
    return static_cast<bool>(spec_of(point));
  };
  const auto settle = [&](std::size_t method, Axis& axis) {
    if (!axis.range) return;
    AxisRange& range = *axis.range;
    const double between = (range.low + range.high) / 2;
    const double part = std::floor(between) + 0.5;
    const bool ends_whole = range.low == std::floor(range.low) && range.high == std::floor(range.high);
    range.whole = ends_whole && !takes(method, axis, part) && takes(method, axis, std::floor(part));
    axis.values = {number_node(value_at(range, 0.5), axis.place)};
  };
  // Column by column in the order of the file, whatever the trials ask for.
  for_axes(file_, [&](const Axis& axis) { column_of(axis.key); });
  for (Axis& axis : file_.axes) settle(0, axis);
  for (std::size_t m = 0; m < file_.methods.size(); ++m) {
    for (Axis& axis : file_.methods[m].axes) settle(m, axis);
  }
  std::size_t number = 0;
  const auto fill = [&](Axis& axis) {
    if (!axis.range) return;
    axis.values.clear();
    if (all) {
      for (const double value : spread_values(*axis.range))
        axis.values.push_back(number_node(value, axis.place));
      return;
    }
    if (number == most_halton_axes) {
      faults.push_back({FaultKind::problem, axis.place, "too many ranges: 64 at most", ""});
      return;
    }
    draw_values(axis, file_.points, number++);
  };
  for (Axis& axis : file_.axes) fill(axis);
  const std::size_t common = number;
  for (SweepMethod& method : file_.methods) {
    number = common;
    for (Axis& axis : method.axes) fill(axis);
  }
  return faults;
}

Grid::Point Grid::point(Index number) const {
  Point point;
  point.settings.resize(keys_.size(), nullptr);
  while (number >= offsets_[point.method + 1]) ++point.method;
  Index rest = number - offsets_[point.method];
  const Walk& walk = walks_[point.method];
  const Index each = static_cast<Index>(walk.points);
  point.problem = static_cast<std::size_t>(rest / each);
  rest %= each;
  for (auto dimension = walk.dimensions.rbegin(); dimension != walk.dimensions.rend(); ++dimension) {
    auto item = static_cast<std::size_t>(rest % dimension->count);
    if (!dimension->items.empty()) item = dimension->items[item];
    rest /= dimension->count;
    for (std::size_t i = 0; i < dimension->columns.size(); ++i)
      point.settings[dimension->columns[i]] = &(*dimension->values[i])[item];
  }
  return point;
}

Checked<Spec> Grid::spec_of(const Point& point) const {
  const SweepProblem& problem = file_.problems[point.problem];
  Node map = problem.map;
  Faults faults;
  const auto set = [&](const std::string& key, const Node& value, const Place& place) {
    const auto done = set_value(map, Path(key), value, place);
    for (Fault fault : done.faults()) {
      if (fault.place.line > 0) fault.kind = FaultKind::problem;
      faults.push_back(std::move(fault));
    }
  };
  for (const Node::Member& setting : file_.methods[point.method].overrides.members)
    set(setting.key, setting.value, setting.place);
  for (std::size_t i = 0; i < point.settings.size(); ++i) {
    if (point.settings[i] != nullptr) set(keys_[i], *point.settings[i], point.settings[i]->place);
  }
  if (!faults.empty()) return faults;
  auto spec = read_problem(map, problem.run_name, problem.folder);
  if (spec) spec->threads.count = 1;
  return spec;
}

std::string setting_text(const Node& setting) {
  return setting.is_scalar() ? setting.text : to_flow_yaml(setting);
}

std::uint64_t hash_of_run(const Spec& spec) {
  Spec bare = spec;
  bare.name.clear();
  bare.threads = {};
  bare.trace = {};
  return hash_of(stop_text(spec), hash_of_fixed(bare));
}

std::string problem_key(const Spec& spec) {
  const Node all = echo(spec);
  Node about = Node::map();
  for (const char* key : {"objective", "data", "model", "precision"}) {
    if (const Node* value = all.find(key)) about.add(key, *value);
  }
  return to_yaml(about);
}

}  // namespace lookahead
