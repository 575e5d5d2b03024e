// A model that serves both tasks takes the one that the data tell.
#include <cmath>

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

std::string penguins(const std::string& target, const std::string& rest = "") {
  return "data: {train: " + std::string(LOOKAHEAD_SOURCE_DIR) +
         "/samples/data/penguins.csv, missing: drop, target: " + target +
         "}\nmodel: {type: mlp, hidden: [8], activation: tanh}\noptimizer: {name: adam, lr: 0.01}\nbatch: "
         "16\n" +
         rest;
}

std::string first_fault(const std::string& problem) {
  const auto spec = read_problem({problem, "problem.yaml", "problem", ".", {}});
  if (!spec) return to_string(spec.faults().front());
  Pool pool(1);
  const auto plan = plan_in<double>(*spec, pool);
  REQUIRE(!plan);
  return to_string(plan.faults().front());
}

std::string names(const std::vector<Chosen<MetricEntry>>& metrics) {
  std::string text;
  for (const auto& metric : metrics) text += metric.entry->card.name + " ";
  return text;
}

}  // namespace

TEST_CASE("an mlp learns classes or numbers, as the target is, and is judged accordingly") {
  Trial<double> classes(penguins("species", "stop: {epochs: 20}\n"));
  CHECK(names(classes.plan->spec.metrics) == "accuracy ");
  const Outcome of_classes = classes.run();
  REQUIRE(of_classes.metrics.size() == 1);
  CHECK(of_classes.metrics[0].name == "train_accuracy");
  CHECK(of_classes.metrics[0].value > 0.98);
  const std::string mass = "body_mass_g, standardize_target: true";
  Trial<float> numbers(penguins(mass, "stop: {epochs: 20}\nprecision: single\n"));
  CHECK(names(numbers.plan->spec.metrics) == "rmse r2 ");
  const Outcome of_numbers = numbers.run();
  REQUIRE(of_numbers.metrics.size() == 2);
  CHECK(of_numbers.metrics[1].value > 0.8);
}

TEST_CASE("metrics and patience must fit the task the data tell") {
  CHECK(first_fault(penguins("body_mass_g", "metrics: [accuracy]\n")).find("metric accuracy does not fit") !=
        std::string::npos);
  CHECK(first_fault(penguins("species, task: classification", "metrics: [r2]\n")).find("problem.yaml:5") ==
        0);
  const std::string patience = "stop: {epochs: 3, patience: {metric: val_r2, epochs: 2}}\n";
  CHECK(first_fault(penguins("species, validation: 0.2", patience)).find("val_r2' is not evaluated") !=
        std::string::npos);
  Trial<double> fits(penguins("body_mass_g, validation: 0.2, standardize_target: true", patience));
  CHECK(fits.run().counts.epochs == 3);
}

TEST_CASE("an mlp takes one l2 for all layers or one for each") {
  const auto fault =
      read_problem({"data: {train: a.csv, target: y}\nmodel: {type: mlp, hidden: [4, 4], l2: [0.1, "
                    "0.2]}\noptimizer: sgd\n",
                    "problem.yaml",
                    "problem",
                    ".",
                    {}});
  REQUIRE(!fault);
  CHECK(to_string(fault.faults().front()) ==
        "problem.yaml:2:8: error: model.l2 has 2 numbers, the model has 3 layers (give one number for all "
        "layers, or one for each)");
}

TEST_CASE(
    "runs with dropout keep their bits with any number of threads, and a loss of their own in every step") {
  const auto trace = [](const char* threads) {
    const Spec spec = spec_of(penguins("species", "stop: {steps: 30}\ntrace: {every: 1, points: true}\n"),
                              {"model.dropout=0.3", "batch=130", std::string("threads=") + threads});
    Trial<double> trial(spec);
    trial.run();
    return trace_text(trial.plan->spec, trial.sink.records);
  };
  CHECK(trace("1") == trace("2"));
  CHECK(trace("1") == trace("5"));
  // With all rows in a step its loss is still not that of the whole model.
  Trial<double> full(penguins("species", "stop: {steps: 5}\ntrace: {every: 1, fast: true}\n"),
                     {"model.dropout=0.3", "batch=full", "lookahead=false"});
  full.run();
  const auto& records = full.sink.records;
  for (std::size_t i = 1; i < records.size(); ++i) {
    CHECK(std::isfinite(records[i - 1].loss_fast));
    CHECK(records[i].loss_batch != records[i - 1].loss_fast);
  }
}

TEST_CASE("a factorization is refused where the file has other columns than two of text") {
  CHECK(
      first_fault("data: {train: " + std::string(LOOKAHEAD_SOURCE_DIR) +
                  "/samples/data/concrete.csv, target: CMS}\nmodel: matrix_factorization\noptimizer: adam\n")
          .find("takes two text columns beside the target") != std::string::npos);
}
