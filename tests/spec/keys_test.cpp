#include <functional>
#include <set>

#include "options/codec.hpp"
#include "spec/yaml.hpp"
#include "support/problem.hpp"

// A setting of a key comes to the same as the key in the file, for every key that there is.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// The resolved problem, or its faults without their places, which differ for settings.
std::string result_of(const std::string& yaml, const std::vector<std::string>& set = {}) {
  const auto spec = read_problem({yaml, "p.yaml", "p", "/folder", set});
  if (spec) return to_yaml(echo(*spec));
  // They come in the order of their places.
  std::set<std::string> texts;
  for (const Fault& fault : spec.faults()) texts.insert("fault: " + fault.text + "\n");
  return joined({texts.begin(), texts.end()}, "");
}

struct Leaf {
  std::string path;
  std::vector<std::string> keys;
  std::string text;  // of a scalar
};

// All that a node says: its scalars and lists, and the maps on the way.
void add_leaves(const Node& node, Leaf at, std::vector<Leaf>& leaves) {
  const auto inside = [&](const std::string& key, const Node& value) {
    Leaf next = at;
    next.path += (next.path.empty() ? "" : ".") + key;
    next.keys.push_back(key);
    add_leaves(value, next, leaves);
  };
  if (!at.path.empty()) {
    at.text = node.text;
    leaves.push_back(at);
  }
  for (const Node::Member& member : node.members) inside(member.key, member.value);
  for (std::size_t i = 0; i < node.items.size(); ++i) inside(std::to_string(i), node.items[i]);
}

Node& child(Node& node, const std::string& key) {
  if (node.is_list()) return node.items.at(std::stoul(key));
  for (Node::Member& member : node.members) {
    if (member.key == key) return member.value;
  }
  node.members.push_back({key, {}, Node{}});
  return node.members.back().value;
}

// The problem with another value at the leaf.
std::string edited(Node problem, const Leaf& leaf, const Node& value) {
  Node* at = &problem;
  for (const std::string& key : leaf.keys) at = &child(*at, key);
  *at = value;
  return to_yaml(problem);
}

// Other values that a leaf may take, right or wrong.
std::vector<std::string> others(const std::string& text) {
  std::vector<std::string> values = {"true", "false", "2", "0.25", "auto", "none", "[1, 2]", "{}", "word"};
  if (const auto number = parse_number(text)) values.push_back(to_text(*number * 2));
  return values;
}

// Short forms wherever there are some, and all blocks. Stop conditions, marks and metrics are written out:
// what is given of them takes the place of all that they are by default.
const std::vector<std::string>& problems() {
  static const std::vector<std::string> all = {
      "objective: rosenbrock\noptimizer: adam\nstop: {steps: 9}\n",
      "objective: {function: rosenbrock_chained, dim: 4, noise: {gaussian: 0.1}}\n"
      "start: {uniform: [-2, 2]}\n"
      "optimizer: {name: sgd, lr: {cosine: 0.1}, momentum: 0.5, clip: {norm: 1}}\n"
      "lookahead: {k: {step: 8}, alpha: 0.5, outer: slowmo}\n"
      "stop: {steps: 100, target: 1e-3, grad_norm: 1e-4, time: 5s}\nseed: 3\nthreads: 1\n"
      "trace: {every: {per_decade: 7}, points: true}\n",
      "objective: {function: sphere, dim: 2, noise: {student: 2}}\nstart: [1, 2]\noptimizer: lion\n"
      "lookahead: [{k: 5, alpha: 0.5}, {k: 2, outer: {name: adam, beta1: 0.5}, workers: 2}]\n"
      "stop: {rounds: 5}\ntrace: {every: sync}\n",
      "objective: {game: bilinear, dim: 4}\noptimizer: gda\nlookahead: false\nstop: {evals: 50}\n",
      "data: {train: t.csv, target: y, missing: {marks: [x, y]}}\nmodel: linear\noptimizer: sgd\n"
      "metrics: [r2, rmse]\nstop: {epochs: 2}\n",
      "data: {train: [a.csv, b.csv], target: y, task: classification, test: e.csv, validation: 0.25,\n"
      "  weights: w, drop: [x], keep: [z], categorical: [c], missing: {policy: drop, marks: none}, "
      "thousands: ',',\n"
      "  decimal: '.', units: ['%'], comment: '#', skip_lines: 1, rare: 3, event: b}\n"
      "model: {type: mlp, hidden: 8, class_weight: {a: 2, b: 3}}\noptimizer: {name: adamw, lr: 1e-2}\n"
      "batch: 16\nsampling: blocks\nmetrics: [accuracy, top_k]\nprecision: single\n"
      "stop: {epochs: 3, patience: {metric: val_loss}}\n",
      "data: {train: t.csv, target: y, test: {file: e.csv, skip_lines: 1, strip: .}, validation: {folds: "
      "3},\n"
      "  missing: {policy: mean, marks: [NA, x], columns: {a: [-9, 99], b: [none]}}, separator: tab,\n"
      "  standardize: all, standardize_target: true}\n"
      "model: {type: linear, loss: {name: huber, delta: 2}, penalty: group, intercept: false}\n"
      "optimizer: {name: sgd, lr: {multi_step: {from: 1e-2, milestones: [30, 60]}}}\nbatch: full\n"
      "metrics: rmse\nstop: {steps: 10}\n",
      "data: {train: t.csv, target: y, missing: {marks: x, columns: {a: 1}}}\n"
      "model: {type: poisson, exposure: e}\noptimizer: sgd\nmetrics: deviance\nstop: {evals: 99}\n",
      "data: {train: t.csv, target: y, missing: {policy: drop, marks: [x]}}\n"
      "model: {type: logistic, loss: smoothed_hinge, class_weight: balanced}\noptimizer: sgd\n"
      "lookahead: {alpha: {adaptive: {low: 0.2}}}\nmetrics: auc\nstop: {time: 3s}\n"};
  return all;
}

// The item's name decides which keys stand beside it, and those of the old one would be unknown.
bool chooses_keys(const Leaf& leaf) {
  const std::string& key = leaf.keys.back();
  return key == "name" || key == "type" || key == "function" || key == "game" || leaf.keys.size() == 1;
}

}  // namespace

TEST_CASE("law: a setting of any key comes to the same as the key in the file, in short and in full") {
  int compared = 0, right = 0;
  for (const std::string& yaml : problems()) {
    CAPTURE(yaml);
    const std::string resolved = result_of(yaml);
    REQUIRE_MESSAGE(!resolved.starts_with("fault"), resolved);
    const auto full = parse_yaml(resolved, "p.yaml");
    REQUIRE(bool(full));
    std::vector<Leaf> leaves;
    add_leaves(*full, {}, leaves);
    std::set<std::string> known;
    for (const Leaf& leaf : leaves) known.insert(leaf.path);
    // Keys without a value are declared all the same.
    for (const Section& section : sections()) {
      const Node* block = &*full;
      std::vector<std::string> keys;
      for (std::string rest = section.name; block != nullptr && !rest.empty();) {
        const auto dot = rest.find('.');
        keys.push_back(rest.substr(0, dot));
        block = block->find(keys.back());
        rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
      }
      if (block == nullptr || !block->is_map()) continue;
      for (const Parameter& parameter : *section.parameters) {
        Leaf leaf{section.name + "." + parameter.name, keys, ""};
        leaf.keys.push_back(parameter.name);
        if (!known.contains(leaf.path)) leaves.push_back(leaf);
      }
    }
    for (const Leaf& leaf : leaves) {
      CAPTURE(leaf.path);
      // What it is already.
      Node same = *full;
      for (const std::string& key : leaf.keys) same = Node(child(same, key));
      if (same.kind != Node::Kind::empty && leaf.keys.back() != "name") {
        const std::string text = to_yaml(same);
        if (same.is_scalar() || same.is_list()) CHECK(result_of(yaml, {leaf.path + "=" + text}) == resolved);
      }
      if (chooses_keys(leaf)) continue;
      for (const std::string& value : others(leaf.text)) {
        CAPTURE(value);
        const auto node = parse_yaml(value, "v");
        REQUIRE(bool(node));
        const std::string in_file = result_of(edited(*full, leaf, *node));
        const std::string set_in_full = result_of(resolved, {leaf.path + "=" + value});
        CHECK(set_in_full == in_file);
        CHECK(result_of(yaml, {leaf.path + "=" + value}) == in_file);
        ++compared;
        right += in_file.starts_with("fault") ? 0 : 1;
      }
    }
  }
  // Most values are wrong for most keys; a fair share has to be right.
  CHECK(compared > 2000);
  CHECK(right * 8 > compared);
}

TEST_CASE("marks of single columns can be set one by one") {
  const std::string model = "optimizer: sgd\nmodel: linear\n";
  const std::string full =
      "data: {train: t.csv, target: y, missing: {policy: drop, columns: {a: [-9, 99]}}}\n" + model;
  const auto same = [&](const std::string& data, const std::string& setting, const std::string& expected) {
    CHECK(result_of("data: {train: t.csv, target: y" + data + "}\n" + model, {setting}) ==
          result_of("data: {train: t.csv, target: y, missing: " + expected + "}\n" + model));
  };
  same(", missing: {policy: drop, columns: {a: [-9, 99]}}", "data.missing.columns.a.1=7",
       "{policy: drop, columns: {a: [-9, 7]}}");
  same(", missing: {policy: drop, columns: {a: -9}}", "data.missing.columns.a.0=7",
       "{policy: drop, columns: {a: [7]}}");
  same(", missing: drop", "data.missing.columns.a.0=7", "{policy: drop, columns: {a: [7]}}");
  same(", missing: {policy: drop, columns: {a: -9}}", "data.missing.columns.b=7",
       "{policy: drop, columns: {a: -9, b: 7}}");
  same("", "data.missing.columns.2.0=-1", "{policy: error, columns: {'2': [-1]}}");
}
