#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// What `lookahead weights` tells of a model.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

// y = 3 + 2 u - 5 [s is b], u far from 0, and a column that says nothing.
std::string houses() {
  std::string text = "u,noise,s,y\n";
  for (int i = 0; i < 60; ++i) {
    const int u = 100 + (i * 7) % 13, noise = (i * 5) % 11;
    const bool b = i % 3 == 0;
    text += std::to_string(u) + "," + std::to_string(noise) + "," + (b ? "b" : "a") + "," +
            std::to_string(3 + 2 * u - (b ? 5 : 0)) + "\n";
  }
  return text;
}

void train_weighted(const Folder& folder, const std::string& data, const std::string& model,
                    const std::string& more = "") {
  folder.write("p.yaml", "data: {train: t.csv, " + data + "}\nmodel: " + model +
                             "\noptimizer: {name: sgd, lr: 0.3, momentum: 0.9}\nbatch: full\n"
                             "stop: {epochs: 2000}\n" +
                             more);
  const Result solved = run(folder, {"solve", "p.yaml", "-o", "run", "--force"});
  REQUIRE_MESSAGE(solved.code == 0, solved.err);
}

double number_at(const Csv& csv, const std::string& key, const std::string& name, const std::string& column) {
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    if (csv.column(key)[i] == name) return std::stod(csv.column(column)[i]);
  }
  FAIL("no row " << name);
  return 0;
}

}  // namespace

TEST_CASE("options of the importances need rows") {
  const Folder folder;
  for (const std::vector<std::string>& option :
       {std::vector<std::string>{"--repeats", "2"}, {"--seed", "3"}}) {
    std::vector<std::string> words = {"weights", "run"};
    words.insert(words.end(), option.begin(), option.end());
    const Result result = run(folder, words);
    CHECK(result.code == 2);
    CHECK(result.err == option[0] + " " + option[1] +
                            ": error: is for the importances, which need rows (add --data FILE)\n");
  }
}

TEST_CASE("raw weights are those of the file's own units, however the model sees them") {
  const Folder folder;
  folder.write("t.csv", houses());
  for (const char* form : {"", ", standardize: all", ", standardize_target: true"}) {
    CAPTURE(std::string(form));
    train_weighted(folder, "target: y, encoding: drop_first" + std::string(form), "linear");
    const Result result = run(folder, {"weights", "run"});
    REQUIRE_MESSAGE(result.code == 0, result.err);
    const Csv csv = parse_csv(result.out);
    CHECK(csv.header == Names{"feature", "class", "weight", "raw_weight", "mean", "sd"});
    // A run of 2000 epochs is at the optimum to about eight digits.
    CHECK(number_at(csv, "feature", "u", "raw_weight") == doctest::Approx(2).epsilon(1e-6));
    CHECK(number_at(csv, "feature", "s=b", "raw_weight") == doctest::Approx(-5).epsilon(1e-6));
    CHECK(std::abs(number_at(csv, "feature", "noise", "raw_weight")) < 1e-6);
    CHECK(number_at(csv, "feature", "(intercept)", "raw_weight") == doctest::Approx(3).epsilon(1e-4));
    CHECK(number_at(csv, "feature", "u", "mean") == doctest::Approx(106).epsilon(0.01));
    CHECK(number_at(csv, "feature", "u", "weight") ==
          doctest::Approx(2 * number_at(csv, "feature", "u", "sd") /
                          (std::string(form).find("target") == std::string::npos
                               ? 1
                               : folder.json("run/model.json")["encoding"]["target_sd"].get<double>()))
              .epsilon(1e-6));
  }
}

TEST_CASE("raw weights predict what the model predicts") {
  const Folder folder;
  folder.write("t.csv", houses());
  train_weighted(folder, "target: y, features: [u, noise]", "linear");
  const Csv csv = parse_csv(run(folder, {"weights", "run"}).out);
  const Csv predicted = parse_csv(run(folder, {"predict", "-m", "run", "t.csv"}).out),
            rows = parse_csv(houses());
  for (std::size_t i = 0; i < 60; ++i) {
    const double by_hand =
        number_at(csv, "feature", "(intercept)", "raw_weight") +
        number_at(csv, "feature", "u", "raw_weight") * std::stod(rows.column("u")[i]) +
        number_at(csv, "feature", "noise", "raw_weight") * std::stod(rows.column("noise")[i]);
    // Sums of terms of some hundred.
    CHECK(std::stod(predicted.rows[i][0]) == doctest::Approx(by_hand).epsilon(1e-12));
  }
}

TEST_CASE("every class has weights of its own, and of two classes the event has them") {
  const Folder folder;
  folder.write("t.csv", houses());
  train_weighted(folder, "target: s, features: [u, y]", "logistic");
  const Csv two = parse_csv(run(folder, {"weights", "run"}).out);
  REQUIRE(two.rows.size() == 3);
  for (const auto& name : two.column("class")) CHECK(name == "b");
  train_weighted(folder, "target: s, features: [u, y]", "softmax");
  const Csv both = parse_csv(run(folder, {"weights", "run"}).out);
  CHECK(both.column("class") == Names{"a", "a", "a", "b", "b", "b"});
  CHECK(both.column("feature") == Names{"u", "y", "(intercept)", "u", "y", "(intercept)"});
}

TEST_CASE("a column counts as much as the loss rises without it, of networks and of levels too") {
  const Folder folder;
  folder.write("t.csv", houses());
  train_weighted(folder, "target: y, standardize_target: true", "{type: mlp, hidden: [4]}");
  const Result result = run(folder, {"weights", "run", "--data", "t.csv"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.err, "over 60 rows"));
  const Csv csv = parse_csv(result.out);
  CHECK(csv.header == Names{"column", "importance", "sd"});
  CHECK(csv.column("column") == Names{"u", "noise", "s"});
  CHECK(number_at(csv, "column", "u", "importance") > 0.5);
  CHECK(number_at(csv, "column", "s", "importance") > 0.01);
  CHECK(number_at(csv, "column", "noise", "importance") < number_at(csv, "column", "s", "importance"));
  CHECK(run(folder, {"weights", "run", "--data", "t.csv", "--threads", "1"}).out == result.out);
  CHECK(run(folder, {"weights", "run", "--data", "t.csv", "--seed", "2"}).out != result.out);
  const Csv once = parse_csv(run(folder, {"weights", "run", "--data", "t.csv", "--repeats", "1"}).out);
  CHECK(once.column("sd") == Names{"", "", ""});
}

TEST_CASE("rows of weight 0 are dealt out to no others, dense or sparse") {
  const auto rows = lines(houses());
  std::string weighted = "u,noise,s,y,w\n", all = weighted;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string row = rows[i] + (i % 2 == 0 ? ",1\n" : ",3\n");
    weighted += row;
    if (i % 20 == 7) all += "112,-5000,b,900,0\n";
    all += row;
  }
  for (const auto& [data, model] : {std::pair{"target: y, weights: w", "linear"},
                                    std::pair{"target: y, features: [u, s], categorical: [u, s], weights: w",
                                              "{type: matrix_factorization, rank: 1}"}}) {
    CAPTURE(model);
    const Folder folder;
    folder.write("t.csv", weighted);
    folder.write("all.csv", all);
    folder.write("p.yaml", std::string("data: {train: t.csv, ") + data + "}\nmodel: " + model +
                               "\noptimizer: {name: adam, lr: 0.01}\nstop: {epochs: 2}\n");
    const Result solved = run(folder, {"solve", "p.yaml", "-q", "-o", "run"});
    REQUIRE_MESSAGE(solved.code == 0, solved.err);
    const Result without = run(folder, {"weights", "run", "--data", "t.csv"});
    const Result with = run(folder, {"weights", "run", "--data", "all.csv"});
    REQUIRE_MESSAGE(with.code == 0, with.err);
    CHECK(contains(with.err, " over 60 rows"));
    const Csv one = parse_csv(without.out), other = parse_csv(with.out);
    REQUIRE(one.rows.size() == other.rows.size());
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
      CHECK(other.rows[i][0] == one.rows[i][0]);
      // Weights were divided by their mean over 63 rows, not 60, which rounds; losses of about 20000 are subtracted.
      for (const std::size_t column : {1, 2})
        CHECK(std::abs(std::stod(other.rows[i][column]) - std::stod(one.rows[i][column])) < 1e-8);
    }
  }
}

TEST_CASE("members of a table count by its two columns") {
  const Folder folder;
  std::string text = "user,film,stars\n";
  for (int i = 0; i < 40; ++i)
    text +=
        "u" + std::to_string(i % 8) + ",f" + std::to_string(i % 5) + "," + std::to_string(1 + i % 5) + "\n";
  folder.write("t.csv", text);
  train_weighted(folder, "target: stars", "{type: matrix_factorization, rank: 2}");
  const Csv csv = parse_csv(run(folder, {"weights", "run", "--data", "t.csv"}).out);
  CHECK(csv.column("column") == Names{"user", "film"});
  CHECK(number_at(csv, "column", "film", "importance") > number_at(csv, "column", "user", "importance"));
}

TEST_CASE("what has no weights says so, with what to do") {
  const Folder folder;
  folder.write("t.csv", houses());
  train_weighted(folder, "target: y, standardize_target: true", "{type: mlp, hidden: [3]}",
                 "precision: single\n");
  const Result network = run(folder, {"weights", "run"});
  CHECK(network.code == 2);
  CHECK(contains(network.err, "the model mlp has no weight of its own for each feature"));
  CHECK(contains(network.err, "--data FILE"));
  const Result repeats = run(folder, {"weights", "run", "--data", "t.csv", "--repeats", "0"});
  CHECK(repeats.code == 2);
  CHECK(contains(repeats.err, "--repeats 0: error: must be an integer >= 1"));
  CHECK(run(folder, {"weights", "run", "--data", "t.csv", "--seed", "x"}).code == 2);
  CHECK(run(folder, {"weights", "nowhere"}).code == 4);
  folder.write("other.csv", "u,s\n1,a\n");
  const Result other = run(folder, {"weights", "run", "--data", "other.csv"});
  CHECK(other.code == 4);
  folder.write("f.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {steps: 3}\n");
  REQUIRE(run(folder, {"solve", "f.yaml", "-o", "function"}).code == 0);
  CHECK(run(folder, {"weights", "function"}).code == 4);
}

}  // namespace lookahead::cli
