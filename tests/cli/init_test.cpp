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

// Checks that a terminal of 80 columns shows every line whole.
void fits_a_page(const std::string& text) {
  for (const std::string& line : lines(text)) CHECK_MESSAGE(line.size() <= 80, line);
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

TEST_CASE("of missing cells init says what the problem does, not what it tried") {
  const Folder folder;
  folder.write("t.csv", "a,b,y\n1,2,3\n2,3,4\n3,4,5\n,5,6\n");
  const Result made = run(folder, {"init", "--data", "t.csv", "--target", "y"});
  CHECK(contains(made.out, "1 cell is missing, in 'a'"));
  CHECK_FALSE(contains(made.err, "filled"));
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
        "# column 'id' is left out: its texts are all different",
        "# column '' is left out: it numbers the rows", "'when' is left out: it holds dates",
        "# text, a feature of 0 and 1 for every level: 'city'",
        "# 2 cells are missing, in 'price, net', 'city'",
        "missing: {policy: drop, marks: [\"\", NA, \"nan\", \"?\", n/a]}"}) {
    CHECK_MESSAGE(contains(problem, part), part << " in\n" << problem);
  }
  fits_a_page(problem);
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
  for (const char* part : {"  # column 'ticket' is left out: 40 of its 120 cells are texts among numbers,\n"
                           "  # such as 'PC 0'; listed in categorical, every text is a level\n",
                           "thousands: \",\"", "1,234 is 1234; if it is a fraction, decimal: \",\" instead",
                           "units: [\"%\"]", "missing: impute  # drop would cost up to 30 of 120 rows",
                           "task: regression           # of the target: it is numeric"}) {
    CHECK_MESSAGE(contains(problem, part), part << " in\n" << problem);
  }
  CHECK_MESSAGE(!contains(problem, "marks"), problem);
  fits_a_page(problem);
}

TEST_CASE("a problem for a file shows how columns are left out, chosen and weighted") {
  const Folder folder;
  folder.write("t.csv", table());
  const std::string plain = accepted(folder, {"--data", "t.csv", "--target", "y"});
  for (const char* part : {"\n  # drop: [", "\n  # features: [", "\n  # weights: "})
    CHECK_MESSAGE(contains(plain, part), part << " in\n" << plain);
  fits_a_page(plain);
  // What is proposed is accepted too.
  std::string used = plain;
  for (const char* part : {"# features: ", "# weights: "}) used.erase(used.find(part), 2);
  folder.write("p.yaml", used);
  const Result checked = run(folder, {"check", "p.yaml"});
  CHECK_MESSAGE(checked.code == 0, checked.err, used);
}

TEST_CASE("an identifier is left out however it is sorted, a quantity that only looks like one is told") {
  const Folder folder;
  std::string text = "passenger_id,people,w,y\n";
  for (int i = 0; i < 40; ++i)
    text += number(i * 7 % 41 + 100) + "," + number(i * 11 % 43) + "," + number(i % 5 + 1) + "," +
            number(i * i % 17) + "\n";
  folder.write("t.csv", text);
  const std::string problem = accepted(folder, {"--data", "t.csv", "--target", "y"});
  CHECK_MESSAGE(
      contains(problem, "  # column 'passenger_id' is left out: it holds a different whole number in\n"),
      problem);
  CHECK_MESSAGE(contains(problem, "\n  drop: [passenger_id]\n"), problem);
  CHECK_MESSAGE(problem.starts_with("# Regression of 'y' from 2 features of 40 rows.\n"), problem);
  CHECK_MESSAGE(contains(problem, "\n  # features: [people]"), problem);
  CHECK_MESSAGE(
      contains(problem, "  # 'people' holds a different whole number in every row: if that is an id"),
      problem);
  fits_a_page(problem);
}

TEST_CASE("lines of templates and of problems with long names have at most 80 columns") {
  const Folder folder;
  for (const char* kind : {"", "function", "expression", "game", "classification", "regression", "sweep"})
    fits_a_page(kind[0] == 0 ? run(folder, {"init"}).out : run(folder, {"init", kind}).out);
  std::string header, row;
  for (int i = 0; i < 30; ++i) {
    header += "a_rather_long_name_of_column_" + number(i) + ",";
    row += "t" + number(i) + "@,";
  }
  std::string text = header + "y\n";
  for (int i = 0; i < 40; ++i) {
    std::string cells = row;
    for (std::size_t at = cells.find('@'); at != std::string::npos; at = cells.find('@'))
      cells.replace(at, 1, number(i));
    text += cells + number(i % 7) + "\n";
  }
  folder.write("t.csv", text + header + "3\n");
  const Result made = run(folder, {"init", "--data", "t.csv"});
  CHECK_MESSAGE(made.code == 0, made.err);
  fits_a_page(made.out);
  folder.write(
      "id.csv", text.substr(0, text.find("\n")) + ",x\n" + [&] {
        std::string rows = text.substr(text.find("\n") + 1), out;
        int i = 0;
        for (const std::string& line : lines(rows)) {
          ++i;
          out += line + "," + number(i * i) + "\n";
        }
        return out;
      }());
  fits_a_page(accepted(folder, {"--data", "id.csv", "--target", "y"}));
}

TEST_CASE("without a target init lists the columns, with what each would be as one, and the command to run") {
  const Folder folder;
  std::string text = "number,species,island,bill length,day\n";
  for (int i = 1; i <= 30; ++i) {
    text += number(i) + "," +
            (i % 3 == 0   ? "Adelie"
             : i % 3 == 1 ? "Gentoo"
                          : "Chinstrap") +
            "," + (i % 2 == 0 ? "Biscoe," : "Dream,") + (i == 4 ? "NA" : number(i * 5 % 23) + ".5") +
            ",2024-01-" + number(10 + i % 20) + "\n";
  }
  folder.write("birds.csv", text);
  const Result listed = run(folder, {"init", "--data", "birds.csv"});
  CHECK(listed.code == 0);
  fits_a_page(listed.out);
  const std::vector<std::string> shown = lines(listed.out);
  REQUIRE(shown.size() > 9);
  CHECK(shown[0] == "birds.csv: 30 rows of 5 columns");
  CHECK(shown[3] == "* species      3 levels  Gentoo      classification, 3 classes        0");
  CHECK(contains(listed.out, "\n  island       2 levels  Dream       classification, 2 classes        0\n"));
  CHECK(contains(listed.out, "\n  bill length  numbers   5.5         regression                       1\n"));
  CHECK(contains(listed.out, "\n  day          dates     2024-01-11"));
  CHECK(contains(listed.out, "- (dates)"));
  CHECK(contains(listed.out, "- (row numbers)"));
  CHECK_MESSAGE(shown.back() == "  lookahead init --data birds.csv --target species >birds.yaml", listed.out);
  accepted(folder, {"--data", "birds.csv", "--target", "species"});
  // No byte of a name goes to the terminal as it is.
  folder.write("a\x1b[31m'b.csv", folder.read("birds.csv"));
  CHECK(lines(run(folder, {"init", "--data", "a\x1b[31m'b.csv"}).out).back() ==
        "  lookahead init --data $'a\\x1b[31m\\'b.csv' --target species >$'a\\x1b[31m\\'b.yaml'");
  // With a kind, what that kind can learn; names as they can be typed.
  const Result numbers = run(folder, {"init", "regression", "--data", "birds.csv"});
  CHECK(contains(numbers.out, "- (text)"));
  CHECK_MESSAGE(lines(numbers.out).back() ==
                    "  lookahead init regression --data birds.csv --target \"bill length\" >birds.yaml",
                numbers.out);
  folder.write("bare.csv", "1,a\n2,b\n3,a\n4,b\n");
  const Result bare = run(folder, {"init", "--data", "bare.csv"});
  CHECK_MESSAGE(contains(bare.out, "--target 2 >bare.yaml"), bare.out);
}

TEST_CASE("a file of data in the place of a kind or of a problem is answered with the command for it") {
  const Folder folder;
  folder.write("birds.csv", table());
  folder.write("rows.txt", "1;2;3\n2;3;4\n");
  folder.write("big.csv", "x,y\n" + std::string(2'000'000, '1') + ",2\n");
  for (const char* file : {"birds.csv", "rows.txt"}) {
    const Result kind = run(folder, {"init", file});
    CHECK(kind.code == 2);
    CHECK_MESSAGE(contains(kind.err, "(did you mean init --data " + std::string(file) + "?)"), kind.err);
  }
  for (const char* command : {"solve", "check", "certify", "gradcheck"}) {
    for (const char* file : {"birds.csv", "rows.txt", "big.csv"}) {
      const Result result = run(folder, {command, file});
      CHECK(result.code == 3);
      CHECK_MESSAGE(
          contains(result.err, std::string(file) +
                                   ": error: this is a table of data, and no problem (lookahead init "
                                   "--data " +
                                   file + " --target COLUMN >"),
          result.err);
    }
  }
  // What is meant to be a problem is not taken for one.
  folder.write("list.yaml", "[a, b]\n");
  folder.write("key.yaml", "objective: sphere, x\n  bad\n");
  folder.write("word.yaml", "sphere\n");
  for (const char* file : {"list.yaml", "key.yaml", "word.yaml"})
    CHECK(!contains(run(folder, {"check", file}).err, "table of data"));
}

TEST_CASE("names and marks that YAML takes for something else stand in quotes") {
  const Folder folder;
  const std::vector<std::string> names = {"NULL", "Null", "true", "no", "on", "1e3", "~",  "a: b",
                                          "a #b", "-a",   "*a",   "&a", "!a", "%a",  "@a", "`a",
                                          "None", "[a",   "{a",   "?",  "'a", "a, b"};
  for (const std::string& name : names) {
    CAPTURE(name);
    std::string text = "x,\"" + name + "\",z\n";
    for (int i = 1; i <= 30; ++i)
      text += number(i * 7 % 11) + "," + number(i * i % 17) + "," + number(i % 5) + "\n";
    folder.write("t.csv", text);
    accepted(folder, {"--data", "t.csv", "--target", name});
    // And as a column that is dropped.
    text = "x,\"" + name + "\",y\n";
    for (int i = 1; i <= 30; ++i)
      text += number(i * 7 % 11) + "," + number(i) + "," + number(i * i % 17) + "\n";
    folder.write("t.csv", text);
    CHECK(contains(accepted(folder, {"--data", "t.csv", "--target", "y"}), "drop: ["));
  }
  std::string text = "x,y\n";
  for (int i = 1; i <= 30; ++i)
    text += (i == 4 ? "NULL" : number(i * 7 % 11)) + "," + number(i * i % 17) + "\n";
  folder.write("t.csv", text);
  const std::string problem = accepted(folder, {"--data", "t.csv", "--target", "y"});
  CHECK_MESSAGE(contains(problem, "\"nan\", \"?\", \"NULL\"]"), problem);
}

TEST_CASE("rows of the format libsvm have no column to choose") {
  const Folder folder;
  folder.write("t.svm", "1 1:2 3:4\n-1 1:1 2:5\n1 2:2\n-1 3:1\n");
  CHECK(contains(accepted(folder, {"--data", "t.svm"}), "format: libsvm"));
  const Result refused = run(folder, {"init", "--data", "t.svm", "--target", "1"});
  CHECK(refused.code == 4);
  CHECK(refused.out.empty());
  CHECK_MESSAGE(contains(refused.err,
                         "rows of the format libsvm have no column '1': their target is the first "
                         "number of each"),
                refused.err);
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
  for (const char* kind : {"game", "function", "expression"})
    refused({"init", kind, "--data", "t.csv"}, 2, std::string("--data does not go with ") + kind);
  refused({"init", "--target", "y"}, 2, "--target needs --data");
  refused({"init", "--data", "none.csv"}, 4, "none.csv: error: cannot read the file");
  refused({"init", "--data", "t.csv", "--target", "yy"}, 4, "data.target: no column 'yy'");
  refused({"init", "--data", "none.csv", "--target", "y"}, 4, "none.csv: error: cannot read the file");
}

}  // namespace

TEST_CASE("init takes settings of how rows are laid out, and finds comments above the header") {
  const Folder folder;
  std::string rows;
  for (int i = 0; i < 30; ++i)
    rows +=
        std::to_string(i * 7 % 11) + "," + std::to_string(i % 3) + "," + std::to_string(i * 5 % 13) + "\n";
  folder.write("c.csv", "# made by me\n# on a monday\nx,k,y\n" + rows);
  const Result comments = run(folder, {"init", "--data", "c.csv", "--target", "y", "-o", "c.yaml"});
  CHECK_MESSAGE(comments.code == 0, comments.err);
  CHECK(contains(comments.err, "c.csv: comment '#' (guessed)"));
  CHECK(contains(folder.read("c.yaml"), "  comment: \"#\""));
  CHECK(run(folder, {"check", "c.yaml"}).code == 0);
  // A header of numbers, as years are.
  folder.write("h.csv", "2020,2021,2022\n" + rows);
  const Result header = run(
      folder, {"init", "--data", "h.csv", "--target", "2022", "--set", "data.header=true", "-o", "h.yaml"});
  CHECK_MESSAGE(header.code == 0, header.err);
  CHECK(contains(folder.read("h.yaml"), "  header: true\n"));
  CHECK(run(folder, {"check", "h.yaml"}).code == 0);
  folder.write("s.csv", "a title\nand another\nx,k,y\n" + rows);
  CHECK(run(folder, {"init", "--data", "s.csv", "--target", "y", "-s", "data.skip_lines=2", "-o", "s.yaml"})
            .code == 0);
  CHECK(run(folder, {"check", "s.yaml"}).code == 0);
  for (const char* wrong : {"data.drop=[x]", "optimizer.lr=1", "header=true"}) {
    const Result refused = run(folder, {"init", "--data", "c.csv", "--set", wrong});
    CHECK(refused.code == 2);
    CHECK(contains(refused.err, "init takes settings of how rows are laid out (data.header, "));
  }
  CHECK(run(folder, {"init", "--data", "c.csv", "--set", "data.header=perhaps"}).code == 3);
  CHECK(run(folder, {"init", "function", "--set", "data.header=true"}).code == 2);
}

}  // namespace lookahead::cli
