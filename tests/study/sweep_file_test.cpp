#include "study/sweep/sweep_file.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "spec/yaml.hpp"
#include "study/sweep/grid.hpp"
#include "study/sweep_text.hpp"

namespace lookahead::test {
namespace {

const std::string own = "problem: {objective: rosenbrock, optimizer: {name: adam, lr: 0.01}}\n";

std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> faults;
  auto file = read_sweep(source_of(text));
  for (const Fault& fault : file.faults()) faults.push_back(to_string(fault));
  if (!file) return faults;
  const auto grid = Grid::of(std::move(*file), 1e6);
  for (const Fault& fault : grid.faults()) faults.push_back(to_string(fault));
  if (!grid) return faults;
  for (Index i = 0; i < grid->points(); ++i) {
    const auto spec = grid->spec_of(grid->point(i));
    for (const Fault& fault : spec.faults()) faults.push_back(to_string(fault));
  }
  return faults;
}

// "label|value|value" of every point.
std::vector<std::string> points_of(const Grid& grid) {
  std::vector<std::string> points;
  for (Index i = 0; i < grid.points(); ++i) {
    const Grid::Point point = grid.point(i);
    std::string text = grid.file().methods[point.method].label;
    if (grid.file().problems.size() > 1) text += '|' + grid.file().problems[point.problem].label;
    for (const Node* setting : point.settings)
      text += '|' + (setting == nullptr ? "-" : to_flow_yaml(*setting));
    points.push_back(text);
  }
  return points;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a grid's first key is the slowest, methods come before it, and keys in step move together") {
  const Grid grid = grid_of(own +
                            "methods: {a: {lookahead: false}, b: {lookahead: {k: 3}}}\n"
                            "vary: {optimizer.lr: [1, 2], stop.steps: [5, 6]}\n"
                            "together: [{optimizer.beta1: [0.1, 0.2], optimizer.beta2: [0.3, 0.4]}]\n"
                            "seeds: [7, 3]\n");
  CHECK(grid.keys() == Texts{"optimizer.lr", "stop.steps", "optimizer.beta1", "optimizer.beta2"});
  CHECK(grid.runs() == 32);
  const Texts points = points_of(grid);
  CHECK(Texts(points.begin(), points.begin() + 5) ==
        Texts{"a|1|5|0.1|0.3", "a|1|5|0.2|0.4", "a|1|6|0.1|0.3", "a|1|6|0.2|0.4", "a|2|5|0.1|0.3"});
  CHECK(points[8] == "b|1|5|0.1|0.3");
  const auto spec = grid.spec_of(grid.point(15));
  REQUIRE(spec);
  CHECK(spec->optimizer.rate.value.constant_value() == 2);
  CHECK(spec->stop.steps == 6);
  CHECK(spec->lookahead.levels.front().k.constant_value() == 3);
}

TEST_CASE(
    "ranges hold both ends, log ranges with equal factors between, whole numbers where the key takes no others") {
  CHECK(points_of(grid_of(own + "vary: {optimizer.lr: {log: [1e-4, 1], points: 5}}\n")) ==
        Texts{"default|1e-04", "default|0.001", "default|0.01", "default|0.1", "default|1"});
  CHECK(points_of(grid_of(own + "vary: {optimizer.lr: {linear: [0, 1], points: 3}}\n")) ==
        Texts{"default|0", "default|0.5", "default|1"});
  CHECK(points_of(grid_of(own + "vary: {lookahead.k: {log: [1, 16], points: 9}}\n")) ==
        Texts{"default|1", "default|2", "default|3", "default|4", "default|6", "default|8", "default|11",
              "default|16"});
  CHECK(points_of(grid_of(own + "vary: {lookahead.k: 2..4}\n")) ==
        Texts{"default|2", "default|3", "default|4"});
  CHECK(points_of(grid_of(own + "vary: {lookahead: [false, {k: 5, alpha: 0.5}]}\n")) ==
        Texts{"default|false", "default|{k: 5, alpha: 0.5}"});
}

TEST_CASE("Halton points are those of van der Corput, and methods share the values of common ranges") {
  const Grid grid = grid_of(own +
                            "methods: {plain: {lookahead: false}, la: {lookahead.alpha: 0.5, vary: "
                            "{lookahead.k: {linear: [1, 10]}}}}\n"
                            "vary: {optimizer.lr: {linear: [0, 8]}, optimizer.beta1: {linear: [0, 0.9]}, "
                            "stop.steps: [10, 20]}\npoints: {halton: 3}\n");
  const Texts points = points_of(grid);
  REQUIRE(points.size() == 12);
  CHECK(points[0] == "plain|4|0.3|10|-");
  CHECK(points[1] == "plain|2|0.6|10|-");
  CHECK(points[2] == "plain|6|0.1|10|-");
  CHECK(points[3] == "plain|4|0.3|20|-");
  CHECK(points[6] == "la|4|0.3|10|3");
  CHECK(halton(1, 0) == 0.5);
  CHECK(halton(6, 0) == 0.375);
  CHECK(halton(5, 1) == doctest::Approx(7.0 / 9).epsilon(1e-15));  // sums of ninths are rounded
  const Grid drawn = grid_of(own + "vary: {optimizer.lr: {log: [1e-3, 1]}}\npoints: {random: 100}\n");
  for (Index i = 0; i < drawn.points(); ++i) {
    const auto spec = drawn.spec_of(drawn.point(i));
    REQUIRE(spec);
    CHECK(*spec->optimizer.rate.value.constant_value() >= 1e-3);
    CHECK(*spec->optimizer.rate.value.constant_value() <= 1);
  }
}

TEST_CASE("drawn whole numbers are equally frequent, those at the ends as well") {
  const Grid grid = grid_of(
      own + "vary: {lookahead.k: {linear: [1, 4]}, optimizer.lr: {log: [1e-3, 1]}}\npoints: {halton: 64}\n");
  std::map<std::string, int> times;
  for (const std::string& point : points_of(grid)) ++times[point.substr(0, point.rfind('|'))];
  REQUIRE(times.size() == 4);
  // 64 numbers of the sequence in base 2: 63 at the multiples of 1/64, and 1/128.
  CHECK(times["default|1"] == 16);
  CHECK(times["default|2"] == 16);
  CHECK(times["default|3"] == 16);
  CHECK(times["default|4"] == 16);
  const AxisRange many{1, 1000, true, 0, true};
  CHECK(drawn_value(many, 0) == 1);
  CHECK(drawn_value(many, 1) == 1000);
  // Half of the logarithm of 0.5 to 1000.5.
  CHECK(drawn_value(many, 0.5) == 22);
  CHECK(drawn_value(AxisRange{0, 1, false, 0, true}, 0.49) == 0);
  CHECK(drawn_value(AxisRange{0, 1, false, 0, false}, 0.25) == 0.25);
}

TEST_CASE("points of a draw that repeat earlier ones are left out, for each method by itself") {
  const Grid whole =
      grid_of(own + "vary: {lookahead.k: {linear: [1, 4]}}\npoints: {halton: 64}\nseeds: 1..2\n");
  CHECK(whole.points() == 4);
  CHECK(whole.runs() == 8);
  CHECK(whole.repeated() == 60);
  const Texts points = points_of(whole);
  CHECK(std::set<std::string>(points.begin(), points.end()).size() == 4);
  const Grid methods =
      grid_of(own +
              "methods: {plain: {lookahead: false}, la: {lookahead.alpha: 0.5, vary: "
              "{lookahead.k: {linear: [1, 3]}}}}\nvary: {stop.steps: {linear: [1, 2]}}\npoints: "
              "{halton: 50}\n");
  CHECK(methods.points() == 2 + 6);
  CHECK(methods.repeated() == 48 + 44);
  CHECK(grid_of(own + "vary: {optimizer.lr: {log: [1e-3, 1]}}\npoints: {random: 100}\n").repeated() == 0);
}

TEST_CASE("a plain problem becomes a sweep by what the command line adds") {
  SweepSource source = source_of("objective: sphere\noptimizer: adam\nseed: 4\n");
  CHECK(grid_of(source).file().seeds == std::vector<Index>{4});
  source.vary = {"optimizer.lr={log: [1e-2, 1], points: 3}", "lookahead=[false, {k: 5}]"};
  source.methods = {"a={start: random}"};
  source.seeds = "1..3, 9";
  source.targets = "[1e-2, 1]";
  source.keep = "traces";
  source.overrides = {"stop.steps=3"};
  const Grid grid = grid_of(source);
  CHECK(grid.points() == 6);
  CHECK(grid.file().seeds == std::vector<Index>{1, 2, 3, 9});
  CHECK(values_of(grid.file().targets) == std::vector<double>{0.01, 1});
  // The columns are called as the targets were written.
  CHECK(grid.file().targets[0].name == "1e-2");
  CHECK(grid.file().keep == Keep::traces);
  CHECK(points_of(grid)[1] == "a|0.01|{k: 5}");
  CHECK(grid.spec_of(grid.point(5))->stop.steps == 3);
}

TEST_CASE("what a sweep may not mean is noted: one seed for so many, and a name for a block of keys") {
  const auto notes_of = [](const std::string& vary, const std::string& seeds) {
    SweepSource source = source_of("objective: sphere\noptimizer: {name: adam, lr: 0.1}\n");
    source.vary = {vary};
    source.seeds = seeds;
    return grid_of(source).file().notes;
  };
  using Notes = std::vector<Note>;
  CHECK(notes_of("optimizer.name=[sgd, adam]", "1..20").empty());
  CHECK(notes_of("optimizer.name=[sgd, adam]", "1").empty());
  CHECK(notes_of("optimizer.name=[sgd, adam]", "").empty());
  CHECK(notes_of("optimizer.name=[sgd, adam]", "20") ==
        Notes{"there is one seed, number 20; for 20 seeds write 1..20"});
  CHECK(notes_of("optimizer=[sgd, adam]", "1..20") ==
        Notes{warning(
            "a value of optimizer replaces the problem's whole block, so that its other keys (lr) have "
            "their defaults again; vary optimizer.name to keep them")});
  CHECK(notes_of("optimizer=[{name: sgd, lr: 1}]", "1..20").empty());
  CHECK(notes_of("lookahead=[false, {k: 5}]", "1..20").empty());
}

TEST_CASE("a sweep written in full reads back as the same sweep") {
  for (const std::string points : {"", "points: {halton: 4}\n", "points: {random: 4}\n"}) {
    const std::string range = points.empty() ? "{log: [0.1, 1], points: 4}" : "{log: [0.1, 1]}";
    const Grid grid = grid_of(own + "methods: {a: {lookahead: false}, b: {vary: {lookahead.k: 1..2}}}\n" +
                              "vary: {optimizer.lr: " + range + "}\n" + points +
                              "together: [{optimizer.beta1: [0.1, 0.2], stop.steps: [3, 4]}]\nseeds: 2..3\n"
                              "targets: [0.1]\nhalving: {by: gap, from: {steps: 3}, keep: 0.4}\n");
    const std::string text = to_yaml(to_node(grid.file()));
    const Grid again = grid_of(text);
    CHECK(points_of(again) == points_of(grid));
    CHECK(to_yaml(to_node(again.file())) == text);
  }
}

TEST_CASE("targets are called as they were written, in columns and in the sweep written in full") {
  const auto names = [](const std::string& targets) {
    const Grid grid = grid_of(own + "targets: " + targets + "\n");
    std::vector<std::string> all;
    for (const SweepTarget& target : grid.file().targets) all.push_back(target.name);
    const Grid again = grid_of(to_yaml(to_node(grid.file())));
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(again.file().targets[i].name == all[i]);
    return all;
  };
  CHECK(names("[1e-2, 1e-4, 0.50, 3]") == Texts{"1e-2", "1e-4", "0.50", "3"});
  CHECK(names("{log: [1e-12, 1e-4], points: 3}") == Texts{"1e-12", "1e-8", "1e-4"});
  CHECK(names("{log: [1e5, 1e25], points: 2}") == Texts{"1e5", "1e25"});
}

TEST_CASE("problems written in a sweep have their own names") {
  const Grid grid = grid_of(
      "problems:\n  - {name: ros, objective: rosenbrock, optimizer: sgd}\n  - {name: bea, objective: beale, "
      "optimizer: sgd}\n  - {objective: sphere, optimizer: sgd}\n");
  Texts labels;
  for (const SweepProblem& problem : grid.file().problems) labels.push_back(problem.label);
  CHECK(labels == Texts{"ros", "bea", "sweep"});
  CHECK(grid.file().problems[0].run_name == "ros");
}

TEST_CASE("numbers that are the same are one value of a key, whatever they look like") {
  CHECK(faults_of(own + "vary: {optimizer.lr: [0.1, 0.10]}\n").size() == 1);
  CHECK(faults_of(own + "vary: {optimizer.lr: [1e-1, 0.1]}\n").size() == 1);
}

TEST_CASE("texts with commas and brackets read back from a sweep written in full") {
  const Grid grid = grid_of(
      "problem:\n  objective: sphere\n  optimizer: sgd\n  name: a], b\nvary: {optimizer.lr: [1, 2]}\n");
  CHECK(to_yaml(to_node(grid_of(to_yaml(to_node(grid.file()))).file())) == to_yaml(to_node(grid.file())));
}

TEST_CASE("what is wrong with a sweep is said at its place") {
  CHECK(
      faults_of("vary: {optimizer.lr: [1]}\nobjective: sphere\n") ==
      Texts{
          "sweep.yaml:1:1: error: a sweep file names its problem (problem: FILE, or problem: with the problem "
          "below it)"});
  CHECK(faults_of(own + "tragets: [1]\n") ==
        Texts{"sweep.yaml:2:1: error: unknown key 'tragets' (did you mean 'targets'?)"});
  CHECK(
      faults_of(own + "vary: {optimizer.lr: {log: [0, 1], points: 3}}\n") ==
      Texts{
          "sweep.yaml:2:28: error: vary.optimizer.lr.log must have ends > 0, got 0 (linear: [low, high] takes "
          "any ends)"});
  CHECK(
      faults_of(own + "vary: {optimizer.lr: {log: [1, 2]}}\n") ==
      Texts{
          "sweep.yaml:2:8: error: optimizer.lr: a range on a grid has so many points (points: 7 beside it, or "
          "points: {halton: 40} for the sweep)"});
  CHECK(
      faults_of(own + "vary: {optimizer.lr: {log: [1, 2], points: 0}}\n") ==
      Texts{
          "sweep.yaml:2:44: error: vary.optimizer.lr.points must be >= 2, got 0 (a value by itself stands in a list: "
          "[0.1])"});
  const std::string range = "a range is {linear: [low, high], points: n} or {log: [low, high], points: n}";
  CHECK(faults_of(own + "vary: {optimizer.lr: {logspace: [1, 2]}}\n") ==
        Texts{"sweep.yaml:2:23: error: unknown key 'logspace' in vary.optimizer.lr (" + range + ")"});
  CHECK(faults_of(own + "vary: {lookahead.alpha: {from: 0}}\n") ==
        Texts{"sweep.yaml:2:26: error: unknown key 'from' in vary.lookahead.alpha (" + range + ")"});
  CHECK(faults_of(own + "vary: {lookahead: {k: [5, 10]}}\n") ==
        Texts{"sweep.yaml:2:20: error: unknown key 'k' in vary.lookahead (write lookahead.k: [5, 10])"});
  CHECK(
      faults_of(own + "vary: {optimizer: {name: adam}}\n") ==
      Texts{
          "sweep.yaml:2:20: error: unknown key 'name' in vary.optimizer (a value that is a block stands in a list: "
          "[{...}])"});
  CHECK(faults_of(own + "vary: {optimizer.lr: {k: 5}}\n").size() == 1);
  // Cells of tables have no blanks at their ends.
  CHECK(
      faults_of(own + "methods: {\" p\": {lookahead: false}}\n") ==
      Texts{
          "sweep.yaml:2:11: error: a method's label must be a text without control characters or blanks at its "
          "ends"});
  CHECK(faults_of("problems: {\"a \": {objective: sphere, optimizer: sgd}}\n") ==
        Texts{"sweep.yaml:1:18: error: a problem's label must have no blanks at its ends"});
  CHECK(faults_of(own + "vary: {optimizer.lr: [1, 1]}\n") ==
        Texts{"sweep.yaml:2:26: error: vary.optimizer.lr holds the value '1' twice"});
  CHECK(faults_of(own + "together: {optimizer.lr: [1, 2, 1], stop.steps: [1, 1, 2]}\n").empty());
  CHECK(faults_of(own + "together: {optimizer.lr: [1, 2, 1.0], stop.steps: [3, 3, 3]}\n") ==
        Texts{"sweep.yaml:2:33: error: together holds the values 1, 3 of its keys twice (leave one out)"});
  CHECK(faults_of(own + "seeds: [1, 2, 1]\n") == Texts{"sweep.yaml:2:8: error: seeds holds 1 twice"});
  CHECK(faults_of(own + "seeds: 5..1\n") ==
        Texts{"sweep.yaml:2:8: error: seeds: 5..1 holds no number (the lower end comes first)"});
  CHECK(faults_of(own + "vary: {seed: [1, 2]}\n") ==
        Texts{"sweep.yaml:2:8: error: seed is varied by seeds (seeds: 1..10)"});
  CHECK(
      faults_of(own + "together: [{optimizer.lr: [1, 2], stop.steps: [1]}]\n") ==
      Texts{
          "sweep.yaml:2:35: error: together: stop.steps has 1 values, optimizer.lr has 2 (keys that vary in "
          "step have as many values each)"});
  CHECK(
      faults_of(own + "points: {halton: 5}\n") ==
      Texts{
          "sweep.yaml:2:9: error: points are taken from ranges, and nothing varies over a range (vary: {optimizer.lr: {log: "
          "[1e-4, 1]}})"});
}

TEST_CASE("a common key below a block that a method sets whole names both lines") {
  CHECK(
      faults_of(own + "methods:\n  plain: {lookahead: false}\nvary:\n  lookahead.k: [1, 5]\n") ==
      Texts{
          "sweep.yaml:5:3: error: lookahead.k and lookahead, set at sweep.yaml:3:11, set the same block (set "
          "single keys of the block, or vary lookahead.k in the method alone: {..., vary: {lookahead.k: [...]}})"});
  CHECK(faults_of(own + "methods:\n  plain: {lookahead: false}\n  la: {vary: {lookahead.k: [1, 5]}}\n")
            .empty());
}

TEST_CASE("what one method or value cannot take has the line of the setting") {
  CHECK(faults_of(own + "methods:\n  a: {optimizer.beta1: 0.5}\n  b: {optimizer.beta1: 1.5}\n") ==
        Texts{"sweep.yaml:4:24: error: optimizer.beta1 must be >= 0 and < 1, got 1.5"});
  CHECK(faults_of(own + "vary:\n  lookahead.alpha: [0.5, bad]\n").size() == 1);
  CHECK(faults_of(own + "vary:\n  optimizer: {log: [1, 2], points: 2}\n").size() == 2);
}

TEST_CASE("sweeps of too many runs are refused with their number") {
  const Texts faults = faults_of(own +
                                 "vary: {optimizer.lr: {log: [1, 2], points: 100000}, optimizer.beta1: "
                                 "{linear: [0, 0.5], points: 10000}}\n");
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("more than 1000000 runs: 1e+09") != std::string::npos);
}

TEST_CASE("a problem within the sweep's file is called by its own name, else like the file") {
  const auto label = [](const std::string& name) {
    return grid_of("problem: {" + name + "objective: rosenbrock, optimizer: adam}\n")
        .file()
        .problems.front()
        .label;
  };
  CHECK(label("name: valley, ") == "valley");
  CHECK(label("") == "sweep");
}

TEST_CASE("targets below the one that ends the runs are warned of") {
  const auto notes_of = [](const std::string& stop) {
    return grid_of("problem: {objective: rosenbrock, optimizer: adam, stop: {steps: 10" + stop +
                   "}}\ntargets: [1, 0.1, 0.01]\n")
        .file()
        .notes;
  };
  CHECK(notes_of("").empty());
  CHECK(notes_of(", target: 0.01").empty());
  REQUIRE(notes_of(", target: 0.05").size() == 1);
  CHECK(
      to_string(notes_of(", target: 0.05").front()) ==
      "warning: runs end at stop.target = 0.05, where 0.01 of targets counts as missed: leave out stop.target");
}

TEST_CASE("a key that is varied without its block, or as a block, is answered with the key in full") {
  CHECK(
      faults_of(own + "vary: {lr: [0.1, 0.2]}\n") ==
      Texts{
          "sweep.yaml:2:8: error: vary.lr: a problem has no such key at its top (did you mean 'optimizer.lr'?)"});
  CHECK(faults_of(own + "vary: {optimizer: {lr: [0.1, 0.2]}}\n") ==
        Texts{"sweep.yaml:2:20: error: unknown key 'lr' in vary.optimizer (write optimizer.lr: [0.1, 0.2])"});
}

TEST_CASE("none switches off in one point what others have") {
  const Grid grid =
      grid_of(own +
              "vary: {optimizer.clip: [none, {norm: 1}], objective.noise: [none, {gaussian: 0.1}], "
              "stop.target: [none, 1e-3], stop.steps: [5]}\n");
  Index clipped = 0, noisy = 0, targets = 0;
  for (Index i = 0; i < grid.points(); ++i) {
    const auto spec = grid.spec_of(grid.point(i));
    REQUIRE(static_cast<bool>(spec));
    clipped += spec->optimizer.clip.norm ? 1 : 0;
    noisy += spec->objective->noise ? 1 : 0;
    targets += spec->stop.target ? 1 : 0;
  }
  CHECK(grid.points() == 8);
  CHECK(clipped == 4);
  CHECK(noisy == 4);
  CHECK(targets == 4);
}

}  // namespace lookahead::test
