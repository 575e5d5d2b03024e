#include "support/problem.hpp"

#include "faults_of.hpp"
#include "spec/overrides.hpp"
#include "spec/yaml.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("two lines are enough, and every default is filled in") {
  const Spec spec = spec_of(two_lines);
  CHECK(spec.objective->dimension == 2);
  CHECK(*spec.optimizer.rate.value.constant_value() == 1e-3);
  CHECK(*spec.lookahead.outermost().k.constant_value() == 5);
  CHECK(*spec.lookahead.outermost().alpha.value.constant_value() == 0.5);
  CHECK(*spec.stop.steps == 10000);
  CHECK(spec.seed == 1);
  CHECK(!spec.stop.target);
}

TEST_CASE("a given stop replaces the default one") {
  const Spec spec = spec_of(two_lines + "stop: {target: 1e-8}\n");
  CHECK(!spec.stop.steps);
  CHECK(*spec.stop.target == 1e-8);
}

TEST_CASE("faults stand at their place, all of them, with a suggestion") {
  const std::string text = faults_of(
      "objective: rosenbrok\noptimizer:\n  name: adam\n  lr: -0.1\nlookahead:\n  alhpa: 0.5\n  k: 2.5\n");
  CHECK(has(text, "p.yaml:1:12: error: unknown function 'rosenbrok' (did you mean 'rosenbrock'?)"));
  CHECK(has(text, "p.yaml:4:7: error: optimizer.lr must be > 0, got -0.1"));
  CHECK(has(text, "p.yaml:6:3: error: unknown key 'alhpa' in lookahead (did you mean 'alpha'?)"));
  CHECK(has(text, "p.yaml:7:6: error: lookahead.k must be an integer, got 2.5"));
}

TEST_CASE("YAML that could mean two things is refused") {
  CHECK(has(faults_of(two_lines + "seed: 1\nseed: 2\n"), "p.yaml:4:1: error: duplicate key 'seed'"));
  CHECK(has(faults_of(two_lines + "<<: {seed: 2}\n"), "p.yaml:3:1: error: YAML merges"));
  CHECK(has(faults_of(two_lines + "---\nseed: 1\n"), "p.yaml:4:1: error: a second document"));
  // The second document's own content is at fault.
  CHECK(has(faults_of(two_lines + "---\n*nothing\n"), "p.yaml:4:1: error: "));
  CHECK(has(faults_of(two_lines + "---\n? [!!int 1]\n"), "p.yaml:"));
  CHECK(has(faults_of(two_lines + "seed:\t1\n"), "p.yaml:3:6: error: a tab"));
  CHECK(has(faults_of(two_lines + "seed: !!int 1\n"), "p.yaml:3:7: error: YAML tags"));
  CHECK(has(faults_of(two_lines + "seed: 010\n"), "p.yaml:3:7: error: seed must be an integer, got '010'"));
  CHECK(has(faults_of(two_lines + "seed: 0x10\n"), "seed must be an integer"));
  CHECK(has(faults_of(two_lines + "seed: 1_000\n"), "seed must be an integer"));
  CHECK(has(faults_of("[1, 2]"), "p.yaml:1:1: error: the problem must be a map"));
  CHECK(has(faults_of("# nothing\n"), "the problem is empty"));
  CHECK(has(faults_of("a: [1\n"), "not valid YAML"));
}

TEST_CASE("a file without aliases is not refused for the number of its values") {
  std::string text = "seeds: [0";
  for (int i = 1; i < 150000; ++i) text += ", " + std::to_string(i);
  const auto root = parse_yaml(text + "]\n", "sweep.yaml");
  REQUIRE(root);
  CHECK(root->find("seeds")->items.size() == 150000);
  const auto again = parse_yaml(to_yaml(*root), "sweep.yaml");
  REQUIRE(again);
  CHECK(again->find("seeds")->items.size() == 150000);
}

TEST_CASE("anchors and aliases stand for their value, and cannot unfold without end") {
  CHECK(*spec_of("objective: rosenbrock\noptimizer: {name: sgd, lr: &r 0.01}\nstop: {target: *r}\n")
             .stop.target == 0.01);
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += before + ", ";
    bomb += "]\n";
  }
  CHECK(has(faults_of(bomb), "too many values"));
}

TEST_CASE("integers may be written with an exponent, and a bool is true or false only") {
  CHECK(*spec_of(two_lines + "stop: {steps: 1e6}\n").stop.steps == 1000000);
  CHECK(has(faults_of(two_lines + "trace: {points: yes}\n"),
            "p.yaml:3:17: error: trace.points must be true or false, got 'yes'"));
}

TEST_CASE("overrides are applied before checking and expand short forms") {
  CHECK(*spec_of(two_lines, {"optimizer.lr=0.5"}).optimizer.rate.value.constant_value() == 0.5);
  CHECK(spec_of(two_lines, {"optimizer=sgd", "optimizer.momentum=0.9"}).optimizer.rule.entry->card.name ==
        "sgd");
  CHECK(spec_of(two_lines, {"lookahead=false"}).lookahead.enabled == false);
  CHECK(*spec_of(two_lines, {"stop.steps=7"}).stop.steps == 7);
  CHECK(faults_of(two_lines, {"optimizer.lrr=1"}) ==
        "--set optimizer.lrr=1: error: unknown key 'optimizer.lrr' (did you mean 'optimizer.lr'?)\n");
  CHECK(has(faults_of(two_lines, {"seed"}), "--set seed: error: expected key.path=value"));
  CHECK(has(faults_of(two_lines, {"seed=-1"}), "--set seed=-1: error: seed must be >= 0, got -1"));
}

TEST_CASE("keys that need each other or exclude each other are reported") {
  CHECK(has(faults_of("optimizer: adam\n"), "needs the key 'objective', or 'data' and 'model'"));
  CHECK(has(faults_of("objective: sphere\n"), "needs the key 'optimizer'"));
  CHECK(has(faults_of(two_lines + "data: {train: a.csv, target: y}\nmodel: linear\n"),
            "both objective and data"));
  CHECK(has(faults_of(two_lines + "batch: 3\n"), "p.yaml:3:8: error: batch goes with data"));
  CHECK(has(faults_of(two_lines + "stop: {epochs: 3}\n"), "stop.epochs goes with data"));
  CHECK(has(faults_of(two_lines + "start: [1, 2, 3]\n"), "start has 3 coordinates, the objective has 2"));
  CHECK(has(faults_of("objective: {function: rosenbrock, dim: 3}\noptimizer: adam\n"),
            "objective.dim of rosenbrock must be 2, got 3"));
  CHECK(has(faults_of(two_lines + "lookahead: {alpha: 1.5}\n"),
            "lookahead.alpha must be > 0 and <= 1, got 1.5"));
  CHECK(faults_of(two_lines + "lookahead: {alpha: 1.5, extrapolate: true}\n").empty());
  CHECK(
      has(faults_of(
              "objective: rosenbrock\noptimizer: {name: adam, lr: {cosine: {from: 1}}}\nstop: {time: 1s}\n"),
          "needs the run's length: stop.steps, stop.epochs, stop.evals, or with a constant k stop.rounds"));
  CHECK(has(faults_of("objective: rosenbrock\noptimizer: {name: adam, lr: {cosine: {to: 1}}}\n"),
            "optimizer.lr.cosine needs the key 'from'"));
  CHECK(has(faults_of(two_lines + "stop: {divergence: 10}\n"), "no condition that ends a run"));
}

TEST_CASE("paths of data are relative to the problem's file and absolute in the spec") {
  const auto spec =
      read_problem({"data: {train: a/../b.csv, target: y, test: c.csv}\nmodel: linear\noptimizer: sgd\n",
                    "p.yaml",
                    "p",
                    "/folder",
                    {}});
  REQUIRE(spec);
  CHECK(spec->data->train.text() == "/folder/b.csv");
  CHECK(spec->data->test->file == "/folder/c.csv");
}

TEST_CASE("what is written as YAML reads back, whatever the texts hold") {
  Node map = Node::map();
  for (const char* text :
       {"plain", "", "true", "1e3", "a: b", "- x", "#", "\"q\"\\", "\n\t", "äöü", "null", "~", "-", "'"}) {
    map.add("k" + std::to_string(map.members.size()), Node::scalar(text, true));
  }
  map.add("a list", Node::list({Node::scalar("1"), Node::scalar("x", true)}));
  const auto back = parse_yaml(to_yaml(map), "x");
  REQUIRE(back);
  REQUIRE(back->members.size() == map.members.size());
  for (std::size_t i = 0; i + 1 < map.members.size(); ++i) {
    CAPTURE(map.members[i].value.text);
    CHECK(back->members[i].value.text == map.members[i].value.text);
    CHECK(back->members[i].value.is_scalar());
  }
}
