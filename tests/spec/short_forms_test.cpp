#include "loss/loss.hpp"
#include "objective/game.hpp"
#include "objective/noise.hpp"
#include "objective/penalty.hpp"
#include "spec/yaml.hpp"
#include "support/problem.hpp"

// Settings of a key inside a short form: the rest of what the form says stays.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// The resolved problem, or its faults without their places.
std::string outcome(const std::string& yaml, const std::vector<std::string>& set = {}) {
  const auto spec = read_problem({yaml, "p.yaml", "p", "/folder", set});
  if (spec) return to_yaml(echo(*spec));
  std::string text;
  for (const Fault& fault : spec.faults()) text += "fault: " + fault.text + "\n";
  return text;
}

// Both problems with the same setting come to the same.
void same(const std::string& brief, const std::string& full, const std::string& setting) {
  CAPTURE(brief);
  CAPTURE(setting);
  const std::string expected = outcome(full, {setting});
  CHECK(outcome(brief, {setting}) == expected);
  CHECK_MESSAGE(expected.find("unknown key") == std::string::npos, expected);
  CHECK_MESSAGE(expected.find("must be a") == std::string::npos, expected);
}

// `key` of every parameter of an entry, at its default, set in `short` and in `full`.
void all_parameters(const Entry& entry, const std::string& path, const std::string& brief,
                    const std::string& full) {
  const auto values = entry.defaults();
  for (const Parameter& parameter : entry.parameters) {
    const Node value = parameter.write(values);
    if (value.kind == Node::Kind::empty) continue;
    same(brief, full, path + "." + parameter.name + "=" + to_yaml(value));
  }
}

const std::string table = "data: {train: t.csv, target: y}\n";
const std::string sphere = "objective: sphere\n";

}  // namespace

TEST_CASE("law: every parameter of every named item can be set on the item's plain name") {
  for (const FunctionEntry& entry : function_catalog()) {
    const std::string& name = entry.card.name;
    all_parameters(entry, "objective", "objective: " + name + "\noptimizer: sgd\n",
                   "objective: {function: " + name + "}\noptimizer: sgd\n");
  }
  for (const FunctionEntry& entry : game_catalog()) {
    const std::string& name = entry.card.name;
    all_parameters(entry, "objective", "objective: " + name + "\noptimizer: gda\n",
                   "objective: {game: " + name + "}\noptimizer: gda\n");
  }
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    const std::string& name = entry.card.name;
    all_parameters(entry, "optimizer", sphere + "optimizer: " + name + "\n",
                   sphere + "optimizer: {name: " + name + "}\n");
    same(sphere + "optimizer: " + name + "\n", sphere + "optimizer: {name: " + name + "}\n",
         "optimizer.lr.step={from: 1}");
    // The slow point's own rules of that name come first.
    if (!entry.outer_seat || entry.needs != Needs::gradients || outer_catalog().find(name)) continue;
    all_parameters(entry, "lookahead.outer", sphere + "optimizer: sgd\nlookahead: {outer: " + name + "}\n",
                   sphere + "optimizer: sgd\nlookahead: {outer: {name: " + name + "}}\n");
  }
  for (const OptimizerEntry& entry : outer_catalog()) {
    const std::string& name = entry.card.name;
    for (const std::string level : {"", ".0", ".1"}) {
      const std::string before = level.empty()   ? "{outer: "
                                 : level == ".0" ? "[{outer: "
                                                 : "[{k: 3}, {outer: ";
      const std::string after = level.empty() ? "}" : level == ".0" ? "}, {k: 2}]" : "}]";
      all_parameters(entry, "lookahead" + level + ".outer",
                     sphere + "optimizer: sgd\nlookahead: " + before + name + after + "\n",
                     sphere + "optimizer: sgd\nlookahead: " + before + "{name: " + name + "}" + after + "\n");
    }
  }
  for (const ModelEntry& entry : model_catalog()) {
    const std::string& name = entry.card.name;
    all_parameters(entry, "model", table + "optimizer: sgd\nmodel: " + name + "\n",
                   table + "optimizer: sgd\nmodel: {type: " + name + "}\n");
  }
  for (const LossEntry& entry : loss_catalog()) {
    const std::string model = entry.use == LossUse::two_classes ? "logistic" : "linear";
    if (entry.use == LossUse::counts) continue;
    const std::string& name = entry.card.name;
    all_parameters(entry, "model.loss",
                   table + "optimizer: sgd\nmodel: {type: " + model + ", loss: " + name + "}\n",
                   table + "optimizer: sgd\nmodel: {type: " + model + ", loss: {name: " + name + "}}\n");
  }
  for (const PenaltyEntry& entry : penalty_catalog()) {
    const std::string& name = entry.card.name;
    all_parameters(entry, "model.penalty",
                   table + "optimizer: sgd\nmodel: {type: linear, penalty: " + name + "}\n",
                   table + "optimizer: sgd\nmodel: {type: linear, penalty: {name: " + name + "}}\n");
  }
  for (const MetricEntry& entry : metric_catalog()) {
    const std::string& name = entry.card.name;
    const std::string problem =
        table + "optimizer: sgd\nmodel: " + (entry.for_classes ? "softmax" : "linear") + "\nmetrics: ";
    all_parameters(entry, "metrics", problem + name + "\n", problem + "{name: " + name + "}\n");
    all_parameters(entry, "metrics.0", problem + name + "\n", problem + "[{name: " + name + "}]\n");
    all_parameters(entry, "metrics.0", problem + "[" + name + "]\n", problem + "[{name: " + name + "}]\n");
  }
  for (const ScheduleEntry& entry : schedule_catalog()) {
    const std::string& name = entry.card.name;
    for (const char* before : {"0.5", "auto"}) {
      all_parameters(entry, "optimizer.lr." + name, sphere + "optimizer: {name: sgd, lr: " + before + "}\n",
                     sphere + "optimizer: {name: sgd, lr: {" + name + ": {}}}\n");
    }
    all_parameters(entry, "lookahead.alpha." + name, sphere + "optimizer: sgd\nlookahead: {alpha: 0.5}\n",
                   sphere + "optimizer: sgd\nlookahead: {alpha: {" + name + ": {}}}\n");
  }
  for (const NoiseEntry& entry : noise_catalog()) {
    const std::string& name = entry.card.name;
    const std::string first = entry.parameters.front().name;
    const std::string begin = "optimizer: sgd\nobjective: {function: noisy_quadratic, noise: {";
    all_parameters(entry, "objective.noise." + name, begin + name + ": 2}}\n",
                   begin + name + ": {" + first + ": 2}}}\n");
  }
}

TEST_CASE("a setting inside a short form keeps the rest, at every depth") {
  const std::string linear = "optimizer: sgd\nmodel: linear\n";
  const auto data = [&](const std::string& keys) {
    return "data: {train: t.csv, target: y, " + keys + "}\n";
  };
  // schedules whose short form is the first value
  same(sphere + "optimizer: {name: sgd, lr: {cosine: 0.1}}\n",
       sphere + "optimizer: {name: sgd, lr: {cosine: {from: 0.1}}}\n", "optimizer.lr.cosine.to=1e-3");
  same(sphere + "optimizer: sgd\nlookahead: {k: {step: 8}}\n",
       sphere + "optimizer: sgd\nlookahead: {k: {step: {from: 8}}}\n", "lookahead.k.step.factor=0.5");
  same(sphere + "optimizer: sgd\nlookahead: {alpha: adaptive}\n",
       sphere + "optimizer: sgd\nlookahead: {alpha: {adaptive: {}}}\n", "lookahead.alpha.adaptive.low=0.25");
  same("optimizer: sgd\nobjective: {function: sphere, noise: {student: 2}}\n",
       "optimizer: sgd\nobjective: {function: sphere, noise: {student: {scale: 2}}}\n",
       "objective.noise.student.df=4");
  // levels: one level is the list of it
  same(sphere + "optimizer: sgd\nlookahead: {k: 7}\n", sphere + "optimizer: sgd\nlookahead: [{k: 7}]\n",
       "lookahead.0.alpha=0.75");
  same(sphere + "optimizer: sgd\n", sphere + "optimizer: sgd\nlookahead: {}\n", "lookahead.workers=2");
  same(sphere + "optimizer: sgd\nlookahead: false\n", sphere + "optimizer: sgd\nlookahead: {}\n",
       "lookahead.k=3");
  // files and policies
  same(data("test: e.csv") + linear, data("test: {file: e.csv}") + linear, "data.test.skip_lines=1");
  same(data("missing: drop") + linear, data("missing: {policy: drop}") + linear,
       "data.missing.marks=[NA, x]");
  same(data("validation: 0.25") + linear, data("validation: {fraction: 0.25}") + linear,
       "data.validation.stratify=false");
  same("data: {train: t.csv, target: y}\n" + linear, "data: {train: [t.csv], target: y}\n" + linear,
       "data.train.0=u.csv");
  same(data("drop: a") + linear, data("drop: [a]") + linear, "data.drop.0=b");
  same(table + "optimizer: sgd\nmodel: {type: mlp, hidden: 8}\n",
       table + "optimizer: sgd\nmodel: {type: mlp, hidden: [8]}\n", "model.hidden.0=16");
  same(table + "optimizer: sgd\nmodel: {type: linear, penalty: none}\n",
       table + "optimizer: sgd\nmodel: {type: linear, penalty: {}}\n", "model.penalty.name=group");
  same(data("validation: 0.25") + linear, data("validation: {stratify: true}") + linear,
       "data.validation.folds=5");
  same(data("validation: v.csv") + linear, data("validation: {stratify: true}") + linear,
       "data.validation.fraction=0.5");
  // a list that is not there yet
  same("data: {train: t.csv, target: y}\n" + linear, data("drop: [a]") + linear, "data.drop.0=b");
  same(data("categorical: auto") + linear, data("categorical: [a]") + linear, "data.categorical.0=b");
  // a metric in a list of several
  CHECK(outcome(table + "optimizer: sgd\nmodel: softmax\nmetrics: [accuracy, top_k]\n", {"metrics.1.k=3"})
            .find("{name: top_k, k: 3}") != std::string::npos);
  // what it was before stays
  const Spec spec = spec_of(sphere + "optimizer: sgd\nlookahead: [{k: 5, outer: slowmo}, {k: 2}]\n",
                            {"lookahead.0.outer.beta=0.4"});
  CHECK(spec.lookahead.levels.front().outer.entry->card.name == "slowmo");
  CHECK(*spec.lookahead.levels.front().k.constant_value() == 5);
}

TEST_CASE("what a sentence or a cure lists is what the catalogs hold") {
  const auto names_in = [](const std::string& text, const auto& catalog) {
    for (const auto& entry : catalog)
      CHECK_MESSAGE(text.find(entry.card.name) != std::string::npos, text << " lacks " << entry.card.name);
  };
  for (const ModelEntry& entry : model_catalog()) {
    for (const Parameter& parameter : entry.parameters) {
      if (parameter.name == "penalty") names_in(parameter.sentence, penalty_catalog());
    }
  }
  for (const auto& [model, use] :
       {std::pair{"linear", LossUse::numbers}, {"logistic", LossUse::two_classes}}) {
    for (const Parameter& parameter : model_catalog().find(model)->parameters) {
      if (parameter.name != "loss") continue;
      for (const LossEntry& entry : loss_catalog()) {
        CAPTURE(parameter.sentence);
        CHECK((parameter.sentence.find(entry.card.name) != std::string::npos) == (entry.use == use));
      }
    }
  }
  for (const Parameter& parameter : problem_parameters()) {
    if (parameter.name != "metrics") continue;
    for (const Task task : {Task::classification, Task::regression}) {
      for (const auto& metric : default_metrics(task))
        CHECK(parameter.sentence.find(metric.entry->card.name) != std::string::npos);
    }
  }
  const auto cures = [](const std::string& yaml) {
    std::string text;
    const auto spec = read_problem({yaml, "p.yaml", "p", "/folder", {}});
    for (const Fault& fault : spec.faults()) text += to_string(fault) + "\n";
    return text;
  };
  names_in(cures(table + "optimizer: sgd\n"), model_catalog());
  const std::string wrong_task =
      cures("data: {train: t.csv, target: y, task: regression}\noptimizer: sgd\nmodel: softmax\n");
  for (const ModelEntry& entry : model_catalog()) {
    CAPTURE(wrong_task);
    CHECK((wrong_task.find(entry.card.name, wrong_task.find('(')) != std::string::npos) ==
          (!entry.task || entry.task == Task::regression));
  }
  const std::string outer = cures(sphere + "optimizer: sgd\nlookahead: {outer: qqqqqqqq}\n");
  names_in(outer, outer_catalog());
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (!entry.outer_seat || entry.needs != Needs::gradients) continue;
    CHECK_MESSAGE(outer.find(entry.card.name) != std::string::npos, entry.card.name);
  }
}
