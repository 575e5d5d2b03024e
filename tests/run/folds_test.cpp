#include "run/folds.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "data/encode/split.hpp"
#include "run/json.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string points_file = data_folder() + "points.csv";

// A problem whose columns are taken as they are, so that rows mean the same in any file.
std::string problem(const std::string& train, const std::string& validation, const std::string& rest) {
  return "data: {train: " + train + ", target: y, standardize: false, validation: " + validation +
         "}\nmodel: {type: linear, l2: 0.01}\nseed: 5\n" + rest;
}

CrossValidation folds_of(const std::string& text, const std::string& threads = "1") {
  Trial<double> trial(text, {"threads=" + threads});
  Watcher watcher;
  const auto validation = cross_validate(*trial.plan, trial.pool, watcher);
  REQUIRE(validation);
  return *validation;
}

// A file of rows, and of its second fold of three the rows and the others in files of their own.
class ApartFiles {
 public:
  ApartFiles(const std::string& header, const std::vector<std::string>& lines) {
    const auto fold_of = fold_of_rows(std::vector<std::uint32_t>(lines.size(), 0), 3, 5);
    std::ofstream all(path("all")), others(path("others")), own(path("own"));
    for (std::ofstream* file : {&all, &others, &own}) *file << header << "\n";
    for (std::size_t i = 0; i < lines.size(); ++i) {
      all << lines[i] << "\n";
      (fold_of[i] == 1 ? own : others) << lines[i] << "\n";
    }
  }

  // `made` makes a problem of files to train and to validate with.
  void check(const std::function<std::string(const std::string&, const std::string&)>& made) const {
    Trial<double> alone(made(path("others"), path("own")));
    const Outcome outcome = alone.run();
    const CrossValidation validation =
        folds_of(made(path("all"), "{folds: 3, stratify: false}, split_seed: 5"));
    const FoldResult& fold = validation.folds[1];
    CHECK(fold.rows == 20);
    CHECK(fold.outcome.counts.steps == outcome.counts.steps);
    CHECK(fold.outcome.counts.grad_evals == outcome.counts.grad_evals);
    const auto first = std::ranges::find(outcome.metrics, "val_loss", &ResultMetric::name);
    REQUIRE(outcome.metrics.end() - first >= std::ssize(fold.values));
    // Rows that lie together are added in another order than listed ones.
    for (std::size_t i = 0; i < fold.values.size(); ++i)
      CHECK(fold.values[i] ==
            doctest::Approx((first + static_cast<std::ptrdiff_t>(i))->value).epsilon(1e-11));
    CHECK(fold.outcome.loss_slow == doctest::Approx(outcome.loss_slow).epsilon(1e-11));
  }

 private:
  std::string path(const std::string& name) const { return folder_.path(name + ".csv"); }
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("folds are of equal size, share every class alike, and follow from the seed") {
  std::vector<std::uint32_t> classes(103);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = i < 10 ? 1 : i < 17 ? 2 : 0;
  const auto fold = fold_of_rows(classes, 5, 3);
  CHECK(fold == fold_of_rows(classes, 5, 3));
  CHECK(fold != fold_of_rows(classes, 5, 4));
  std::vector<std::vector<int>> counts(5, std::vector<int>(4));
  for (std::size_t i = 0; i < fold.size(); ++i) {
    ++counts[fold[i]][classes[i]];
    ++counts[fold[i]][3];
  }
  for (const auto& count : counts) {
    CHECK((count[0] == 17 || count[0] == 18));
    CHECK(count[1] == 2);
    CHECK((count[2] == 1 || count[2] == 2));
    CHECK((count[3] == 20 || count[3] == 21));
  }
  CHECK(fold_of_rows(std::vector<std::uint32_t>(3, 0), 3, 1).size() == 3);
}

TEST_CASE("the model of a fold is that of a file with the other rows, by every kind of step") {
  std::ifstream file(points_file);
  std::string header;
  std::vector<std::string> lines;
  std::getline(file, header);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  const ApartFiles apart(header, lines);
  for (const std::string rest :
       {"optimizer: {name: sgd, lr: 0.01}\nbatch: 7\nstop: {epochs: 4}\n",
        "optimizer: {name: adam, lr: 0.01}\nbatch: full\nstop: {epochs: 6}\n",
        "optimizer: {name: adam, lr: 0.01}\nbatch: 8\nsampling: replacement\nstop: {epochs: 3}\n",
        "optimizer: {name: svrg, lr: 0.01}\nbatch: 4\nstop: {epochs: 3}\n",
        "optimizer: {name: saga, lr: 0.01}\nbatch: 4\nstop: {epochs: 3}\n",
        "optimizer: {name: sgd, lr: 0.01}\nbatch: 4\nlookahead: {k: 3, alpha: 0.5, workers: 2, shard: true}\n"
        "stop: {epochs: 3}\n"}) {
    CAPTURE(rest);
    apart.check([&](const std::string& train, const std::string& validation) {
      return problem(train, validation, rest);
    });
  }
}

TEST_CASE("law: a fold of every model begins and ends as a file with the other rows, whatever its weights") {
  // Every level of g and h is in every fold, so that they stand at the same places in any of the files.
  std::vector<std::string> lines;
  for (int i = 0; i < 60; ++i) {
    const double a = std::sin(3.0 * i), b = std::cos(5.0 * i * i);
    std::ostringstream line;
    line << a << ',' << b << ",g" << i % 2 << ",h" << i / 2 % 2 << ',' << 2 + a - b + 0.1 * (i % 7) << ','
         << (a + b > 0 ? "p" : "q") << ',' << 'r' + i % 3 << ',' << i % 4 << ',' << 1 + i % 3;
    lines.push_back(line.str());
  }
  const ApartFiles apart("a,b,g,h,y,two,three,count,w", lines);
  const std::map<std::string, std::string> targets = {
      {"logistic", "two"}, {"softmax", "three"}, {"poisson", "count"}};
  for (const ModelEntry& entry : model_catalog()) {
    for (const std::string weights : {"", ", weights: w"}) {
      const std::string& type = entry.card.name;
      CAPTURE(type);
      const auto found = targets.find(type);
      const std::string target = found == targets.end() ? "y" : found->second;
      const std::string task = target == "three" || target == "two" ? ", task: classification" : "";
      const std::string features = entry.sparse_rows ? "[g, h]" : "[a, b, g]";
      apart.check([&](const std::string& train, const std::string& validation) {
        return "data: {train: " + train + ", target: " + target + task + ", features: " + features + weights +
               ", standardize: false, validation: " + validation + "}\nmodel: " + type +
               "\noptimizer: {name: sgd, lr: 0.01}\nbatch: 8\nstop: {epochs: 2}\nseed: 5\n";
      });
    }
  }
}

TEST_CASE("law: folds are the same for any number of threads, and leave the run itself alone") {
  const std::string rest = "optimizer: {name: adam, lr: 0.05}\nbatch: 7\nstop: {epochs: 5}\n";
  const std::string text = problem(points_file, "{folds: 4}", rest);
  const Spec spec = spec_of(text);
  const std::string table = folds_csv(folds_of(text, "1"), spec);
  CHECK(table == folds_csv(folds_of(text, "2"), spec));
  CHECK(table == folds_csv(folds_of(text, "5"), spec));
  CHECK(table.starts_with("fold,rows,val_loss,val_rmse,val_r2,epochs,stop\n1,15,"));
  Trial<double> with(text), without(problem(points_file, "none", rest));
  with.run();
  without.run();
  CHECK(with.slow() == without.slow());
  CHECK(trace_text(spec, with.sink.records) == trace_text(spec, without.sink.records));
}

TEST_CASE("mean and deviation of the folds stand among the metrics") {
  const std::string text =
      "data: {train: " + points_file +
      ", target: class, validation: {folds: 3}}\nmodel: softmax\noptimizer: {name: sgd, lr: "
      "0.1}\nstop: {epochs: 2}\n";
  const Spec spec = spec_of(text);
  const CrossValidation validation = folds_of(text);
  Trial<double> trial(text);
  Outcome outcome = trial.run();
  outcome.metrics.push_back({"test_accuracy", 0.5});
  add_folds(outcome, validation, spec);
  std::vector<std::string> names;
  for (const ResultMetric& metric : outcome.metrics) names.push_back(metric.name);
  CHECK(names == std::vector<std::string>{"train_accuracy", "val_loss", "val_accuracy", "test_accuracy"});
  double sum = 0, squares = 0;
  for (const FoldResult& fold : validation.folds) sum += fold.values[0];
  for (const FoldResult& fold : validation.folds) squares += std::pow(fold.values[0] - sum / 3, 2);
  CHECK(outcome.metrics[1].value == doctest::Approx(sum / 3));
  REQUIRE(outcome.metrics[1].deviation);
  CHECK(*outcome.metrics[1].deviation == doctest::Approx(std::sqrt(squares / 2)));
  CHECK(outcome.metrics[2].deviation);
  CHECK_FALSE(outcome.metrics[0].deviation);
  CHECK_FALSE(outcome.metrics[3].deviation);
  // In run.json the deviations stand behind their means.
  std::vector<std::string> keys;
  const Json result = run_json(spec, outcome, RunFacts{})["result"];
  for (const auto& [key, value] : result.items()) {
    if (key.find('_') != std::string::npos && is_metric_of(RowsPart::validation, key)) keys.push_back(key);
  }
  CHECK(keys == std::vector<std::string>{"val_loss", "val_loss_sd", "val_accuracy", "val_accuracy_sd"});
  // Every row is judged once.
  double rows = 0;
  for (std::size_t c = 0; c < outcome.classes->counts.counts().classes(); ++c)
    rows += outcome.classes->counts.counts().support(c);
  CHECK(rows == 60);
  CHECK(outcome.classes->part == RowsPart::validation);
}

TEST_CASE("a wish to end is heard by the folds") {
  struct Interrupting final : Watcher {
    bool interrupted() override { return true; }
  } watcher;
  Trial<double> trial(problem(points_file, "{folds: 4}",
                              "optimizer: {name: sgd, lr: 0.01}\nbatch: 7\nstop: {epochs: 1000000}\n"));
  const auto validation = cross_validate(*trial.plan, trial.pool, watcher);
  REQUIRE(validation);
  CHECK(validation->interrupted);
  CHECK(folds_csv(*validation, trial.plan->spec) == "fold,rows,val_loss,val_rmse,val_r2,epochs,stop\n");
}
