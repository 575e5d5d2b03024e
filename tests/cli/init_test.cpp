#include <doctest/doctest.h>

#include "run_binary.hpp"

// Problem files to start from.
namespace lookahead::cli {
namespace {

// The problem that init writes for a file; it has to be accepted as it is.
std::string accepted(const Folder& folder, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"init"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Result made = run(folder, words);
  REQUIRE_MESSAGE(made.code == 0, made.err);
  folder.write("p.yaml", made.out);
  const Result checked = run(folder, {"check", "p.yaml"});
  CHECK_MESSAGE(checked.code == 0, checked.err, made.out);
  const Result solved = run(folder, {"solve", "p.yaml", "-o", "out", "--force", "-s", "stop={epochs: 3}"});
  CHECK_MESSAGE(solved.code == 0, solved.err, made.out);
  return made.out;
}

std::string number(int i) { return std::to_string(i); }

TEST_CASE("a problem made for a file is accepted as it is") {
  const Folder folder;
  folder.write("t.csv", table());
  const std::string regression = accepted(folder, {"--data", "t.csv", "--target", "y"});
  for (const char* part :
       {"train: t.csv", "target: y", "task: regression", "header: true", "separator: comma",
        "validation: 0.2", "model: {type: linear", "optimizer: {name: adam, lr: 1e-2}", "batch: full",
        "metrics: [rmse, r2]", "seed: 1"}) {
    CHECK_MESSAGE(contains(regression, part), part);
  }
  CHECK(contains(accepted(folder, {"--data", "t.csv", "--target", "two"}), "model: {type: logistic"));
  CHECK(contains(accepted(folder, {"--data", "t.csv", "--target", "three"}), "model: {type: softmax"));
}

TEST_CASE("what is odd about a file is in its problem") {
  const Folder folder;
  std::string text = "\"\";id;price, net;city;when;y z\n";
  for (int i = 1; i <= 40; ++i) {
    text += number(i) + ";n" + number(i * 7) + ";" + (i == 5 ? "n/a" : number(i) + ",5") + ";" +
            (i == 7       ? ""
             : i % 3 == 0 ? "Rome"
                          : "\"a \"\"b\"\"\"") +
            ";2024-01-" + number(10 + i % 15) + ";" + number(i * i % 17) + "\n";
  }
  folder.write("odd.csv", text);
  const std::string problem = accepted(folder, {"--data", "odd.csv", "--target", "y z"});
  for (const char* part :
       {"target: \"y z\"", "separator: semicolon", "decimal: \",\"", "drop: [\"\", id, when]",
        "# column 'id' says nothing about other rows: its texts are all different",
        "# column '' says nothing about other rows: it numbers the rows",
        "'when' says nothing about other rows: it holds dates",
        "# text, a feature of 0 and 1 for every level: 'city'",
        "# 2 cells are missing, in 'price, net', 'city'",
        "missing: {policy: drop, marks: [\"\", NA, nan, \"?\", n/a]}"}) {
    CHECK_MESSAGE(contains(problem, part), part << " in\n" << problem);
  }
  folder.write("bare.data", "1.5 a\n2.5 b\n3 a\n1 b\n");
  const std::string bare = accepted(folder, {"--data", "bare.data", "--target", "2"});
  CHECK(contains(bare, "header: false"));
  CHECK(contains(bare, "separator: blank"));
  CHECK(contains(bare, "validation: none"));
  CHECK(
      contains(accepted(folder, {"regression", "--data", "bare.data", "--target", "1"}), "task: regression"));
}

TEST_CASE("init says why it fills, drops and chooses, and finds a way around columns that cannot be used") {
  const Folder folder;
  std::string text = "ticket,age,fare,cabin,open,y\n";
  for (int i = 0; i < 120; ++i) {
    text += (i % 3 == 0 ? "PC " + number(i * 17 % 70) : number(i * 31)) + "," +
            (i % 4 == 0 ? "" : number(i % 60)) + "," +
            (i % 10 == 0 ? "\"1," + number(661 + i) + ".41\"" : number(i)) + "," +
            (i % 2 == 0 ? "" : "C" + number(i)) + ",12%," + number(i * i % 17) + "\n";
  }
  folder.write("t.csv", text);
  const std::string problem = accepted(folder, {"--data", "t.csv", "--target", "y"});
  for (const char* part :
       {"# column 'ticket' is left out: 40 of its 120 cells are texts among numbers, such as 'PC 0'; listed "
        "in "
        "categorical, every text is a level",
        "thousands: \",\"", "units: [\"%\"]", "missing: impute  # drop would cost up to 30 of 120 rows",
        "task: regression           # of the target: it is numeric"}) {
    CHECK_MESSAGE(contains(problem, part), part << " in\n" << problem);
  }
  CHECK_MESSAGE(!contains(problem, "marks"), problem);
}

TEST_CASE("templates are problems") {
  const Folder folder;
  for (const char* kind : {"function", "game"}) {
    const Result made = run(folder, {"init", kind});
    CHECK(made.code == 0);
    folder.write("p.yaml", made.out);
    const Result checked = run(folder, {"check", "p.yaml"});
    CHECK_MESSAGE(checked.code == 0, checked.err);
  }
  // Without anything the forms are listed, each of which is one.
  const Result forms = run(folder, {"init"});
  CHECK(forms.code == 0);
  for (const char* kind : {"function", "expression", "game", "classification", "regression", "sweep"}) {
    const std::string line = "lookahead init " + std::string(kind) + "  ";
    CHECK_MESSAGE(contains(forms.out, line), forms.out);
    CHECK(run(folder, {"init", kind}).code == 0);
  }
  folder.write("train.csv", "x,label,price\n1,a,5\n2,b,6\n3,a,9\n4,b,7\n");
  for (const char* kind : {"classification", "regression"}) {
    const Result made = run(folder, {"init", kind});
    CHECK(made.code == 0);
    folder.write("p.yaml", made.out);
    const Result checked = run(folder, {"check", "p.yaml"});
    CHECK_MESSAGE(checked.code == 0, checked.err);
  }
}

TEST_CASE("what init can not make is refused with what helps") {
  const Folder folder;
  folder.write("t.csv", table());
  const auto refused = [&](const std::vector<std::string>& arguments, int code, const std::string& message) {
    const Result result = run(folder, arguments);
    CHECK(result.code == code);
    CHECK(result.out.empty());
    CHECK_MESSAGE(contains(result.err, message), result.err);
  };
  refused({"init", "sweep", "--data", "t.csv"}, 2, "--data does not go with sweep");
  refused({"init", "functoin"}, 2, "no kind 'functoin' (did you mean 'function'?)");
  refused({"init", "game", "--data", "t.csv"}, 2, "--data does not go with game");
  refused({"init", "--target", "y"}, 2, "--target needs --data");
  refused({"init", "--data", "t.csv"}, 2, "--data needs --target, the column to learn (try --target ");
  folder.write("wine.csv", "acid,Quality,ph\n1.5,5,3\n2.5,6,3.1\n2,5,3.3\n");
  refused({"init", "--data", "wine.csv"}, 2,
          "(try --target 'Quality' (classification); columns of wine.csv: 'acid', 'Quality', 'ph')");
  refused({"init", "--data", "t.csv", "--target", "yy"}, 4, "data.target: no column 'yy'");
  refused({"init", "--data", "none.csv", "--target", "y"}, 4, "none.csv: error: cannot read the file");
}

}  // namespace
}  // namespace lookahead::cli
