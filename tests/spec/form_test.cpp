#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "objective/game.hpp"
#include "spec/codecs.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"
#include "support/form_fits.hpp"
#include "support/temporary_folder.hpp"

// The form of a problem file is that of what is read.
using namespace lookahead;
using test::fits;

namespace {

const Form& problem() {
  static const Form form = problem_form();
  return form;
}

bool fits_problem(const std::string& text) {
  const auto node = parse_yaml(text, "p.yaml");
  REQUIRE_MESSAGE(static_cast<bool>(node), text);
  return fits(problem(), *node);
}

// A text that is read without a fault fits, and so does what it comes to with every default.
void check_read(const std::string& text, const std::string& name) {
  CAPTURE(name);
  const auto node = parse_yaml(text, name);
  REQUIRE(static_cast<bool>(node));
  const auto spec = read_problem(*node, "p", "/");
  REQUIRE_MESSAGE(static_cast<bool>(spec), to_string(spec.faults().front()));
  CHECK(fits(problem(), *node));
  CHECK_MESSAGE(fits(problem(), echo(*spec)), to_yaml(echo(*spec)));
}

TEST_CASE("the form has the limits of batch and threads that reading has") {
  const std::string data = "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\n";
  for (const auto& [key, most] :
       {std::pair("batch", BatchSpec::most), std::pair("threads", ThreadsSpec::most)}) {
    for (const Index value : {Index{0}, Index{1}, most, most + 1}) {
      const std::string text = data + key + ": " + std::to_string(value) + "\n";
      CAPTURE(text);
      const bool read = static_cast<bool>(read_problem(*parse_yaml(text, "p.yaml"), "p", "/"));
      CHECK(read == (value >= 1 && value <= most));
      CHECK(fits_problem(text) == read);
    }
  }
}

TEST_CASE("every sample has the form of a problem, and so has the problem that it comes to") {
  int samples = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(LOOKAHEAD_SOURCE_DIR) + "/samples")) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = test::content_of(entry.path());
    const auto node = parse_yaml(text, entry.path().string());
    REQUIRE(static_cast<bool>(node));
    // Sweeps have a form of their own.
    if (node->find("problem") != nullptr || node->find("problems") != nullptr) continue;
    check_read(text, entry.path().string());
    ++samples;
  }
  CHECK(samples > 100);
}

TEST_CASE("every item of the catalogs has the form of a problem with all of its defaults") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    const bool terms = entry.needs == Needs::finite_sum, game = entry.needs == Needs::game;
    const std::string objective = terms  ? "data: {train: t.csv, target: y}\nmodel: linear\n"
                                  : game ? "objective: bilinear\n"
                                         : "objective: sphere\n";
    check_read(objective + "optimizer: " + entry.card.name + "\n", entry.card.name);
    check_read(objective + "optimizer: {name: " + entry.card.name + ", lr: 0.1}\n", entry.card.name);
  }
  for (const FunctionEntry& entry : function_catalog())
    check_read("objective: " + entry.card.name + "\noptimizer: sgd\n", entry.card.name);
  for (const FunctionEntry& entry : game_catalog())
    check_read("objective: " + entry.card.name + "\noptimizer: extragradient\n", entry.card.name);
  for (const ScheduleEntry& entry : schedule_catalog()) {
    const std::string rate = entry.constant ? "{constant: 0.1}" : entry.example();
    check_read("objective: sphere\noptimizer: {name: sgd, lr: " + rate + "}\n", entry.card.name);
  }
}

TEST_CASE("short forms and blocks have the form of a problem") {
  const std::string sphere = "objective: sphere\noptimizer: sgd\n";
  for (const char* more :
       {"lookahead: false\n", "lookahead: true\n", "lookahead: {k: {linear: {from: 1, to: 5}}}\n",
        "lookahead: {alpha: adaptive}\n", "lookahead: {alpha: {adaptive: {low: 0.1}}}\n",
        "lookahead: [{k: 2}, {k: 3, outer: nesterov}]\n", "lookahead: {outer: {name: slowmo, beta: 0.2}}\n",
        "lookahead: {alpha: 1.5, extrapolate: true}\n", "stop: {steps: 1e4, time: 5m}\n",
        "start: {uniform: [-1, 1]}\n", "start: [1, 2]\n", "start: random\n", "threads: 2\n",
        "trace: {every: sync}\n", "trace: {every: {per_decade: 10}}\n", "name: 2024\n", "seed: 3\n"})
    check_read(sphere + more, more);
  for (
      const char* text :
      {"objective: {expression: \"x[0]^2\", dim: 1}\noptimizer: sgd\n",
       "objective: {players: {x: 1, y: 1}, costs: {x: \"x[0]*y[0]\", y: \"-x[0]*y[0]\"}}\noptimizer: "
       "extragradient\n",
       "objective: {expression: \"a[0]*x[0]^2\", dim: 1, constants: {a: [1, 2], b: 3}, domain: [-1, 1]}\noptimizer: sgd\n",
       "objective: {function: sphere, noise: {gaussian: 0.1}}\noptimizer: {name: sgd, clip: {norm: 1}}\n",
       "data: {train: [a.csv, b.csv], target: y, validation: {folds: 3}, missing: {policy: drop, columns: "
       "{age: [-1]}}}\nmodel: {type: linear, loss: {name: huber, delta: 2}}\noptimizer: sgd\nbatch: full\n",
       "data: {train: a.csv, target: 3, header: false, test: {file: b.csv, skip_lines: 1}, standardize: all}\n"
       "model: {type: linear, loss: {expression: (p - y)^2}}\noptimizer: sgd\nmetrics: rmse\n"})
    check_read(text, text);
}

TEST_CASE("what is misspelled, out of its range or of the wrong type has not the form of a problem") {
  const std::string sphere = "objective: sphere\noptimizer: sgd\n";
  CHECK(fits_problem(sphere));
  // none stands wherever it leaves a key out.
  for (const char* key : {"steps", "rounds", "evals", "target", "grad_norm", "time", "patience"})
    CHECK_MESSAGE(fits_problem(sphere + "stop: {divergence: 9, " + key + ": none}\n"), key);
  const std::string rows = "data: {train: a.csv, target: y, weights: none, validation: {folds: ";
  const std::string rest = "}}\nmodel: linear\noptimizer: sgd\n";
  CHECK(fits_problem(rows + "5" + rest));
  for (const char* folds : {"0", "1", "1001"}) CHECK_MESSAGE(!fits_problem(rows + folds + rest), folds);
  for (const char* more : {"sed: 1\n",
                           "seed: -1\n",
                           "seed: x\n",
                           "seed: 1.5\n",
                           "lookahead: {alhpa: 0.5}\n",
                           "lookahead: {k: 0}\n",
                           "lookahead: {k: 2.5}\n",
                           "lookahead: {alpha: {adaptiv: {low: 0.1}}}\n",
                           "lookahead: no\n",
                           "lookahead: []\n",
                           "lookahead: {outer: slomo}\n",
                           "lookahead: {outer: lbfgs}\n",
                           "stop: 100\n",
                           "stop: {time: 5}\n",
                           "trace: {every: 0}\n",
                           "trace: {points: 1}\n",
                           "precision: half\n",
                           "start: middle\n",
                           "threads: 0\n",
                           "version: 2\n"})
    CHECK_MESSAGE(!fits_problem(sphere + more), std::string(more));
  for (const char* text :
       {"objective: sphere\n", "optimizer: sgd\n", "objective: spher\noptimizer: sgd\n",
        "objective: sphere\noptimizer: sdg\n", "objective: {game: sphere}\noptimizer: sgd\n",
        "objective: sphere\noptimizer: {name: adam, momentum: 0.9}\n",
        "objective: sphere\noptimizer: {name: sgd, lr: {cosin: {from: 1}}}\n",
        "objective: sphere\noptimizer: {name: sgd, lr: {cosine: {from: 1}, linear: {from: 1}}}\n",
        "objective: sphere\noptimizer: {name: sgd, clip: {norm: 1, value: 1}}\n",
        "objective: {expression: \"x[0]^2\"}\noptimizer: sgd\n",
        "data: {train: t.csv, target: y}\noptimizer: sgd\n",
        "data: {target: y}\nmodel: linear\noptimizer: sgd\n",
        "data: {train: t.csv, target: y, validation: 2}\nmodel: linear\noptimizer: sgd\n"})
    CHECK_MESSAGE(!fits_problem(text), std::string(text));
}

TEST_CASE("every key of a problem can be set by its path, and the paths of catalogs know their names") {
  const auto keys = settable_keys(problem());
  const auto find = [&](const std::string& path) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const SettableKey& key) { return key.path == path; });
    REQUIRE_MESSAGE(found != keys.end(), path);
    return *found;
  };
  for (const Section& section : sections()) {
    // Objectives from outside stand in no block of that name.
    if (section.name == "program" || section.name == "library") continue;
    for (const Parameter& parameter : *section.parameters) {
      const SettableKey key = find(section.name + "." + parameter.name);
      CHECK(!key.sentence.empty());
    }
  }
  const auto has = [](const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  CHECK(has(find("optimizer").words, "adam"));
  CHECK(has(find("optimizer.name").words, "sgd"));
  CHECK(has(find("objective.function").words, "rosenbrock"));
  CHECK(has(find("lookahead").words, "false"));
  CHECK(has(find("lookahead.at_sync").words, "pullback"));
  CHECK(has(find("model.type").words, "softmax"));
  CHECK(has(find("metrics").words, "accuracy"));
  find("optimizer.lr.cosine.from");
}

}  // namespace
