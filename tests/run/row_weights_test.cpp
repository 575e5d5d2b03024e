#include "run/row_weights.hpp"

#include <cmath>

#include "run/folds.hpp"
#include "support/mentions.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

CrossValidation cross_validated(const std::string& text) {
  Trial<double> trial(text);
  Watcher watcher;
  const auto validation = cross_validate(*trial.plan, trial.pool, watcher);
  REQUIRE(validation);
  return *validation;
}

std::string fault_of(const std::string& text) {
  Pool pool(1);
  const auto plan = plan_in<double>(spec_of(text), pool);
  REQUIRE(!plan);
  CHECK(plan.faults().front().kind == FaultKind::data);
  return plan.faults().front().text;
}

struct Row {
  std::string features;
  int weight;
  std::string target;
};
std::string csv(const std::vector<Row>& rows) {
  std::string text = "x,w,y\n";
  for (const Row& row : rows)
    text += row.features + "," + std::to_string(row.weight) + "," + row.target + "\n";
  return text;
}
// A row of weight n as n rows of weight 1.
std::string repeated(const std::vector<Row>& rows) {
  std::string text = "x,y\n";
  for (const Row& row : rows) {
    for (int i = 0; i < row.weight; ++i) text += row.features + "," + row.target + "\n";
  }
  return text;
}

const std::vector<Row> numbers = {{"0.05", 1, "2.15"},  {"0.5", 1, "0.78"},    {"0.87", 1, "3.25"},
                                  {"0.69", 20, "2.74"}, {"-1.64", 1, "-3.27"}, {"-0.54", 1, "2.2"}};
const std::vector<Row> labels = {{"0.1", 1, "a"}, {"0.9", 7, "b"}, {"-0.4", 2, "a"}, {"1.3", 1, "b"},
                                 {"0.2", 3, "b"}, {"0.7", 1, "a"}, {"-1.1", 5, "a"}, {"0.6", 1, "b"},
                                 {"0.3", 2, "a"}, {"1.8", 1, "b"}, {"-0.9", 4, "b"}, {"0.4", 1, "a"}};

// What the rows of fold `fold`, and all others, are.
std::pair<std::vector<Row>, std::vector<Row>> parts(const std::vector<Row>& rows,
                                                    const std::vector<std::uint32_t>& fold_of,
                                                    std::uint32_t fold) {
  std::vector<Row> own, others;
  for (std::size_t i = 0; i < rows.size(); ++i) (fold_of[i] == fold ? own : others).push_back(rows[i]);
  return {own, others};
}

}  // namespace

TEST_CASE("the loss of a fold is the mean over its rows by their own weights") {
  const TemporaryFolder files;
  const CrossValidation validation =
      cross_validated("data: {train: " + files.write("t.csv", csv(numbers)) +
                      ", target: y, weights: w, standardize: false, validation: {folds: 3}}\n"
                      "model: {type: linear, l2: 1}\noptimizer: lbfgs\nbatch: full\nstop: {epochs: 30}\n");
  REQUIRE(validation.folds.size() == 3);
  for (const FoldResult& fold : validation.folds) {
    // The squared loss is half of the squared error: val_loss, val_rmse.
    CHECK(fold.values[0] == doctest::Approx(fold.values[1] * fold.values[1] / 2).epsilon(1e-12));
  }
}

TEST_CASE("law: a fold with weights of rows and classes is a run with one file of rows for each part") {
  const TemporaryFolder files;
  const std::string train = files.write("t.csv", csv(labels));
  for (const std::string factors : {"none", "balanced", "{a: 3}"}) {
    for (const std::string model : {"logistic", "softmax"}) {
      CAPTURE(factors);
      CAPTURE(model);
      const std::string rest =
          "model: {type: " + model + ", l2: 0.3, class_weight: " + factors +
          "}\noptimizer: {name: sgd, lr: 0.3}\nbatch: full\nmetrics: [log_loss, accuracy]\n"
          "stop: {epochs: 40}\nseed: 3\n";
      const std::string whole = "data: {train: " + train +
                                ", target: y, weights: w, standardize: false, validation: {folds: 3}}\n" +
                                rest;
      const CrossValidation validation = cross_validated(whole);
      const Trial<double> trial(whole);
      const auto fold_of = folds_of(trial.plan->spec, trial.plan->problem->data->train, 2);
      for (std::uint32_t f = 0; f < 3; ++f) {
        CAPTURE(f);
        const auto [own, others] = parts(labels, fold_of, f);
        Trial<double> alone("data: {train: " + files.write("others.csv", csv(others)) +
                            ", target: y, weights: w, standardize: false, validation: " +
                            files.write("own.csv", csv(own)) + "}\n" + rest);
        const Outcome outcome = alone.run();
        REQUIRE(outcome.metrics[2].name == "val_loss");
        const std::vector<double>& values = validation.folds[f].values;
        // The same sums in another order, and 40 steps.
        for (std::size_t i = 0; i < values.size(); ++i)
          CHECK(values[i] == doctest::Approx(outcome.metrics[2 + i].value).epsilon(1e-11));
        // Free of the factors: the log-likelihood that the metric is too.
        CHECK(values[0] == doctest::Approx(values[1]).epsilon(1e-11));
        CHECK(validation.folds[f].outcome.loss_slow == doctest::Approx(outcome.loss_slow).epsilon(1e-11));
      }
    }
  }
}

TEST_CASE("law: a row of weight 3 is three rows, with balanced classes too") {
  const TemporaryFolder files;
  for (const std::string factors : {"none", "balanced", "{b: 2}"}) {
    CAPTURE(factors);
    const std::string rest =
        ", standardize: false}\nmodel: {type: softmax, l2: 0.1, class_weight: " + factors +
        "}\nbatch: full\noptimizer: {name: sgd, lr: 0.5}\nstop: {epochs: 20}\n";
    Trial<double> weighted("data: {train: " + files.write("t.csv", csv(labels)) + ", target: y, weights: w" +
                           rest);
    Trial<double> plain("data: {train: " + files.write("r.csv", repeated(labels)) + ", target: y" + rest);
    const Outcome one = weighted.run(), other = plain.run();
    // The same sums in another order, and 20 steps.
    CHECK(one.loss_slow == doctest::Approx(other.loss_slow).epsilon(1e-12));
    const auto x = weighted.slow(), y = plain.slow();
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == doctest::Approx(y[i]).epsilon(1e-11));
  }
}

TEST_CASE("a fold whose rows all have the weight 0 is a fault of the data") {
  const TemporaryFolder files;
  std::vector<Row> rows = numbers;
  for (Row& row : rows) row.weight = 0;
  rows[3].weight = 1;
  const std::string train = files.write("t.csv", csv(rows));
  const std::string rest = "model: linear\noptimizer: adam\nstop: {epochs: 1}\n";
  const std::string text =
      fault_of("data: {train: " + train + ", target: y, weights: w, validation: {folds: 3}}\n" + rest);
  CHECK(text.starts_with("all weights of the rows of fold "));
  CHECK(text.ends_with(" of 3 are 0"));
  Pool pool(1);
  CHECK(plan_in<double>(spec_of("data: {train: " + train + ", target: y, weights: w}\n" + rest), pool));
}

TEST_CASE("a factorization of some rows starts at their weighted mean, whatever the weights of the others") {
  const TemporaryFolder files;
  const std::string train = files.write("t.csv", "u,i,w,y\na,p,1,1\na,q,3,5\nb,p,20,7\nb,q,0,100\n");
  Trial<double> trial("data: {train: " + train +
                      ", target: y, weights: w}\nmodel: {type: matrix_factorization, rank: 2}\n"
                      "optimizer: adam\nstop: {epochs: 1}\n");
  const Model<double>& model = *trial.plan->train.model;
  std::vector<double> x(static_cast<std::size_t>(model.dimension()));
  const std::vector<std::uint32_t> two = {0, 1}, last = {3};
  model.start(x, 1, Batch::rows(two));
  CHECK(x[0] == doctest::Approx(4).epsilon(1e-14));
  model.start(x, 1, Batch::rows(last));
  CHECK(x[0] == 0);
}

TEST_CASE("lr: auto is warned of where a fold holds most of the weight, which is missing without it") {
  const TemporaryFolder files;
  const auto of = [&](const std::string& heavy, const std::string& rate) {
    std::string text = "x,w,y\n";
    for (int i = 0; i < 40; ++i)
      text += std::to_string(i % 7) + "," + (i == 11 ? heavy : "1") + "," + std::to_string(i % 5) + "\n";
    Trial<double> trial("data: {train: " + files.write("t.csv", text) +
                        ", target: y, weights: w, validation: {folds: 4}}\nmodel: linear\n"
                        "optimizer: {name: sgd, lr: " +
                        rate + "}\nstop: {epochs: 2}\n");
    return trial.plan->notes;
  };
  CHECK(mentions(of("5000", "auto"), "holds 99.4 % of their weight: without it L may be 168 times as large"));
  CHECK_FALSE(mentions(of("5000", "0.01"), "times as large"));
  CHECK_FALSE(mentions(of("2", "auto"), "times as large"));
}
