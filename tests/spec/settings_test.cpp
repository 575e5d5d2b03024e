#include "spec/yaml.hpp"
#include "support/problem.hpp"

// Settings from the command line that go wrong, whatever they meet on their way.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::vector<std::string> changed_problems = {
    "objective: sphere\noptimizer: sgd\n",
    "objective: {function: sphere, noise: {gaussian: 1}}\nstart: {uniform: [0, 1]}\n"
    "optimizer: {name: sgd, lr: {cosine: 0.1}, clip: {norm: 1}}\nlookahead: [{k: 5}, {outer: slowmo}]\n"
    "stop: {steps: 5}\n",
    "data: {train: t.csv, target: y, validation: 0.2, missing: {policy: drop, columns: {x: [-1]}}}\n"
    "model: {type: mlp, hidden: [3], class_weight: {a: 2}}\noptimizer: adam\nmetrics: [accuracy]\n"
    "stop: {epochs: 5, patience: {metric: val_loss}}\n"};

// The path of every node of a resolved problem.
void add_paths(std::vector<std::string>& paths, const Node& node, const std::string& path) {
  if (!path.empty()) paths.push_back(path);
  const std::string before = path.empty() ? "" : path + ".";
  for (const Node::Member& member : node.members) add_paths(paths, member.value, before + member.key);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    add_paths(paths, node.items[i], before + std::to_string(i));
}

Checked<Spec> read(const std::string& yaml, const std::vector<std::string>& set) {
  return read_problem({yaml, "p.yaml", "p", "/folder", set});
}

}  // namespace

TEST_CASE("law: every fault has a place, whatever a setting makes, spreads or replaces on its way") {
  for (const std::string& problem : changed_problems) {
    const auto spec = read(problem, {});
    REQUIRE(bool(spec));
    std::vector<std::string> paths;
    add_paths(paths, echo(*spec), "");
    for (const char* other : {"metrics", "data", "model", "objective", "start", "stop.patience", "batch"})
      paths.emplace_back(other);
    for (const std::string& path : paths) {
      for (const char* below : {"", ".0", ".1", ".0.k", ".k", ".name", ".0.0"}) {
        for (const char* value : {"3", "[]", "{}", "nan", "{a: 1}", "''"}) {
          const std::string setting = path + below + "=" + value;
          const auto outcome = read(problem, {setting});
          if (outcome) continue;
          for (const Fault& fault : outcome.faults()) {
            CAPTURE(problem);
            CAPTURE(setting);
            CHECK_MESSAGE(!fault.place.source.empty(), fault.text);
          }
        }
      }
    }
  }
}

TEST_CASE("a part that a list does not have is reported with those it has") {
  const auto told = [](const std::string& setting) {
    const auto outcome = read(changed_problems.front(), {setting});
    REQUIRE_FALSE(outcome);
    return to_string(outcome.faults().front());
  };
  CHECK(told("metrics.5=a") ==
        "--set metrics.5=a: error: metrics is a list of 0 (its first part is metrics.0)");
  CHECK(told("lookahead.1.k=3") ==
        "--set lookahead.1.k=3: error: lookahead is a list of 1 (its first part is lookahead.0)");
}

TEST_CASE("law: none leaves out a key that has no value by default") {
  const std::string changed_problems[] = {
      "objective: sphere\noptimizer: adam\n",
      "data: {train: a.csv, target: y}\nmodel: linear\noptimizer: adam\n"};
  int left_out = 0;
  for (const std::string& yaml : changed_problems) {
    const auto whole = read_problem({yaml, "p.yaml", "p", "/folder", {}});
    REQUIRE(whole);
    for (const Section& section : sections()) {
      if (section.defaults.empty()) continue;
      for (const Parameter& parameter : *section.parameters) {
        // A text may be that of a column called none.
        if (parameter.type == "text" || parameter.write(section.defaults).kind != Node::Kind::empty) continue;
        const std::string key = section.name + "." + parameter.name;
        CAPTURE(key);
        const auto without = read_problem({yaml, "p.yaml", "p", "/folder", {key + "=none"}});
        if (!without) continue;  // of a block that this problem has not
        ++left_out;
        CHECK(to_yaml(echo(*without)) == to_yaml(echo(*whole)));
      }
    }
  }
  CHECK(left_out >= 6);
}
