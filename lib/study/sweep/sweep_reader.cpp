#include "study/sweep/sweep_reader.hpp"

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "options/parameter.hpp"
#include "spec/codecs.hpp"
#include "spec/overrides.hpp"
#include "spec/problem.hpp"
#include "study/sweep/sweep_form.hpp"
#include "study/sweep/sweep_notes.hpp"

namespace lookahead {
namespace {

// `version`, `dimensions` and `folders` stand in the files that sweeps write.
const std::vector<std::string>& key_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const SweepKey& key : sweep_keys()) all.push_back(key.name);
    return all;
  }();
  return names;
}

// Reads the keys of a sweep file one by one.
class SweepReader {
 public:
  SweepReader(const SweepSource& source, Report& report) : source_(source), report_(report) {}

  SweepFile read(const Node& root) {
    SweepFile file;
    file.name = source_.stem;
    for (const Node::Member& member : root.members) {
      if (std::find(key_names().begin(), key_names().end(), member.key) != key_names().end()) continue;
      const bool of_problem = std::any_of(problem_parameters().begin(), problem_parameters().end(),
                                          [&](const Parameter& known) { return known.name == member.key; });
      report_.add(member.place, "unknown key " + quoted(member.key),
                  member.key == "seed" ? "seeds: 1..10"
                  : of_problem ? "a key of the problem: it stands in the problem, or in vary and methods"
                               : suggestion(member.key, key_names()));
    }
    if (const Node* name = root.find("name")) read_name(*name, file);
    read_problems(root, file);
    if (const Node* methods = root.find("methods")) read_methods(*methods, file);
    if (file.methods.empty()) file.methods.push_back({"default", root.place, Node::map(), {}});
    if (const Node* vary = root.find("vary")) file.axes = read_axes(*vary, Path("vary"));
    if (const Node* together = root.find("together")) read_together(*together, file);
    if (const Node* points = root.find("points")) read_points(*points, file);
    const Node* const seeds = root.find("seeds");
    if (seeds != nullptr) {
      if (auto numbers = read_integers(*seeds, Path("seeds"), report_)) file.seeds = std::move(*numbers);
    }
    if (const Node* targets = root.find("targets")) read_targets(*targets, file);
    if (const Node* halving = root.find("halving")) read_halving(*halving, file);
    if (const Node* keep = root.find("keep")) {
      if (const auto kept = Codec<Keep>::read(*keep, Path("keep"), report_)) file.keep = *kept;
    }
    file.notes = sweep_notes(file, seeds);
    if (file.seeds.empty()) file.seeds.push_back(own_seed(file));
    check_keys(file);
    return file;
  }

 private:
  void read_name(const Node& node, SweepFile& file) {
    const auto name = Codec<std::string>::read(node, Path("name"), report_);
    if (!name) return;
    if (is_file_name(*name)) {
      file.name = *name;
    } else {
      report_.add(node.place, "name " + quoted(*name) + " cannot be the name of a folder");
    }
  }

  void read_problems(const Node& root, SweepFile& file) {
    const Node *one = root.find("problem"), *several = root.find("problems");
    if (one != nullptr && several != nullptr)
      report_.add(several->place, "problem and problems are both given", "keep one of them");
    if (one != nullptr && several != nullptr) return;
    const Node* folders = root.find("folders");
    if (several == nullptr) {
      if (one != nullptr) add_problem(*one, "", folders, file);
      return;
    }
    if (several->is_list()) {
      for (const Node& item : several->items) add_problem(item, "", folders, file);
    } else if (several->is_map()) {
      for (const Node::Member& member : several->members)
        add_problem(member.value, member.key, folders, file);
    } else {
      report_.add(several->place, "problems must be a list of files, got " + kind_name(*several));
    }
    if (file.problems.empty() && report_.empty()) report_.add(several->place, "problems names none");
  }

  // The seed of the first problem.
  static Index own_seed(const SweepFile& file) {
    const Node* seed = file.problems.empty() ? nullptr : file.problems.front().map.find("seed");
    const auto number = seed != nullptr ? parse_integer(seed->text) : std::nullopt;
    return number && *number >= 0 ? static_cast<Index>(*number) : 1;
  }

  // The folder in full, as what is written down must lead there from anywhere.
  std::filesystem::path in_full(const std::filesystem::path& folder, const Place& place) {
    std::error_code error;
    const std::filesystem::path full = std::filesystem::absolute(folder.empty() ? "." : folder, error);
    if (error) {
      report_.add({FaultKind::problem, place,
                   "there is no current directory that paths could be relative to: " + error.message(),
                   "change into one that exists"});
    }
    return (full / "x").lexically_normal().parent_path();
  }

  // Relative to the sweep's own file, or to where the problem came from.
  std::filesystem::path folder_of(const std::string& label, const Node* folders, const Place& place) {
    const Node* named = folders != nullptr && folders->is_map() ? folders->find(label) : nullptr;
    return in_full(
        named != nullptr && named->is_scalar() ? std::filesystem::path(named->text) : source_.folder, place);
  }

  void add_problem(const Node& node, std::string label, const Node* folders, SweepFile& file) {
    SweepProblem problem;
    if (node.is_map()) {
      const Node* const name = node.find("name");
      if (label.empty() && name != nullptr && name->is_scalar()) label = name->text;
      if (label.empty()) label = source_.stem;
      problem.folder = folder_of(label, folders, node.place);
      problem.run_name = label;
      problem.map = node;
      problem.label = label;
    } else if (node.is_scalar() && !node.text.empty()) {
      const std::filesystem::path path = source_.folder / node.text;
      auto text = read_file(path.string(), FaultKind::problem, std::size_t{1} << 20);
      if (!text) {
        for (Fault fault : text.faults()) {
          fault.text = path.string() + ": " + fault.text;
          fault.place = node.place;
          report_.add(std::move(fault));
        }
        return;
      }
      problem.run_name = path.stem().string();
      problem.folder = in_full(path.parent_path(), node.place);
      auto map = read_problem_map({std::move(*text), path.string(), problem.run_name, problem.folder, {}});
      if (!map) {
        for (const Fault& fault : map.faults()) report_.add(fault);
        return;
      }
      problem.map = std::move(*map);
      problem.label = label.empty() ? problem.run_name : label;
    } else {
      report_.add(node.place, "a problem must be a file or a map, got " + kind_name(node));
      return;
    }
    for (const std::string& assignment : source_.overrides) {
      const auto applied = apply_override(problem.map, assignment);
      if (applied) continue;
      for (const Fault& fault : applied.faults()) report_.add(fault);
      return;
    }
    const auto taken = [&](const std::string& name) {
      return std::ranges::find(file.problems, name, &SweepProblem::label) != file.problems.end();
    };
    const std::string stem = problem.label;
    if (trimmed(stem) != stem) report_.add(node.place, "a problem's label must have no blanks at its ends");
    for (int number = 2; taken(problem.label); ++number) problem.label = stem + "-" + std::to_string(number);
    file.problems.push_back(std::move(problem));
  }

  void read_methods(const Node& node, SweepFile& file) {
    if (!node.is_map()) {
      report_.add(node.place, "methods must be a map from labels to settings, got " + kind_name(node),
                  "for example plain: {lookahead: false}");
      return;
    }
    file.names_methods = !node.members.empty();
    for (const Node::Member& member : node.members) {
      const Path path = Path("methods") / member.key;
      SweepMethod method{member.key, member.place, Node::map(), {}};
      method.overrides.place = member.place;
      if (member.key.empty() || trimmed(member.key) != member.key || visible(member.key) != member.key)
        report_.add(member.place,
                    "a method's label must be a text without control characters or blanks at its ends");
      if (member.value.is_map()) {
        for (const Node::Member& setting : member.value.members) {
          if (setting.key == "vary") {
            method.axes = read_axes(setting.value, path / "vary");
          } else {
            method.overrides.members.push_back(setting);
          }
        }
      } else if (member.value.kind != Node::Kind::empty) {
        report_.add(member.place, path + " must be a map of settings, got " + kind_name(member.value),
                    "for example " + member.key + ": {lookahead: false}");
      }
      file.methods.push_back(std::move(method));
    }
  }

  std::vector<Axis> read_axes(const Node& node, const Path& path, bool repeats = false) {
    std::vector<Axis> axes;
    if (node.kind == Node::Kind::empty) return axes;
    if (!node.is_map()) {
      report_.add(node.place, path + " must be a map from keys to values, got " + kind_name(node),
                  "for example optimizer.lr: [0.01, 0.1]");
      return axes;
    }
    for (const Node::Member& member : node.members) {
      if (auto axis = read_axis(member, path, report_, repeats)) axes.push_back(std::move(*axis));
    }
    return axes;
  }

  void read_together(const Node& node, SweepFile& file) {
    const std::span<const Node> groups =
        node.is_list() ? std::span<const Node>(node.items) : std::span(&node, 1);
    for (const Node& group : groups) {
      const std::vector<Axis> axes = read_axes(group, Path("together"), true);
      if (axes.empty()) continue;
      for (const Axis& axis : axes) {
        if (axis.range) {
          report_.add(axis.place,
                      "together." + axis.key + " must be a list: its values belong to the others'");
        } else if (axis.values.size() != axes.front().values.size()) {
          report_.add(axis.place,
                      "together: " + axis.key + " has " + std::to_string(axis.values.size()) + " values, " +
                          axes.front().key + " has " + std::to_string(axes.front().values.size()),
                      "keys that vary in step have as many values each");
        }
      }
      check_steps(axes);
      file.together.push_back(axes);
    }
  }

  // No step may have the values of another one.
  void check_steps(const std::vector<Axis>& axes) {
    std::set<std::vector<std::string>> seen;
    for (std::size_t step = 0; step < axes.front().values.size(); ++step) {
      std::vector<std::string> values;
      for (const Axis& axis : axes) {
        if (axis.range || step >= axis.values.size()) return;
        values.push_back(value_key(axis.values[step]));
      }
      if (seen.insert(values).second) continue;
      report_.add(axes.front().values[step].place,
                  "together holds the values " + joined(values, ", ") + " of its keys twice",
                  "leave one out");
      return;
    }
  }

  void read_points(const Node& node, SweepFile& file) {
    if (node.is_scalar() && node.text == "grid") return;
    const bool one = node.is_map() && node.members.size() == 1;
    const std::string kind = one ? node.members.front().key : "";
    if (kind != "halton" && kind != "random") {
      report_.add(node.place, "points must be grid, {halton: n} or {random: n}");
      return;
    }
    const Node& count = node.members.front().value;
    const Path path = Path("points") / kind;
    const auto points = Codec<Index>::read(count, path, report_);
    if (points && *points < 1) report_.add(count.place, path + " must be >= 1, got " + count.text);
    file.points = {kind == "halton" ? SweepPoints::Kind::halton : SweepPoints::Kind::random,
                   points.value_or(1), node.place};
  }

  void read_targets(const Node& node, SweepFile& file) {
    if (node.is_map()) {
      const auto axis = read_axis({"targets", node.place, node}, Path("sweep"), report_);
      if (!axis) return;
      for (const double value : spread_values(*axis->range))
        file.targets.push_back({value, target_name(value)});
      if (file.targets.empty()) report_.add(node.place, "targets must say how many: points: n");
    } else {
      const auto targets = Codec<std::vector<double>>::read(node, Path("targets"), report_);
      if (!targets) return;
      const std::span<const Node> written =
          node.is_list() ? std::span<const Node>(node.items) : std::span(&node, 1);
      for (std::size_t i = 0; i < targets->size(); ++i)
        file.targets.push_back(
            {(*targets)[i], i < written.size() ? written[i].text : target_name((*targets)[i])});
    }
    std::vector<double> sorted = values_of(file.targets);
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
      report_.add(node.place, "targets holds a number twice");
  }

  void read_halving(const Node& node, SweepFile& file) {
    Halving halving;
    halving.place = node.place;
    static const std::vector<std::string> known = {"by", "from", "keep"};
    if (!node.is_map()) {
      report_.add(node.place, "halving must be a map, got " + kind_name(node),
                  "for example {by: val_loss, from: {epochs: 2}, keep: 0.333}");
      return;
    }
    for (const Node::Member& member : node.members) {
      if (member.key == "by") {
        halving.by = Codec<std::string>::read(member.value, Path("halving.by"), report_).value_or("");
      } else if (member.key == "keep") {
        const auto keep = Codec<double>::read(member.value, Path("halving.keep"), report_);
        if (keep && !(*keep > 0 && *keep < 1))
          report_.add(member.value.place, "halving.keep must be > 0 and < 1, got " + member.value.text);
        halving.keep = keep.value_or(halving.keep);
      } else if (member.key == "from") {
        read_rung(member.value, halving);
      } else {
        report_.add(member.place, "unknown key " + quoted(member.key) + " in halving",
                    suggestion(member.key, known));
      }
    }
    if (node.find("from") == nullptr)
      report_.add(node.place, "halving.from says when the worst points are dropped first",
                  "from: {epochs: n}, {steps: n} or {rounds: n}");
    file.halving = std::move(halving);
  }

  void read_rung(const Node& node, Halving& halving) {
    if (!node.is_map() || node.members.size() != 1) {
      report_.add(node.place, "halving.from must be {epochs: n}, {steps: n} or {rounds: n}");
      return;
    }
    const auto& [key, place, value] = node.members.front();
    const Path path = Path("halving.from") / key;
    const auto count = Codec<Index>::read(value, path, report_);
    if (count && *count < 1) report_.add(value.place, path + " must be >= 1, got " + value.text);
    halving.first = count.value_or(1);
    for (const auto& [word, unit] : Words<RungUnit>::table) {
      halving.unit = unit;
      if (key == word) return;
    }
    report_.add(place, "halving.from must be {epochs: n}, {steps: n} or {rounds: n}");
  }

  // Keys must not undo one another.
  void check_keys(const SweepFile& file) {
    std::vector<const Axis*> common;
    for (const Axis& axis : file.axes) common.push_back(&axis);
    for (const auto& group : file.together) {
      for (const Axis& axis : group) common.push_back(&axis);
    }
    std::vector<const Axis*> seen;
    const auto check_axis = [&](const Axis& axis) {
      const std::string top = axis.key.substr(0, axis.key.find('.'));
      if (top == "seed") report_.add(axis.place, "seed is varied by seeds", "seeds: 1..10");
      if (top == "threads" || top == "name" || top == "version")
        report_.add(axis.place, top + " cannot vary: no result depends on it");
      if (axis.key == "problem" || axis.key == "method" || axis.key == "index")
        report_.add(axis.place, "unknown key " + quoted(axis.key), "vary holds keys of the problem");
      for (const Axis* other : seen) conflict(axis.key, axis.place, other->key, other->place);
      seen.push_back(&axis);
    };
    for (const Axis* axis : common) check_axis(*axis);
    for (const SweepMethod& method : file.methods) {
      seen = common;
      for (const Axis& axis : method.axes) check_axis(axis);
      for (const Node::Member& setting : method.overrides.members) {
        if (setting.key == "seed")
          report_.add(setting.place, "seeds are those of all methods, which are compared seed by seed",
                      "seeds: 1..10");
        for (const Axis* axis : common) conflict(axis->key, axis->place, setting.key, setting.place);
        // Below a block that the method itself sets its own keys may vary.
        for (const Axis& axis : method.axes) {
          if (!axis.key.starts_with(setting.key + "."))
            conflict(axis.key, axis.place, setting.key, setting.place);
        }
      }
    }
  }

  void conflict(const std::string& key, const Place& place, const std::string& other,
                const Place& other_place) {
    const bool same = key == other;
    if (!same && !key.starts_with(other + ".") && !other.starts_with(key + ".")) return;
    report_.add(place,
                same ? key + " is also set at " + to_string(other_place)
                     : key + " and " + other + ", set at " + to_string(other_place) + ", set the same block",
                same ? "let one of them go"
                     : "set single keys of the block, or vary " + key +
                           " in the method alone: {..., vary: {" + key + ": [...]}}");
  }

  const SweepSource& source_;
  Report& report_;
};

}  // namespace

SweepFile sweep_of(const Node& root, const SweepSource& source, Report& report) {
  return SweepReader(source, report).read(root);
}

}  // namespace lookahead
