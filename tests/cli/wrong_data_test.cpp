#include <doctest/doctest.h>
#include <zlib.h>

#include "run_binary.hpp"

// Wrong data: refused with the file, the line and the field, exit code 4, before anything is written.
namespace lookahead::cli {
namespace {

struct WrongRows {
  std::string csv;
  std::string message;  // how the first line of stderr begins, after "t.csv"
  std::string model = "linear";
  std::string options = "";  // of data, ", missing: drop" for example
  std::string more = "";     // further keys of the problem
};

std::string problem_of(const WrongRows& wrong, const std::string& file = "t.csv") {
  return "data: {train: " + file + ", target: y" + wrong.options + "}\nmodel: " + wrong.model +
         "\noptimizer: {name: sgd, lr: 0.1}\nstop: {epochs: 2}\n" + wrong.more;
}

// stderr without the notes on what was guessed, and without the folder.
std::string errors(const Folder& folder, const Result& result) {
  std::string text;
  for (std::string line : lines(result.err)) {
    if (!contains(line, "error: ")) continue;
    if (line.starts_with(folder.path() + "/")) line.erase(0, folder.path().size() + 1);
    text += line + "\n";
  }
  return text;
}

void rows_refused(const std::vector<WrongRows>& list) {
  const Folder folder;
  for (const WrongRows& wrong : list) {
    CAPTURE(wrong.csv.substr(0, 100));
    folder.write("t.csv", wrong.csv);
    folder.write("p.yaml", problem_of(wrong));
    for (const char* command : {"check", "solve"}) {
      const Result result = run(folder, {command, "p.yaml"});
      CHECK(result.code == 4);
      CHECK(result.out.empty());
      const std::string text = errors(folder, result);
      CHECK_MESSAGE(text.starts_with("t.csv" + wrong.message), text);
    }
  }
  CHECK(folder.names() == std::vector<std::string>{"p.yaml", "t.csv"});
}

const std::string good = "x,y\n1,2\n2,3\n3,5\n4,8\n";

TEST_CASE("wrong cells are reported with line and field") {
  rows_refused({
      {good + "oops,6\n",
       ":6:1: error: column 'x': 'oops' is not a number (if it stands for a missing cell, set"},
      {good + "5,six\n", ":6:2: error: target 'y': 'six' is not a number"},
      {good + "5,NA\n",
       ":6:2: error: target 'y': 1 cell is missing, the first is 'NA' (data.missing can drop or impute)"},
      {good + ",6\n", ":6:1: error: column 'x': 1 cell is missing, the first is ''"},
      {good + "nan,6\n", ":6:1: error: column 'x': 1 cell is missing, the first is 'nan'"},
      {good + "inf,6\n",
       ":6:1: error: column 'x': 'inf' is not finite (correct it, or list the column in data.drop)"},
      {good + "5,-inf\n", ":6:2: error: target 'y': '-inf' is not finite"},
      {good + "5,1e999\n", ":6:2: error: target 'y': '1e999' is not finite"},
      {good + "0x10,6\n", ":6:1: error: column 'x': '0x10' is not a number"},
      {good + "1_0,6\n", ":6:1: error: column 'x': '1_0' is not a number"},
      {"x,y\r\n1,2\r\n2,3\r\n3,5\r\noops,8\r\n", ":5:1: error: column 'x': 'oops' is not a number"},
      {"x,y\n1,2\n\xff,2\n\xfe,3\n", ":3:1: error: column 'x': '\\xff' is not UTF-8 (convert the file"},
      {"x,y\n1,a\n2,b\n", ":2:2: error: target 'y' is text, which a regression cannot predict"},
  });
}

TEST_CASE("records that do not fit are reported with their line") {
  rows_refused({
      {good + "5\n", ":6: error: 1 field, expected 2 (complete or remove the line, or set data.separator)"},
      {good + "5,6,7\n", ":6: error: 3 fields, expected 2 (quote texts that contain the separator ','"},
      {"x,y\n1,\"2\n3,4\n",
       ":2:2: error: the quote that opens here is not closed before the end of the file"},
      {"x,x,y\n1,2,3\n4,5,6\n", ":1:2: error: two columns are named 'x', fields 1 and 2"},
      {std::string("x,y\n1,2\n\0,3\n", 12), ":3: error: a NUL byte: the file is binary or damaged"},
  });
}

TEST_CASE("a file that cannot be learned from is reported with its name") {
  rows_refused({
      {"", ": error: the file is empty (it needs a row of data at least)"},
      {"\n\n", ": error: the file is empty"},
      {"x,y\n", ": error: no rows of data"},
      {"x,z\n1,2\n2,3\n", ": error: data.target: no column 'y' (columns: x, z)"},
      {"x,yy\n1,2\n2,3\n", ": error: data.target: no column 'y' (did you mean 'yy'?)"},
      {good, ": error: data.target: no column 'y' (the file has no header", "linear", ", header: false"},
      {good, ": error: data.drop: no column 'z' (columns: x, y)", "linear", ", drop: [z]"},
      {good, ": error: data.categorical: no column 'z' (columns: x, y)", "linear", ", categorical: [z]"},
      {good, ": error: no column is left besides the target", "linear", ", drop: [x]"},
      {"y\n1\n2\n", ": error: no column is left besides the target"},
      {"x,y\n1,a\n2,a\n", ": error: target 'y' has only one class, 'a'", "logistic"},
      {"x,y\n1,a\n2,a\n", ": error: target 'y' has only one class, 'a'", "softmax"},
      {"x,y\n1,a\n2,b\n3,c\n",
       ": error: column 'y' has 3 classes ('a', 'b', 'c'), the model logistic takes two (use model: softmax, "
       "or correct the labels)",
       "logistic"},
      {"x,y\nNA,1\nNA,2\n", ": error: column 'x' has no value in the training rows", "linear",
       ", missing: impute"},
      {"x,y\n1,NA\n2,NA\n", ": error: no row is left: each has missing cells", "linear", ", missing: drop"},
      {"x,y\n1,2\n", ": error: one row can not be split for validation", "linear", ", validation: 0.5"},
      {"x,y\n1,1e300\n2,1\n", ": error: the objective is not finite at the start: inf"},
      {"x,y\n1,1e40\n2,2\n", ": error: column 'y' holds numbers beyond the range of single precision",
       "linear", "", "precision: single\n"},
      {"b,y\n1.7e308,1\n1.7e308,2\n-1.7e308,3\n1.6e308,0\n",
       ": error: column 'b' holds numbers that overflow where the column's mean is taken off them (scale the "
       "column)"},
      {"b,y\n1.7e308,1\n1.7e308,2\n-1.7e308,3\n1.6e308,0\n",
       ": error: column 'b' holds numbers that overflow", "linear", "", "precision: single\n"},
      {"x,y\n1,1.7e308\n2,1.7e308\n3,-1.7e308\n4,1.6e308\n",
       ": error: column 'y' holds numbers that overflow", "linear", ", standardize_target: true"},
      {"PK\x03\x04"
       "abc",
       ": error: is no CSV file but a binary or packed one"},
      {std::string("\xff\xfex\0,\0y\0", 8), ": error: the file is UTF-16"},
      {std::string("\xff\xfe\0\0x\0\0\0", 8), ": error: the file is UTF-32"},
      {std::string("\0\0\xfe\xff\0\0\0x", 8), ": error: the file is UTF-32"},
      {"\x1f\x8b\x08junkjunkjunk", ": error: the gzip file is damaged"},
  });
}

TEST_CASE("files beside the training rows are held to the same") {
  const Folder folder;
  folder.write("t.csv", "x,y\n1,a\n2,b\n3,a\n");
  folder.write("other.csv", "x,y\n1,c\n");
  folder.write("bare.csv", "x\n1\n");
  const auto refuses = [&](const std::string& options, const std::string& message) {
    folder.write("p.yaml", problem_of({"", "", "logistic", options, ""}));
    const Result result = run(folder, {"solve", "p.yaml"});
    CHECK(result.code == 4);
    CHECK_MESSAGE(errors(folder, result).starts_with(message), result.err);
    CHECK(!folder.exists("runs"));
  };
  refuses(", test: other.csv", "other.csv:2:2: error: the class 'c' does not occur in the training data");
  refuses(", test: bare.csv", "bare.csv: error: no target column 'y'");
  refuses(", validation: bare.csv", "bare.csv: error: no target column 'y'");
  refuses(", test: nosuch.csv", "nosuch.csv: error: cannot read the file: No such file or directory");
}

TEST_CASE("data that cannot be read are wrong data") {
  const Folder folder;
  folder.write("t.csv", good);
  folder.write("plain.csv.gz", good);
  folder.write("secret.csv", good);
  std::filesystem::permissions(folder.path("secret.csv"), std::filesystem::perms::none);
  const auto refuses = [&](const std::string& file, const std::string& message) {
    folder.write("p.yaml", problem_of({}, file));
    Surroundings nobody;
    nobody.as_nobody = true;
    const Result result = run(folder, {"solve", "p.yaml"}, nobody);
    CHECK(result.code == 4);
    CHECK_MESSAGE(errors(folder, result).starts_with(message), result.err);
  };
  refuses("nosuch.csv", "nosuch.csv: error: cannot read the file: No such file or directory");
  refuses("t.csv/x.csv", "t.csv/x.csv: error: cannot read the file: Not a directory");
  refuses("secret.csv", "secret.csv: error: cannot read the file: Permission denied");
  refuses("plain.csv.gz", "plain.csv.gz: error: is named .gz, but is not a gzip file");
  refuses("/", "/: error: is a directory, not a file");
  refuses("'-'", "<stdin>: error: the file is empty");
  CHECK(!folder.exists("runs"));
}

TEST_CASE("a problem and its data cannot both come from standard input") {
  const Folder folder;
  Surroundings input;
  input.input = problem_of({}, "'-'");
  const Result result = run(folder, {"solve", "-"}, input);
  CHECK(result.code == 2);
  CHECK_MESSAGE(
      contains(result.err, "<stdin>: error: standard input cannot be both the problem and the data"),
      result.err);
  CHECK(folder.names().empty());
}

TEST_CASE("a truncated gzip file is refused") {
  std::string packed(1000, '\0');
  z_stream deflater{};
  REQUIRE(deflateInit2(&deflater, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string text = table();
  deflater.next_in = reinterpret_cast<Bytef*>(text.data());
  deflater.avail_in = static_cast<uInt>(text.size());
  deflater.next_out = reinterpret_cast<Bytef*>(packed.data());
  deflater.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&deflater, Z_FINISH) == Z_STREAM_END);
  packed.resize(packed.size() - deflater.avail_out);
  deflateEnd(&deflater);
  const Folder folder;
  folder.write("p.yaml", problem_of({"", "", "linear", ", drop: [two, three]", ""}, "t.csv.gz"));
  folder.write("t.csv.gz", packed);
  CHECK(run(folder, {"solve", "p.yaml", "--dry-run"}).code == 0);
  for (const std::size_t length : {std::size_t{3}, packed.size() / 2, packed.size() - 1}) {
    folder.write("t.csv.gz", packed.substr(0, length));
    const Result result = run(folder, {"solve", "p.yaml"});
    CHECK(result.code == 4);
    CHECK_MESSAGE(errors(folder, result).starts_with("t.csv.gz: error: the gzip file ends too early"),
                  result.err);
  }
}

TEST_CASE("training files of different separators are told by name, groups of digits with what can be done") {
  const Folder folder;
  folder.write("p.yaml",
               "data: {train: 'part*.csv', target: y}\nmodel: linear\noptimizer: adam\nstop: {steps: 2}\n");
  folder.write("part1.csv", "a,y\n1,2\n3,4\n5,6\n");
  folder.write("part2.csv", "a;y\n1;2\n3;4\n5;6\n");
  const Result mixed = run(folder, {"solve", "p.yaml"});
  CHECK(mixed.code == 4);
  CHECK_MESSAGE(contains(mixed.err, "part2.csv:1: error: its fields are separated by ';', those of "),
                mixed.err);
  CHECK(contains(mixed.err, "part1.csv by ','"));
  folder.write("q.yaml",
               "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: adam\nstop: {steps: 2}\n");
  for (const std::string number : {"1,23,456", "12'345", "1_234"}) {
    folder.write("t.csv", "a;y\n1;2\n" + number + ";4\n5;6\n");
    const Result groups = run(folder, {"solve", "q.yaml"});
    CHECK(groups.code == 4);
    CHECK_MESSAGE(contains(groups.err, "data.thousands is for groups of three digits"), groups.err);
  }
}

TEST_CASE("numbers with the other decimal sign than the training files' are told to be written with theirs") {
  const Folder folder;
  folder.write("t.csv", "x,z,y\n1.5,1,2\n2.5,2,3\n3.5,2,5\n");
  folder.write("p.yaml",
               "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: adam\nstop: {steps: 2}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "r"}).code == 0);
  const auto says = [&](const std::string& cell, const std::string& text) {
    folder.write("new.csv", "x,z\n1.5,1\n" + cell + ",2\n");
    const Result result = run(folder, {"predict", "-m", "r", "new.csv"});
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, text), result.err);
  };
  says(
      "\"1,5\"",
      "(decimals stand behind a point here, as data.decimal says or the training files have it: write '1.5')");
  says("\"1,500\"", "(set data.thousands: \",\" where it separates groups of three digits)");
  says("\"1,23,456\"", "(take what stands between the digits out of the file");
  says("abc", "(if it stands for a missing cell, set data.missing: ");
}

TEST_CASE("long classes stay apart in the table, and predict names the class of its f1") {
  const Folder folder;
  std::string rows = "a,y\n";
  for (int i = 0; i < 30; ++i)
    rows += std::to_string(i % 7) + ",123456789012345678901234" + (i % 2 == 0 ? "1" : "2") + "\n";
  folder.write("t.csv", rows);
  folder.write("p.yaml",
               "data: {train: t.csv, target: y}\nmodel: logistic\noptimizer: adam\nstop: {steps: 5}\n");
  const Result solved = run(folder, {"solve", "p.yaml", "-o", "r"});
  REQUIRE_MESSAGE(solved.code == 0, solved.err);
  CHECK_MESSAGE(contains(solved.out, "...9012341  ...9012342"), solved.out);
  CHECK(contains(run(folder, {"predict", "-m", "r", "t.csv"}).err,
                 "(of the class '1234567890123456789012342')"));
}

}  // namespace
}  // namespace lookahead::cli
