#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// What a problem says of its data, and what the program says back.
namespace lookahead::cli {
namespace {

TEST_CASE("a test fraction is evaluated at the end, and splits do not change with the seed") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml",
               "data: {train: t.csv, target: y, validation: 0.2, test: 0.2}\nmodel: linear\n"
               "optimizer: {name: sgd, lr: 0.1}\nbatch: full\nmetrics: [rmse]\nstop: {epochs: 5}\n");
  const auto solved = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"solve", "p.yaml", "-o", "out", "--force"};
    words.insert(words.end(), more.begin(), more.end());
    const Result result = run(folder, words);
    REQUIRE_MESSAGE(result.code == 0, result.err);
    return lines(result.out);
  };
  const auto value = [&](const std::vector<std::string>& all, const std::string& name) {
    for (const std::string& line : all) {
      if (contains(line, name)) return line;
    }
    FAIL("no " << name);
    return std::string();
  };
  const auto first = solved({}), other = solved({"--seed", "2"}), split = solved({"-s", "data.split_seed=2"});
  for (const char* name : {"test_rmse", "val_rmse", "train_rmse"}) {
    CHECK(value(first, name) == value(other, name));
    CHECK(value(first, name) != value(split, name));
  }
}

std::string problem_of(const std::string& data) {
  return "data: {target: y, " + data +
         "}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nstop: {epochs: 2}\n";
}

// Solves a problem on data with these keys; its messages.
std::string solved(const Folder& folder, const std::string& data, const Surroundings& surroundings = {}) {
  folder.write("p.yaml", problem_of(data));
  const Result result = run(folder, {"solve", "p.yaml", "-o", "out", "--force"}, surroundings);
  CHECK_MESSAGE(result.code == 0, result.err);
  return result.err;
}

std::string rows_from(int from, int to) {
  std::string text = "id,day,age,city,w,y\n";
  for (int i = from; i < to; ++i) {
    const std::string n = std::to_string(i);
    text += "n" + n + ",2024-01-" + std::to_string(10 + i % 20) + "," +
            (i % 9 == 4 ? "-1.0" : std::to_string(2 * i)) + "," +
            (i % 3 == 0 ? "Rome"
             : i == 5   ? "Oslo"
                        : "Bari") +
            "," + std::to_string(i % 4) + "," + std::to_string(i * 5 % 13) + "\n";
  }
  return text;
}

TEST_CASE("several files, weights, rare levels and sentinels make one table") {
  const Folder folder;
  folder.write("part-1.csv", rows_from(0, 20));
  folder.write("part-2.csv", rows_from(20, 40));
  folder.write("more.csv", "age,city,y,w\n3,Paris,4,1\n5,Rome,4,2\n");
  const std::string told =
      solved(folder,
             "train: part-*.csv, weights: w, rare: 2, standardize: all, encoding: drop_first, "
             "missing: {policy: drop, columns: {age: -1}}, test: more.csv");
  CHECK(contains(told, "part-*.csv: 2 files, part-1.csv to part-2.csv"));
  CHECK(contains(told, "column 'id' is left out: its texts are all different (data.keep uses it)"));
  CHECK(contains(told, "column 'day' is left out: it holds dates (data.keep uses it)"));
  CHECK(contains(told, "4 of 40 rows dropped: missing cells, 4 in 'age'"));
  CHECK(contains(told, "more.csv: 1 cell of 'city' holds a level not seen in training, taken as 'other'"));
  const auto model = folder.json("out/model.json");
  CHECK(model["features"] == nlohmann::json({"age", "city=Rome", "city=other"}));
  const Result predicted = run(folder, {"predict", "-m", "out", "more.csv"});
  CHECK_MESSAGE(predicted.code == 0, predicted.err);
  CHECK(lines(predicted.out).size() == 3);
  const Result again = run(folder, {"check", "out/config.yaml"});
  CHECK_MESSAGE(again.code == 0, again.err);
}

TEST_CASE("features are chosen and kept by pattern") {
  const Folder folder;
  folder.write("t.csv", rows_from(0, 30));
  solved(folder, "train: t.csv, features: [\"ag?\", \"c*\", day], drop: [\"ci*\"], keep: [day]");
  const auto features = folder.json("out/model.json")["features"];
  CHECK(features.size() == 21);
  CHECK(features.back() == "age");
}

TEST_CASE("test rows may come from standard input") {
  const Folder folder;
  folder.write("t.csv", rows_from(0, 30));
  Surroundings surroundings;
  surroundings.input = "age,city,w,y\n3,Rome,1,2\n5,Bari,1,4\n";
  solved(folder, "train: t.csv, test: \"-\"", surroundings);
  CHECK(folder.json("out/run.json")["result"]["test_rmse"].is_number());
}

TEST_CASE("what is no regular file is read once, by every command") {
  const Folder folder;
  std::string table = "id,x,y\n", sparse;
  // More than a guess of the format reads.
  for (int i = 0; i < 30000; ++i) {
    table += (i % 100 == 7 ? std::string("NA") : "name" + std::to_string(i)) + "," + std::to_string(i % 91) +
             "," + std::to_string(i % 13) + "\n";
    sparse +=
        std::to_string(i % 2) + " " + std::to_string(1 + i % 9) + ":" + std::to_string(1 + i % 50) + "\n";
  }
  folder.write("t.txt", table);
  folder.write("s.txt", sparse);
  const std::pair<std::string, std::string> problems[] = {{table, "target: y, missing: drop, train: "},
                                                          {table, "target: y, train: t.txt, test: "},
                                                          {sparse, "train: "}};
  for (const auto& [content, keys] : problems) {
    std::string expected;
    for (const std::string file : {content == table ? "t.txt" : "s.txt", "/dev/stdin"}) {
      folder.write("p.yaml", "data: {" + keys + file +
                                 "}\nmodel: " + (content == table ? "linear" : "logistic") +
                                 "\noptimizer: {name: sgd, lr: 1e-5}\nstop: {epochs: 1}\n");
      Surroundings surroundings;
      surroundings.input = content;
      const Result result = run(folder, {"solve", "p.yaml", "-o", "out", "--force"}, surroundings);
      REQUIRE_MESSAGE(result.code == 0, result.err);
      const std::string told = folder.json("out/run.json")["result"].dump();
      if (expected.empty()) expected = told;
      CHECK(told == expected);
    }
  }
  Surroundings surroundings;
  surroundings.input = sparse;
  CHECK(lines(run(folder, {"predict", "-m", "out", "/dev/stdin"}, surroundings).out).size() == 30001);
  surroundings.input = table;
  const Result made = run(folder, {"init", "--data", "/dev/stdin", "--target", "y"}, surroundings);
  CHECK_MESSAGE(contains(made.out, "of 30000 rows"), made.err);
  folder.write("p.yaml", problem_of("train: /dev/stdin, validation: /dev/stdin"));
  const Result twice = run(folder, {"solve", "p.yaml"}, surroundings);
  CHECK(twice.code == 4);
  CHECK(contains(twice.err, "/dev/stdin: error: is no regular file, so that it can be read only once"));
}

TEST_CASE("lines skipped and comments are the run's, in predict too") {
  const Folder folder;
  folder.write("t.csv", "made by hand\n" + rows_from(0, 30) + "# the end\n");
  solved(folder, "train: t.csv, skip_lines: 1, comment: \"#\", test: {file: t.csv}");
  const Result predicted = run(folder, {"predict", "-m", "out", "t.csv"});
  CHECK_MESSAGE(predicted.code == 0, predicted.err);
  CHECK(lines(predicted.out).size() == 31);
}

TEST_CASE("what contradicts itself is refused at the block") {
  const Folder folder;
  folder.write("p.yaml", problem_of("train: a.csv, weights: w, drop: [w, k], keep: k, features: [y]"));
  const Result result = run(folder, {"check", "p.yaml"});
  CHECK(result.code == 3);
  for (const char* part :
       {"column 'w' stands in data.drop and in data.weights",
        "column 'k' stands in data.drop and in data.keep", "data.features contains the target 'y'"}) {
    CHECK_MESSAGE(contains(result.err, part), result.err);
  }
  folder.write("p.yaml", problem_of("train: a.csv, weights: w, features: [x, w]"));
  CHECK(contains(run(folder, {"check", "p.yaml"}).err,
                 "column 'w' stands in data.features and in data.weights"));
  folder.write("a.csv", "x,w,y\n1,1,2\n2,3,1\n3,2,5\n");
  folder.write("p.yaml",
               "data: {train: a.csv, target: y, features: [x, w]}\nmodel: {type: poisson, exposure: w}\n"
               "optimizer: adam\n");
  CHECK(contains(run(folder, {"check", "p.yaml"}).err,
                 "column 'w' is model.exposure and stands in data.features"));
  folder.write("p.yaml", problem_of("train: a.svm, format: libsvm"));
  CHECK(contains(run(folder, {"check", "p.yaml"}).err, "data.target does not go with the format libsvm"));
}

TEST_CASE("rows of a file to validate with that lack the target alone are told so") {
  const Folder folder;
  folder.write("t.csv", "x,y\n1,2\n2,3\n3,5\n4,4\n");
  folder.write("v.csv", "x,y\n1,\n,\n3,4\n,5\n");
  const auto told = [&](const std::string& policy) {
    folder.write("p.yaml", "data: {train: t.csv, target: y, validation: v.csv, missing: " + policy +
                               "}\nmodel: linear\noptimizer: adam\nstop: {steps: 5}\n");
    return run(folder, {"solve", "p.yaml", "-o", "r", "--force"}).err;
  };
  CHECK(contains(told("mean"), "v.csv: 2 of 4 rows dropped: the target is missing there\n"));
  CHECK(contains(told("drop"), "v.csv: 3 of 4 rows dropped: missing cells\n"));
}

}  // namespace
}  // namespace lookahead::cli
