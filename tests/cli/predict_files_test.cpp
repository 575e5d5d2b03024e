#include <doctest/doctest.h>

#include <set>

#include "trained_model.hpp"

// The files that predict reads: their columns, cells and forms, beside those of the training file.
namespace lookahead::cli {
namespace {

TEST_CASE("columns are passed through, of rows that are left out too") {
  const Folder folder;
  folder.write("t.csv", "x,y\n1,1\n2,2\n3,4\n");
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y, missing: drop}\nmodel: linear\noptimizer: sgd\nstop: {epochs: 1}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  folder.write("new.csv", "name,x,\"a,b\"\n007,1,\"say \"\"hi\"\"\"\nBob,?,2\n\"x,y\",3,4.50\n");
  const Result result = run(folder, {"predict", "-m", "run", "new.csv", "--id", "name", "--id", "a,b"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto predicted = lines(result.out);
  REQUIRE(predicted.size() == 4);
  CHECK(predicted[0] == "name,\"a,b\",prediction");
  CHECK(predicted[1].starts_with("007,\"say \"\"hi\"\"\","));
  CHECK(predicted[2] == "Bob,2,");
  CHECK(predicted[3].starts_with("\"x,y\",4.50,"));
  const Result wrong = run(folder, {"predict", "-m", "run", "new.csv", "--id", "nam"});
  CHECK(wrong.code == 4);
  CHECK(contains(wrong.err, "new.csv: error: no column 'nam' (did you mean 'name'?)"));
}

TEST_CASE("a file that begins like the run's test file is read like it") {
  const Folder folder;
  folder.write("t.csv", "1,no\n2,yes\n3,no\n5,yes\n");
  folder.write("test.csv", "|cross validator\n2,no.\n3,yes.\n");
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: 2, header: false, test: {file: test.csv, skip_lines: 1, strip: .}}\n"
      "model: logistic\noptimizer: sgd\nstop: {epochs: 1}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  const Result test = run(folder, {"predict", "-m", "run", "test.csv"});
  REQUIRE_MESSAGE(test.code == 0, test.err);
  CHECK(parse_csv(test.out).rows.size() == 2);
  CHECK(contains(test.err, "test.csv: its first line is left out, as of the run's test file"));
  CHECK(contains(test.err, "accuracy"));
  CHECK_FALSE(contains(test.err, "unknown"));
  CHECK(parse_csv(run(folder, {"predict", "-m", "run", "t.csv"}).out).rows.size() == 4);
  // Out of a pipe, too, where each can be read but once.
  for (const char* name : {"test.csv", "t.csv"}) {
    CAPTURE(name);
    const Result file = run(folder, {"predict", "-m", "run", name});
    for (const char* stream : {"-", "/dev/stdin"}) {
      Surroundings input;
      input.input = folder.read(name);
      const Result piped = run(folder, {"predict", "-m", "run", stream}, input);
      CHECK(piped.out == file.out);
      CHECK(contains(piped.err, "is left out, as of the run's test file") ==
            (std::string(name) == "test.csv"));
    }
  }
  const Result importance = run(folder, {"weights", "run", "--data", "test.csv"});
  REQUIRE_MESSAGE(importance.code == 0, importance.err);
  CHECK(contains(importance.err, "test.csv: its first line is left out, as of the run's test file"));
  CHECK_FALSE(contains(run(folder, {"weights", "run", "--data", "t.csv"}).err, "left out"));
  Surroundings single;
  single.input = "2,no\n";
  CHECK(parse_csv(run(folder, {"predict", "-m", "run", "-"}, single).out).rows.size() == 1);
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

TEST_CASE("columns that are passed through do not clash with those of the prediction") {
  const Folder folder;
  folder.write("t.csv", "prediction,p_u,y\n1,5,u\n2,4,v\n3,7,u\n4,1,v\n");
  train(folder, "target: y", "logistic");
  for (const char* name : {"prediction", "p_u"}) {
    const Result clash = run(folder, {"predict", "-m", "run", "t.csv", "--id", name});
    CHECK(clash.code == 2);
    CHECK(clash.out.empty());
    CHECK_MESSAGE(
        contains(clash.err, std::string("--id ") + name + ": error: the result has a column of that name"),
        clash.err);
  }
  const Result twice = run(folder, {"predict", "-m", "run", "t.csv", "--id", "y", "--id", "y"});
  CHECK(twice.code == 2);
  CHECK(contains(twice.err, "the column is named twice"));
  CHECK(run(folder, {"predict", "-m", "run", "t.csv", "--id", "p_u", "--columns", "labels"}).code == 0);
  folder.write("other.csv", "prediction;p_u\n1;5\n");
  const Result other = run(folder, {"predict", "-m", "run", "other.csv"});
  CHECK(other.code == 4);
  CHECK_MESSAGE(contains(other.err,
                         "other.csv:1: error: its fields are separated by ';', those of the training "
                         "file by ','"),
                other.err);
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

TEST_CASE("texts the training did not have are reported") {
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

TEST_CASE("thousands of columns are found by their names, in whatever order they come") {
  const Folder folder;
  constexpr int columns = 5000, rows = 12;
  std::vector<std::string> forwards(rows + 1), backwards(rows + 1);
  const auto add = [](std::string& line, const std::string& cell) {
    if (!line.empty()) line += ',';
    line += cell;
  };
  for (int j = 0; j < columns; ++j) {
    const int i = columns - 1 - j;
    add(forwards[0], std::to_string(j).insert(0, "c"));
    add(backwards[0], std::to_string(i).insert(0, "c"));
    for (int row = 1; row <= rows; ++row) {
      const auto digit = [&](int column) { return std::to_string((column * 7 + row * row * 3 + row) % 10); };
      add(forwards[static_cast<std::size_t>(row)], digit(j));
      add(backwards[static_cast<std::size_t>(row)], digit(i));
    }
  }
  std::string trained = forwards[0] + ",y\n", turned = backwards[0] + "\n";
  for (int row = 1; row <= rows; ++row) {
    const auto r = static_cast<std::size_t>(row);
    trained.append(forwards[r]).append(",").append(std::to_string(row % 5)).append("\n");
    turned.append(backwards[r]).append("\n");
  }
  folder.write("t.csv", trained);
  folder.write("turned.csv", turned);
  folder.write("p.yaml",
               "data: {train: t.csv, target: y}\nmodel: {type: linear, l2: 0.1}\n"
               "optimizer: {name: sgd, lr: 1e-4}\nbatch: full\nstop: {steps: 10}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  const Result same = run(folder, {"predict", "-m", "run", "t.csv"});
  const Result other = run(folder, {"predict", "-m", "run", "turned.csv"});
  CHECK(same.code == 0);
  const std::vector<std::string> predicted = lines(same.out);
  CHECK(predicted.size() == rows + 1);
  CHECK(std::set<std::string>(predicted.begin(), predicted.end()).size() > 2);
  CHECK(other.out == same.out);
  const Csv weights = parse_csv(run(folder, {"weights", "run"}).out);
  REQUIRE(weights.rows.size() == columns + 1);
  CHECK(weights.column("feature")[0] == "c0");
  CHECK(weights.column("feature")[columns - 1] == "c4999");
  // A name that is missing among so many.
  turned.replace(turned.find("c2500,"), 6, "d2500,");
  folder.write("turned.csv", turned);
  const Result missing = run(folder, {"predict", "-m", "run", "turned.csv"});
  CHECK(missing.code == 4);
  CHECK(contains(missing.err, "no column 'c2500', which the training file has"));
}

}  // namespace
}  // namespace lookahead::cli
