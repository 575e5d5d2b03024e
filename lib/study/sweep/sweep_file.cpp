#include "study/sweep/sweep_file.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "spec/overrides.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/sweep_reader.hpp"

namespace lookahead {
namespace {

// "KEY=VALUES" from the command line, put into the map `block`.
void add_from_command_line(Node& root, const std::string& block, const std::string& option,
                           const std::string& assignment, Report& report) {
  const Place place = place_of_option(option, assignment);
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    report.add(
        {FaultKind::usage, place, block == "vary" ? "expected KEY=VALUES" : "expected LABEL={SETTINGS}",
         block == "vary" ? "--vary 'optimizer.lr=[0.01, 0.1]'" : "--method 'plain={lookahead: false}'"});
    return;
  }
  auto value = read_value(assignment.substr(equals + 1), place);
  if (!value) return report.add(value.faults().front());
  auto found = std::find_if(root.members.begin(), root.members.end(),
                            [&](const Node::Member& member) { return member.key == block; });
  if (found == root.members.end()) {
    root.members.push_back({block, place, Node::map()});
    found = std::prev(root.members.end());
  }
  if (!found->value.is_map()) found->value = Node::map();
  const std::string key = assignment.substr(0, equals);
  std::erase_if(found->value.members, [&](const Node::Member& member) { return member.key == key; });
  found->value.members.push_back({key, place, std::move(*value)});
}

void set_from_command_line(Node& root, const std::string& key, const std::string& text, Report& report) {
  if (text.empty()) return;
  const Place place = place_of_option("--" + key, text);
  auto value = read_value(text, place);
  if (!value) return report.add(value.faults().front());
  std::erase_if(root.members, [&](const Node::Member& member) { return member.key == key; });
  root.members.push_back({key, place, std::move(*value)});
}

// Of a grid every value, else ranges as they were written.
Node axes_node(const std::vector<Axis>& axes, bool grid) {
  Node map = Node::map();
  for (const Axis& axis : axes) {
    if (axis.range && (axis.values.empty() || !grid)) {
      Node range = Node::map();
      range.add(axis.range->logarithmic ? "log" : "linear",
                Node::list({Codec<double>::write(axis.range->low), Codec<double>::write(axis.range->high)}));
      if (axis.range->points > 0) range.add("points", Codec<Index>::write(axis.range->points));
      map.members.push_back({axis.key, {}, std::move(range)});
    } else {
      map.members.push_back({axis.key, {}, Node::list(axis.values)});
    }
  }
  return map;
}

// A warning where a value from the command line is replaced by those that the sweep varies.
std::optional<Note> varied_override(const std::string& assignment, const SweepFile& file) {
  const std::string key = assignment.substr(0, assignment.find('='));
  const auto replaces = [&](const Axis& axis) { return key == axis.key || key.starts_with(axis.key + "."); };
  bool varied = std::any_of(file.axes.begin(), file.axes.end(), replaces);
  for (const auto& group : file.together)
    varied = varied || std::any_of(group.begin(), group.end(), replaces);
  if (!varied) return std::nullopt;
  return warning("--set " + assignment + " has no effect, as the sweep varies " + key + " (--vary '" + key +
                 "=[...]' gives other values)");
}

}  // namespace

Index points_going_on(const Halving& halving, Index points) {
  const double most = std::ceil(halving.keep * static_cast<double>(points));
  return std::min(std::max(static_cast<Index>(most), Index{1}), points);
}

Checked<SweepFile> read_sweep(const SweepSource& source) {
  auto root = parse_yaml(source.text, source.name);
  if (!root) return root.faults();
  if (!root->is_map()) {
    return Fault{FaultKind::problem, root->place, "the sweep must be a map, got " + kind_name(*root),
                 "problem: FILE and vary: {KEY: [VALUES]}"};
  }
  Report report;
  if (root->find("problem") == nullptr && root->find("problems") == nullptr) {
    for (const char* key : {"vary", "methods", "seeds", "together", "halving"}) {
      if (root->find(key) == nullptr) continue;
      return Fault{FaultKind::problem, root->place, "a sweep file names its problem",
                   "problem: FILE, or problem: with the problem below it"};
    }
    Node sweep = Node::map();
    sweep.place = root->place;
    sweep.members.push_back({"problem", root->place, std::move(*root)});
    *root = std::move(sweep);
  }
  for (const std::string& assignment : source.vary)
    add_from_command_line(*root, "vary", "--vary", assignment, report);
  for (const std::string& assignment : source.methods)
    add_from_command_line(*root, "methods", "--method", assignment, report);
  set_from_command_line(*root, "seeds", source.seeds, report);
  set_from_command_line(*root, "targets", source.targets, report);
  set_from_command_line(*root, "keep", source.keep, report);
  set_from_command_line(*root, "points", source.points, report);
  SweepFile file;
  if (report.empty()) file = sweep_of(*root, source, report);
  if (!report.empty()) return report.faults();
  for (const std::string& assignment : source.overrides) {
    if (auto note = varied_override(assignment, file)) file.notes.push_back(std::move(*note));
  }
  return file;
}

Node to_node(const SweepFile& file) {
  const bool grid = file.points.kind == SweepPoints::Kind::grid;
  Node root = Node::map();
  root.add("version", Node::scalar("1"));
  root.add("name", Codec<std::string>::write(file.name));
  Node problems = Node::map(), folders = Node::map();
  for (const SweepProblem& problem : file.problems) {
    problems.members.push_back({problem.label, {}, problem.map});
    folders.members.push_back({problem.label, {}, Node::scalar(problem.folder.string(), true)});
  }
  root.add("problems", std::move(problems));
  root.add("folders", std::move(folders));
  if (file.names_methods) {
    Node methods = Node::map();
    for (const SweepMethod& method : file.methods) {
      Node settings = method.overrides;
      if (!method.axes.empty()) settings.members.push_back({"vary", {}, axes_node(method.axes, grid)});
      methods.members.push_back({method.label, {}, std::move(settings)});
    }
    root.add("methods", std::move(methods));
  }
  if (!file.axes.empty()) root.add("vary", axes_node(file.axes, grid));
  if (!file.together.empty()) {
    Node groups = Node::list({});
    for (const auto& group : file.together) groups.items.push_back(axes_node(group, grid));
    root.add("together", std::move(groups));
  }
  if (file.points.kind == SweepPoints::Kind::grid) {
    root.add("points", Node::scalar("grid"));
  } else {
    Node points = Node::map();
    points.add(file.points.kind == SweepPoints::Kind::halton ? "halton" : "random",
               Codec<Index>::write(file.points.count));
    root.add("points", std::move(points));
  }
  Node seeds = Node::list({});
  for (const Index seed : file.seeds) seeds.items.push_back(Codec<Index>::write(seed));
  root.add("seeds", std::move(seeds));
  if (!file.targets.empty()) {
    Node targets = Node::list({});
    for (const SweepTarget& target : file.targets) targets.items.push_back(Node::scalar(target.name));
    root.add("targets", std::move(targets));
  }
  if (file.halving) {
    Node halving = Node::map(), from = Node::map();
    if (!file.halving->by.empty()) halving.add("by", Codec<std::string>::write(file.halving->by));
    from.add(Codec<RungUnit>::word(file.halving->unit), Codec<Index>::write(file.halving->first));
    halving.add("from", std::move(from));
    halving.add("keep", Codec<double>::write(file.halving->keep));
    root.add("halving", std::move(halving));
  }
  root.add("keep", Codec<Keep>::write(file.keep));
  return root;
}

}  // namespace lookahead
