#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "trained_model.hpp"

// From a run on data to predictions for other rows, and to the metrics of these.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("a regression predicts its rows and tells the metrics of the run") {
  const Folder folder;
  folder.write("t.csv", table());
  train(folder, "target: y, drop: [two, three], test: t.csv", "linear");
  const Result result = run(folder, {"predict", "-m", "run", "t.csv"});
  CHECK(result.code == 0);
  const Csv predicted = parse_csv(result.out), rows = parse_csv(table());
  CHECK(predicted.header == Names{"prediction"});
  REQUIRE(predicted.rows.size() == 40);
  double squares = 0;
  for (std::size_t i = 0; i < 40; ++i)
    squares += std::pow(std::stod(predicted.rows[i][0]) - std::stod(rows.column("y")[i]), 2);
  const double rmse = folder.json("run/run.json")["result"]["test_rmse"].get<double>();
  CHECK(std::sqrt(squares / 40) == doctest::Approx(rmse));
  CHECK(rmse < 1);
  CHECK(contains(result.err, "r2 0.9"));
  CHECK(contains(result.err, "rmse "));
}

TEST_CASE("metrics of a standardized target are in its own units, in the run and in predict") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y, features: [x1, x2], standardize_target: true}\nmodel: linear\n"
      "optimizer: {name: sgd, lr: 0.1}\nbatch: full\nmetrics: [rmse, mae]\nstop: {epochs: 50}\n");
  const Result solved = run(folder, {"solve", "p.yaml", "-o", "run", "--json"});
  REQUIRE_MESSAGE(solved.code == 0, solved.err);
  const Result result = run(folder, {"predict", "-m", "run", "t.csv"});
  const Csv predicted = parse_csv(result.out), rows = parse_csv(table());
  double squares = 0;
  for (std::size_t i = 0; i < predicted.rows.size(); ++i)
    squares += std::pow(std::stod(predicted.rows[i][0]) - std::stod(rows.column("y")[i]), 2);
  const double rmse = std::sqrt(squares / static_cast<double>(predicted.rows.size()));
  const auto told = [](const std::string& text, const std::string& name) {
    return std::stod(text.substr(text.find(name) + name.size()));
  };
  // Scaling back and forth rounds a few times.
  CHECK(told(result.err, "rmse ") == doctest::Approx(rmse).epsilon(1e-12));
  CHECK(told(solved.out, "\"train_rmse\":") == doctest::Approx(rmse).epsilon(1e-12));
}

TEST_CASE("a classification predicts classes and probabilities") {
  for (const auto& [target, model] :
       {std::pair{"two", "logistic"}, std::pair{"three", "softmax"}, std::pair{"two", "softmax"}}) {
    const Folder folder;
    folder.write("t.csv", table());
    train(folder, std::string("target: ") + target + ", drop: [y], test: t.csv", model);
    const Result result = run(folder, {"predict", "-m", "run/model.json", "t.csv"});
    CHECK(result.code == 0);
    const Csv predicted = parse_csv(result.out), rows = parse_csv(table());
    CHECK(predicted.header == (std::string(target) == "two"
                                   ? Names{"prediction", "p_no", "p_yes"}
                                   : Names{"prediction", "p_high", "p_low", "p_middle"}));
    REQUIRE(predicted.rows.size() == 40);
    double right = 0;
    for (std::size_t i = 0; i < 40; ++i) {
      const auto& row = predicted.rows[i];
      double sum = 0, largest = 0;
      std::string name;
      for (std::size_t k = 1; k < row.size(); ++k) {
        sum += std::stod(row[k]);
        if (std::stod(row[k]) > largest) name = predicted.header[k].substr(2);
        largest = std::max(largest, std::stod(row[k]));
      }
      CHECK(sum == doctest::Approx(1));
      CHECK(row[0] == name);
      if (row[0] == rows.column(target)[i]) ++right;
    }
    CHECK(right / 40 ==
          doctest::Approx(folder.json("run/run.json")["result"]["test_accuracy"].get<double>()));
    CHECK(contains(result.err, "accuracy "));
  }
}

TEST_CASE("the columns of a prediction are chosen") {
  const Folder folder;
  folder.write("t.csv", table());
  train(folder, "target: y, drop: [two, three]", "linear");
  const auto header = [&](const std::string& columns, const std::string& file = "t.csv") {
    const Result result = run(folder, {"predict", "-m", "run", file, "--columns", columns});
    CHECK_MESSAGE(result.code == 0, result.err);
    return lines(result.out).front();
  };
  CHECK(header("auto") == "prediction");
  CHECK(header("labels") == "prediction");
  CHECK(header("all") == "prediction,target,residual");
  const Result result = run(folder, {"predict", "-m", "run", "t.csv", "--columns", "residuals"});
  const Csv residuals = parse_csv(result.out), rows = parse_csv(table());
  CHECK(residuals.header == Names{"prediction", "residual"});
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(std::stod(residuals.rows[i][0]) + std::stod(residuals.rows[i][1]) ==
          doctest::Approx(std::stod(rows.column("y")[i])));
  }
  folder.write("bare.csv", "x1,x2,colour\n1,2.5,red\n");
  CHECK(header("all", "bare.csv") == "prediction");
  const auto refuses = [&](const std::string& columns, const std::string& file, const std::string& message) {
    const Result refused = run(folder, {"predict", "-m", "run", file, "--columns", columns});
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
    CHECK_MESSAGE(contains(refused.err, message), refused.err);
  };
  refuses("residuals", "bare.csv", "bare.csv has no target column 'y'");
  refuses("probabilities", "t.csv", "the model is one of regression and has no probabilities");
  refuses("everything", "t.csv", "must be one of auto, labels, probabilities, residuals, all");
  train(folder, "target: two, drop: [y]", "logistic");
  CHECK(header("labels") == "prediction");
  CHECK(header("probabilities") == "p_no,p_yes");
  CHECK(header("all") == "prediction,p_no,p_yes,target");
  refuses("residuals", "t.csv", "the model is one of classification and has no residuals");
}

TEST_CASE("a file of many pieces is predicted row by row, with the metrics of the whole") {
  const Folder folder;
  // So many levels that a piece of the file has few rows.
  const auto text = [](int rows, int gap) {
    std::string out = "c,x,y\n";
    for (int i = 0; i < rows; ++i) {
      const int level = i * 7919 % 1000;
      out += "level" + std::to_string(level) + "," +
             (gap > 0 && i % gap == 3 ? "NA" : std::to_string(i % 10)) + "," +
             std::to_string(level % 10 + i % 10) + "\n";
    }
    return out;
  };
  folder.write("t.csv", text(1000, 0));
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y, missing: drop}\nmodel: linear\noptimizer: {name: adam, lr: 0.1}\n"
      "stop: {epochs: 3}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  constexpr int rows = 12000;
  folder.write("long.csv", text(rows, 1700));
  const Result result = run(folder, {"predict", "-m", "run", "long.csv", "--threads", "1"});
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(run(folder, {"predict", "-m", "run", "long.csv", "--threads", "3"}).out == result.out);
  const auto told = lines(result.out);
  REQUIRE(told.size() == rows + 1);
  double squares = 0;
  int dropped = 0;
  const Csv given = parse_csv(text(rows, 1700));
  for (std::size_t i = 0; i < rows; ++i) {
    CHECK((told[i + 1] == "\"\"") == (given.rows[i][1] == "NA"));
    if (given.rows[i][1] == "NA") {
      ++dropped;
      continue;
    }
    squares += std::pow(std::stod(told[i + 1]) - std::stod(given.rows[i][2]), 2);
  }
  CHECK(contains(result.err, std::to_string(dropped) + " of 12000 rows dropped"));
  const auto at = result.err.find("rmse ");
  REQUIRE(at != std::string::npos);
  CHECK(std::stod(result.err.substr(at + 5)) == doctest::Approx(std::sqrt(squares / (rows - dropped))));
}

TEST_CASE("a prediction needs no weight, and metrics leave out the rows without one") {
  for (const char* policy : {"error", "drop", "impute", "mean"}) {
    CAPTURE(policy);
    const Folder folder;
    folder.write("t.csv", "x,w,y\n1,1,1\n2,2,2\n3,1,4\n4,1,3\n");
    train(folder, std::string("target: y, weights: w, missing: ") + policy, "linear");
    folder.write("new.csv", "x,w,y\n1,1,1\n2,,2\n3,1,4\n");
    folder.write("less.csv", "x,w,y\n1,1,1\n3,1,4\n");
    const Result all = run(folder, {"predict", "-m", "run", "new.csv"});
    REQUIRE_MESSAGE(all.code == 0, all.err);
    const auto predicted = lines(all.out);
    REQUIRE(predicted.size() == 4);
    CHECK(!predicted[2].empty());
    CHECK(predicted[2] != "\"\"");
    CHECK_MESSAGE(contains(all.err, "new.csv: 1 of 3 rows has no weight; the metrics leave it out"), all.err);
    // The metrics are those of the other rows.
    const Result less = run(folder, {"predict", "-m", "run", "less.csv"});
    int told = 0;
    for (const std::string& line : lines(less.err)) {
      if (!contains(line, "rmse ")) continue;
      CHECK_MESSAGE(contains(all.err, line), line << "\n" << all.err);
      ++told;
    }
    CHECK(told == 1);
    for (const char* weights : {"0", ""}) {
      folder.write("none.csv", std::string("x,w,y\n1,") + weights + ",1\n3," + weights + ",4\n");
      const Result none = run(folder, {"predict", "-m", "run", "none.csv"});
      CHECK(none.out == less.out);
      CHECK_MESSAGE(contains(none.err,
                             "no row with a target has a weight above 0, so that the metrics are "
                             "undefined"),
                    none.err);
      CHECK(contains(none.err, "rmse undefined"));
    }
  }
}

TEST_CASE("targets below those the model takes are told, and no deviance is made of them") {
  const Folder folder;
  folder.write("t.csv", "x,y,w\n1,0,1\n2,2,1\n3,4,1\n4,7,1\n");
  train(folder, "target: y, weights: w", "poisson");
  CHECK_FALSE(contains(run(folder, {"predict", "-m", "run", "t.csv"}).err, "deviance undefined"));
  folder.write("new.csv", "x,y,w\n1,-1,1\n2,-2,1\n3,4,1\n4,-7,0\n");
  const Result result = run(folder, {"predict", "-m", "run", "new.csv"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(parse_csv(result.out).rows.size() == 4);
  CHECK(contains(result.err,
                 "new.csv: 2 of 4 rows have values below 0 in column 'y', which the model poisson "
                 "does not take; the metrics count them\n"));
  CHECK(contains(result.err, "deviance undefined\n"));
  CHECK_FALSE(contains(result.err, "rmse undefined"));
  folder.write("new.csv", "x,y,w\n1,1,1\n4,-7,0\n");
  const Result weightless = run(folder, {"predict", "-m", "run", "new.csv"});
  CHECK_FALSE(contains(weightless.err, "does not take"));
  CHECK_FALSE(contains(weightless.err, "deviance undefined"));
}

TEST_CASE("a damaged model is wrong data") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("f.yaml", "objective: sphere\noptimizer: sgd\nstop: {steps: 2}\n");
  CHECK(run(folder, {"solve", "f.yaml", "-q", "-o", "function"}).code == 0);
  train(folder, "target: y, drop: [two, three]", "linear");
  const std::string good = folder.read("run/model.json");
  const auto refuses = [&](const std::string& model, const std::string& message) {
    const Result result = run(folder, {"predict", "-m", model, "t.csv"});
    CHECK(result.code == 4);
    CHECK(result.out.empty());
    CHECK_MESSAGE(contains(result.err, message), result.err);
  };
  refuses("nosuch", "nosuch: error: cannot read the file");
  const std::string of_function = "function: error: is a run of a function and has no model (give the run ";
  refuses("function", of_function);
  CHECK(contains(run(folder, {"weights", "function"}).err, of_function));
  folder.write("sweep/sweep.yaml", "");
  refuses("sweep", "sweep: error: is a sweep directory");
  folder.write("empty/x", "");
  refuses("empty", "empty: error: the folder holds no run (give the run ");
  refuses("t.csv", "t.csv: error: is not a model of this program: it is not a JSON object");
  for (const std::string& text :
       {std::string("{}"), std::string("[1]"), good.substr(0, good.size() / 2), std::string()}) {
    folder.write("bad.json", text);
    refuses("bad.json", "bad.json: error: is not a model of this program: ");
  }
  for (const char* key : {"format", "precision", "model", "encoding", "weights"}) {
    for (const nlohmann::json& value : {nlohmann::json(nullptr), nlohmann::json("x"), nlohmann::json(-7),
                                        nlohmann::json::array({1, "x"})}) {
      auto json = nlohmann::json::parse(good);
      json[key] = value;
      folder.write("bad.json", json.dump());
      refuses("bad.json", "error: ");
    }
  }
  std::string deep(200000, '[');
  deep += std::string(200000, ']');
  std::string nested = good;
  nested.replace(nested.find("\"encoding\": {"), 13, "\"encoding\": {\"name\": " + deep + ",");
  folder.write("bad.json", nested);
  refuses("bad.json", "bad.json: error: is not a model of this program: ");
}

}  // namespace
}  // namespace lookahead::cli
