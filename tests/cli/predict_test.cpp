#include <doctest/doctest.h>

#include <cmath>

#include "run_binary.hpp"

// From a run on data to predictions for other rows.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

void train(const Folder& folder, const std::string& data, const std::string& model,
           const std::string& more = "") {
  folder.write("p.yaml", "data: {train: t.csv, " + data + "}\nmodel: " + model +
                             "\noptimizer: {name: adam, lr: 0.05}\nstop: {epochs: 200}\n" + more);
  const Result result = run(folder, {"solve", "p.yaml", "-q", "-o", "run", "--force"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
}

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

TEST_CASE("columns may come in any order, with more of them, and without the target") {
  const Folder folder;
  folder.write("t.csv", table());
  train(folder, "target: y, drop: [two, three]", "linear");
  const Csv rows = parse_csv(table());
  std::string other = "extra,colour,x2,x1\n";
  for (const auto& row : rows.rows) other += "e," + row[2] + "," + row[1] + "," + row[0] + "\n";
  folder.write("other.csv", other);
  const Result same = run(folder, {"predict", "-m", "run", "t.csv"});
  const Result result = run(folder, {"predict", "-m", "run", "other.csv"});
  CHECK(result.code == 0);
  CHECK(result.out == same.out);
  CHECK(!contains(result.err, "rmse"));
  Surroundings input;
  input.input = other;
  CHECK(run(folder, {"predict", "-m", "run", "-"}, input).out == same.out);
}

TEST_CASE("missing cells follow the policy of the training") {
  const Folder folder;
  folder.write("t.csv", table() + "NA,1.5,red,3,yes,low\n");
  folder.write("gaps.csv", "x1,x2,colour\n1,2.5,red\n,2.5,red\n1,2.5,\n3,4.5,blue\n");
  train(folder, "target: y, drop: [two, three], missing: drop", "linear");
  const Result dropped = run(folder, {"predict", "-m", "run", "gaps.csv"});
  CHECK(dropped.code == 0);
  const auto told = lines(dropped.out);
  REQUIRE(told.size() == 5);
  CHECK(!told[1].empty());
  // An empty line would be skipped by readers of CSV, a quoted empty cell is a missing value.
  CHECK(told[2] == "\"\"");
  CHECK(told[3] == "\"\"");
  CHECK(!told[4].empty());
  CHECK(contains(dropped.err, "2 of 4 rows dropped: missing cells"));
  train(folder, "target: y, drop: [two, three], missing: impute", "linear");
  const Result filled = run(folder, {"predict", "-m", "run", "gaps.csv"});
  CHECK(filled.code == 0);
  for (const std::string& line : lines(filled.out)) CHECK(!line.empty());
  folder.write("t.csv", table());
  train(folder, "target: y, drop: [two, three]", "linear");
  const Result refused = run(folder, {"predict", "-m", "run", "gaps.csv"});
  CHECK(refused.code == 4);
  CHECK(refused.out.empty());
  CHECK_MESSAGE(contains(refused.err, "gaps.csv:3:1: error: column 'x1': 1 cell is missing"), refused.err);
}

TEST_CASE("without a header columns go by position") {
  const Folder folder;
  const std::string all = table();
  folder.write("t.csv", all.substr(all.find('\n') + 1));
  train(folder, "header: false, target: 4, drop: [5, 6]", "linear");
  const Result result = run(folder, {"predict", "-m", "run", "t.csv"});
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(parse_csv(result.out).rows.size() == 40);
  CHECK(contains(result.err, "rmse "));
  folder.write("short.csv", "1,2\n3,4\n");
  const Result shorter = run(folder, {"predict", "-m", "run", "short.csv"});
  CHECK(shorter.code == 4);
  CHECK_MESSAGE(contains(shorter.err, "2 fields, but the training file has 6"), shorter.err);
}

TEST_CASE("texts the training did not have are told") {
  const Folder folder;
  folder.write("t.csv", table());
  train(folder, "target: y, drop: [two, three]", "linear");
  folder.write("new.csv", "x1,x2,colour\n1,2.5,green\n");
  const Result result = run(folder, {"predict", "-m", "run", "new.csv"});
  CHECK(result.code == 0);
  CHECK(contains(result.err, "1 cell of 'colour' holds a level not seen in training, taken as zeros"));
  folder.write("bare.csv", "x1,colour\n1,red\n");
  const Result bare = run(folder, {"predict", "-m", "run", "bare.csv"});
  CHECK(bare.code == 4);
  CHECK(contains(bare.err, "bare.csv: error: no column 'x2', which the training file has"));
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
  refuses("function", "function/model.json: error: cannot read the file: No such file or directory");
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
