#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Keys of models that change what is learned, from the problem file to predictions.
namespace lookahead::cli {
namespace {

Result solve_anew(const Folder& folder, const std::string& problem) {
  folder.write("p.yaml", problem);
  return run(folder, {"solve", "p.yaml", "-q", "-o", "run", "--force"});
}

void solves(const Folder& folder, const std::string& problem) {
  const Result result = solve_anew(folder, problem);
  REQUIRE_MESSAGE(result.code == 0, result.err);
}

std::vector<double> weights(const Folder& folder) {
  return folder.json("run/model.json")["weights"].get<std::vector<double>>();
}

TEST_CASE("a model without intercept goes through the origin") {
  const Folder folder;
  folder.write("t.csv", "x,y\n1,3\n2,5\n4,9\n");
  const std::string data = "data: {train: t.csv, target: y, standardize: false}\n";
  const std::string rest = "optimizer: lbfgs\nbatch: full\nstop: {epochs: 500}\n";
  solves(folder, data + "model: {type: linear, intercept: false}\n" + rest);
  REQUIRE(weights(folder).size() == 1);
  // sum xy / sum xx
  CHECK(weights(folder)[0] == doctest::Approx(49.0 / 21).epsilon(1e-9));
  folder.write("n.csv", "x\n0\n3\n");
  CHECK(std::stod(parse_csv(run(folder, {"predict", "-m", "run", "n.csv"}).out).rows[0][0]) == 0);
  solves(folder, data + "model: linear\n" + rest);
  CHECK(weights(folder).size() == 2);
}

TEST_CASE("every model linear in its weights does without intercept, on sparse rows and in folds too") {
  const Folder folder;
  folder.write("t.svm", "a 1:1 3:2\nb 2:1\na 1:2\nb 2:3 3:1\na 1:1\nb 3:1\n");
  for (const char* model : {"logistic", "softmax"}) {
    CAPTURE(model);
    solves(folder, std::string("data: {train: t.svm, validation: {folds: 2}}\nmodel: {type: ") + model +
                       ", l2: 0.1, intercept: false}\noptimizer: {name: sgd, lr: auto}\nbatch: full\n"
                       "stop: {epochs: 20}\n");
    CHECK(weights(folder).size() == (std::string(model) == "logistic" ? 3 : 6));
    // A row of zeros knows nothing.
    folder.write("n.svm", "a\n");
    const Csv predicted = parse_csv(run(folder, {"predict", "-m", "run", "n.svm"}).out);
    CHECK(std::stod(predicted.rows[0][1]) == 0.5);
    const Result certified = run(folder, {"certify", "p.yaml"});
    CHECK(certified.code == 0);
    const Result checked = run(folder, {"gradcheck", "p.yaml"});
    const std::string told = checked.out + checked.err;
    CHECK_MESSAGE(checked.code == 0, told);
  }
  folder.write("t.csv", "x,y\n1,3\n2,5\n4,9\n");
  const Result refused = solve_anew(
      folder, "data: {train: t.csv, target: y}\nmodel: {type: mlp, intercept: false}\noptimizer: adam\n");
  CHECK(refused.code == 3);
  CHECK(contains(refused.err, "intercept"));
}

TEST_CASE("counts are learned per exposure, which is no feature, and predicted in proportion to it") {
  const Folder folder;
  // Two counts for every unit of time, whatever x is.
  folder.write("t.csv", "x,days,count\n0,1,2\n1,10,20\n0,5,10\n1,2,4\n0,30,60\n1,7,14\n");
  const std::string rest = "optimizer: lbfgs\nbatch: full\nstop: {epochs: 100}\n";
  const std::string model = "model: {type: poisson, exposure: days}\n";
  solves(folder, "data: {train: t.csv, target: count, standardize: false, test: t.csv}\n" + model + rest);
  REQUIRE(weights(folder).size() == 2);
  CHECK(std::abs(weights(folder)[0]) < 1e-6);
  CHECK(weights(folder)[1] == doctest::Approx(std::log(2.0)).epsilon(1e-6));
  CHECK(folder.json("run/run.json")["result"]["test_rmse"].get<double>() < 1e-4);
  folder.write("n.csv", "days,x\n100,1\n0.5,0\n");
  const Csv predicted = parse_csv(run(folder, {"predict", "-m", "run", "n.csv"}).out);
  CHECK(std::stod(predicted.rows[0][0]) == doctest::Approx(200).epsilon(1e-5));
  CHECK(std::stod(predicted.rows[1][0]) == doctest::Approx(1).epsilon(1e-5));
  folder.write("n.csv", "x\n1\n");
  const Result without = run(folder, {"predict", "-m", "run", "n.csv"});
  CHECK(without.code == 4);
  CHECK(contains(without.err, "no exposure column 'days'"));
  folder.write("n.csv", "x,days\n1,0\n");
  const Result none = run(folder, {"predict", "-m", "run", "n.csv"});
  CHECK(none.code == 4);
  CHECK(contains(none.err, "exposure 'days': 1 row has an exposure that is not above 0, the first is 0"));
  // With a part held out, in folds, with weights, in single precision.
  for (const std::string more :
       {"validation: 0.3", "validation: {folds: 2}", "validation: t.csv", "weights: x, keep: [x]"}) {
    CAPTURE(more);
    folder.write("w.csv", "x,v,days,count\n1,0,1,2\n1,1,10,20\n2,0,5,10\n1,1,2,4\n3,0,30,60\n1,1,7,14\n");
    const std::string train = more.starts_with("weights") ? "w.csv" : "t.csv";
    solves(folder, "data: {train: " + train + ", target: count, standardize: false, " + more + "}\n" + model +
                       "precision: single\n" + rest);
    CHECK(weights(folder).back() == doctest::Approx(std::log(2.0)).epsilon(1e-3));
  }
}

TEST_CASE("exposures that make no sense are faults") {
  const Folder folder;
  folder.write("t.csv", "x,days,count\n0,1,2\n1,-10,20\n0,0,10\n");
  const auto refused = [&](const std::string& data, const std::string& model) {
    const Result result = solve_anew(folder, "data: {train: t.csv, " + data + "}\nmodel: " + model +
                                                 "\noptimizer: adam\nstop: {epochs: 1}\n");
    CHECK(result.code != 0);
    return std::to_string(result.code) + " " + result.err;
  };
  CHECK(contains(refused("target: count", "{type: poisson, exposure: days}"),
                 "exposure 'days': 2 rows have an exposure that is not above 0, the first is -10"));
  CHECK(contains(refused("target: count", "{type: poisson, exposure: day}"),
                 "model.exposure: no column 'day' (did you mean 'days'?)"));
  CHECK(contains(refused("target: count", "{type: poisson, exposure: count}"),
                 "column 'count' is model.exposure and data.target"));
  CHECK(contains(refused("target: count, weights: x", "{type: poisson, exposure: x}"),
                 "column 'x' is model.exposure and data.weights"));
  CHECK(contains(refused("target: count", "{type: linear, exposure: days}"), "exposure"));
  folder.write("t.csv", "x,days,count\n0,1,2\n1,,20\n0,3,10\n");
  CHECK(contains(refused("target: count, missing: impute", "{type: poisson, exposure: days}"),
                 "an exposure cannot be filled: set data.missing to drop"));
  folder.write("t.svm", "1 1:2\n2 1:3\n");
  const Result sparse = solve_anew(
      folder,
      "data: {train: t.svm}\nmodel: {type: poisson, exposure: days}\noptimizer: adam\nstop: {epochs: 1}\n");
  CHECK(sparse.code == 3);
  CHECK(contains(sparse.err, "model.exposure does not go with the format libsvm"));
}

TEST_CASE("the smoothing of quantile is a tenth of the target's spread, numbers are taken as they are") {
  const Folder folder;
  // A target with a standard deviation of 0.004 / sqrt(2): 1 % of the rows may lie above the 0.9-quantile.
  std::string rows = "x,y\n";
  for (int i = 0; i < 200; ++i)
    rows += std::to_string(i % 7) + "," + std::to_string(1 + 0.004 * std::sin(i)) + "\n";
  folder.write("t.csv", rows);
  const auto problem = [](const std::string& smoothing) {
    return "data: {train: t.csv, target: y}\nmodel: {type: linear, loss: {name: quantile, tau: 0.9" +
           smoothing + "}}\noptimizer: lbfgs\nbatch: full\nstop: {epochs: 200}\n";
  };
  const auto share_below = [&] {
    const Csv predicted = parse_csv(run(folder, {"predict", "-m", "run", "t.csv"}).out),
              data = parse_csv(rows);
    double below = 0;
    for (std::size_t i = 0; i < 200; ++i)
      below += std::stod(data.rows[i][1]) < std::stod(predicted.rows[i][0]) ? 1 : 0;
    return below / 200;
  };
  solves(folder, problem(""));
  const double width = folder.json("run/model.json")["model"]["loss"]["smoothing"].get<double>();
  // six digits of the target
  CHECK(width == doctest::Approx(0.1 * 0.004 / std::sqrt(2.0)).epsilon(0.01));
  CHECK(contains(folder.read("run/config.yaml"), "smoothing: 0.00028"));
  CHECK(std::abs(share_below() - 0.9) < 0.06);
  solves(folder, problem(", smoothing: auto"));
  CHECK(folder.json("run/model.json")["model"]["loss"]["smoothing"].get<double>() == width);
  solves(folder, problem(", smoothing: 0.1"));
  CHECK(folder.json("run/model.json")["model"]["loss"]["smoothing"].get<double>() == 0.1);
  CHECK(share_below() == 1);
  CHECK(solve_anew(folder, problem(", smoothing: 0")).code == 3);
}

TEST_CASE("top_k keeps its k from the run to predictions, and must be smaller than the number of classes") {
  const Folder folder;
  std::string rows = "x,z,y\n";
  for (int i = 0; i < 60; ++i) {
    rows += std::to_string(std::sin(i)) + "," + std::to_string(std::cos(3 * i)) + "," +
            std::string(1, static_cast<char>('a' + i * 7 % 5)) + "\n";
  }
  folder.write("t.csv", rows);
  const auto problem = [](const std::string& metric) {
    return "data: {train: t.csv, target: y, test: t.csv}\nmodel: softmax\nmetrics: [accuracy, " + metric +
           "]\noptimizer: adam\nstop: {epochs: 3}\n";
  };
  for (const std::string k : {"1", "3", "4"}) {
    solves(folder, problem("{name: top_k, k: " + k + "}"));
    const double value = folder.json("run/run.json")["result"]["test_top_k"].get<double>();
    CHECK(value < 1);
    // Told with six digits.
    const std::string told = run(folder, {"predict", "-m", "run", "t.csv"}).err;
    const std::size_t at = told.find("top_k ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(told.substr(at + 6)) == doctest::Approx(value).epsilon(1e-5));
  }
  solves(folder, problem("top_k"));
  CHECK(contains(folder.read("run/config.yaml"), "k: 2"));
  const Result refused = solve_anew(folder, problem("{name: top_k, k: 5}"));
  CHECK(refused.code == 3);
  CHECK(contains(refused.err, "metric top_k: with k = 5 of 5 classes it is always 1"));
}

TEST_CASE("more parameters than a shard's work are trained as fewer are") {
  const Folder folder;
  std::string rows;
  for (int i = 0; i < 64; ++i) {
    rows += i % 2 == 0 ? "1" : "0";
    for (int j = 0; j < 3; ++j)
      rows += " " + std::to_string(1 + j * 15000 + (i * 613 + i % 2 * 7000) % 15000) + ":1";
    rows += "\n";
  }
  folder.write("wide.svm", rows + "0 47236:1\n");
  for (const std::string batch : {"1", "8", "9", "64", "full"}) {
    CAPTURE(batch);
    solves(folder, "data: {train: wide.svm}\nmodel: {type: logistic, l2: 1e-4}\nbatch: " + batch +
                       "\noptimizer: {name: sgd, lr: 0.5}\nstop: {epochs: 20}\n");
    CHECK(folder.json("run/run.json")["result"]["loss_slow"].get<double>() < std::log(2.0));
  }
  solves(folder,
         "objective: {function: least_squares, dim: 40000, samples: 20}\noptimizer: {name: sgd, lr: 1e-6}\n"
         "stop: {steps: 2}\n");
}

TEST_CASE("a decay of the weights leaves a large mean to the intercept") {
  const Folder folder;
  std::string rows = "x,y\n";
  for (int i = 0; i < 50; ++i)
    rows += std::to_string(std::sin(i)) + "," + std::to_string(1000 + 3 * std::sin(i)) + "\n";
  folder.write("t.csv", rows);
  for (const std::string rule : {"adamw", "sgd", "lion", "schedule_free_adamw", "lamb", "lars"}) {
    CAPTURE(rule);
    solves(folder, std::string("data: {train: t.csv, target: y}\nmodel: linear\nbatch: full\nlookahead: "
                               "false\noptimizer: {name: ") +
                       rule +
                       ", lr: {cosine: {from: 1, to: 0.01}}, weight_decay: 1e-2}\nstop: {epochs: "
                       "20000}\n");
    CHECK(folder.json("run/run.json")["result"]["train_r2"].get<double>() > 0.99);
  }
}

}  // namespace
}  // namespace lookahead::cli
