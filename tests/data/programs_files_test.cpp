#include <algorithm>
#include <cmath>

#include "files.hpp"

// Files as R, pandas, Excel and instruments write them.
using namespace lookahead;

namespace {

bool noted(const std::vector<std::string>& notes, const std::string& part) {
  return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) { return holds(note, part); });
}

DataOptions scaled() {
  DataOptions options = raw_options("", "y");
  options.standardize = Standardize::numeric;
  return options;
}

}  // namespace

TEST_CASE("texts of a column that are the same number are one level, and named") {
  const std::string rows = "c,y\n1e5,1\n100000,2\na,3\nb,4\nc,4\n7,5\n";
  const auto p = good(rows);
  CHECK(p.encoding.feature_names() == Names{"c=7", "c=100000", "c=a", "c=b", "c=c"});
  CHECK(
      noted(p.notes,
            "texts that are the same number are one level: 'c' '100000', '1e5' are 100000 (data.categorical "
            "keeps them apart)"));
  DataOptions apart = raw_options("", "y");
  apart.categorical = {false, {"c"}};
  CHECK(!noted(good(rows, apart).notes, "are one level"));
}

TEST_CASE("what differs by rounding alone is a constant") {
  const std::string rows = "a,b,y\n0.3,1700000000,1\n0.30000000000000004,1700000100,2\n0.3,1700000200,4\n";
  const auto p = good(rows, scaled());
  CHECK(p.encoding.columns[0].sd == 0);
  CHECK(p.encoding.columns[1].sd > 80);
  CHECK(noted(p.notes,
              "column 'a' varies by no more than doubles of that size are rounded, taken as constant"));
  CHECK(!noted(p.notes, "the same value"));
  for (std::size_t row = 0; row < 3; ++row) CHECK(p.train.features[2 * row] == 0);
  const Folder folder;
  DataOptions sparse;
  sparse.standardize = Standardize::numeric;
  sparse.train = folder.write("t.svm", "1 1:0.3 2:1\n2 1:0.30000000000000004 2:5\n4 1:0.3 2:2\n");
  const auto q = prepare<double>(sparse, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(q), faults_of(q));
  CHECK(q->encoding.scales[0] == 0);
  CHECK(q->encoding.scales[1] > 1);
  CHECK(noted(q->notes, "the index 1 has the same value in all training rows, taken as 0"));
}

TEST_CASE("whole numbers that a double tells apart are no rounding, however large they are") {
  std::string rows = "t,y\n";
  for (int i = 0; i < 12; ++i)
    rows.append("100000000000000")
        .append(std::to_string(i % 3))
        .append(",")
        .append(std::to_string(i % 3))
        .append("\n");
  const auto p = good(rows, scaled());
  CHECK(p.encoding.columns[0].sd == doctest::Approx(std::sqrt(2.0 / 3)).epsilon(1e-12));
  CHECK(!noted(p.notes, "the same value"));
  const auto edge = good("a,y\n9007199254740992,0\n9007199254740990,5\n9007199254740992,0\n", scaled());
  CHECK(edge.encoding.columns[0].sd > 0.9);
}

TEST_CASE("rows of the weight 0 belong to their class, whatever text they have of its number") {
  DataOptions numbers = weighted();
  numbers.task = TaskChoice::classification;
  const auto q = good("x,w,y\n1,0,01\n2,1,1\n3,1,0\n4,2,0\n5,0,00\n", numbers);
  CHECK(q.encoding.classes.size() == 2);
  CHECK(q.train.targets[0] == q.train.targets[1]);
  CHECK(q.train.targets[4] == q.train.targets[3]);
  CHECK(noted(q.notes, "labels that are the same number are one class"));
}

TEST_CASE("a first column without a name that tells the rows apart is an index in files of any size") {
  for (const char* rows :
       {"\"\",\"a\",\"y\"\n\"1\",5,1\n\"2\",7,2\n\"3\",6,4\n", ",a,y\n0,5,1\n1,7,2\n2,6,4\n",
        "\"\",\"a\",\"y\"\n\"7\",5,1\n\"3\",7,2\n\"12\",6,4\n",
        "\"\",\"a\",\"y\"\n\"Mazda\",5,1\n\"Fiat\",7,2\n\"Honda\",6,4\n"}) {
    const auto p = good(rows);
    CHECK_MESSAGE(p.encoding.feature_names() == Names{"a"}, rows);
    CHECK(noted(p.notes, "column '' is left out: it"));
  }
  // One that comes again tells something, and so does one with a name.
  CHECK(good("\"\",\"a\",\"y\"\n\"u\",5,1\n\"v\",7,2\n\"u\",6,4\n").encoding.feature_names() ==
        Names{"=u", "=v", "a"});
  CHECK(good("k,a,y\n1,5,1\n2,7,2\n3,6,4\n").encoding.feature_names() == Names{"k", "a"});
}

TEST_CASE("fields without a name or a cell are left out") {
  const auto p = good("a;b;y;;\n1;2;3;;\n2;4;5;;\n3;1;9;;\n");
  CHECK(p.encoding.feature_names() == Names{"a", "b"});
  CHECK(noted(p.notes, "rows end in 2 separators"));
  CHECK(good("a,b,y,,,\n1,2,3\n2,4,5\n3,1,9\n").encoding.feature_names() == Names{"a", "b"});
  CHECK(good("a,b,y,,,\n1,2,3,\n2,4,5,\n3,1,9,\n").encoding.feature_names() == Names{"a", "b"});
  const auto q = good("a,b,,,y\n1,2,,,3\n2,4,,,5\n3,1,,,9\n");
  CHECK(q.encoding.feature_names() == Names{"a", "b"});
  CHECK(noted(q.notes, "field 3 is left out: it has neither a name nor a cell"));
  CHECK(noted(q.notes, "field 4 is left out"));
  // The same layout in other files, with or without what is left out.
  const Folder folder;
  for (const char* text : {"a,b,,,y\n7,8,,,9\n", "a,b,y\n7,8,9\n", "a,b,y,,\n7,8,9,,\n"}) {
    const auto other = encode_file<double>(q.encoding, {folder.write("o.csv", text)}, TargetNeed::required);
    REQUIRE_MESSAGE(bool(other), faults_of(other));
    CHECK(numbers(other->data) == Numbers{7, 8});
  }
  CHECK(holds(faults_in("a,,,y\n1,5,2,3\n2,6,4,5\n3,7,1,9\n"), "two columns are named ''"));
  // A text far down the file is no slip that goes unnoticed.
  std::string far = "a,b,y,,\n";
  for (int i = 0; i < 20000; ++i) far += "1,2," + std::to_string(i) + (i == 19000 ? ",,x\n" : ",,\n");
  CHECK(holds(faults_in(far), "train.csv:19002:5: error: the text 'x' behind the last separator"));
}

TEST_CASE("a first line sep= names the separator") {
  for (const char* text :
       {"sep=;\na;b;y\n1,5;2;3\n2,5;4;5\n", "\"sep=;\"\r\na;b;y\r\n1,5;2;3\r\n2,5;4;5\r\n"}) {
    const auto p = good(text);
    CHECK(p.encoding.feature_names() == Names{"a", "b"});
    CHECK(noted(p.notes, "separator ';', as its first line says"));
    CHECK(numbers(p.train) == Numbers{1.5, 2, 2.5, 4});
    const Folder folder;
    const auto other = encode_file<double>(p.encoding, {folder.write("o.csv", text)}, TargetNeed::required);
    REQUIRE_MESSAGE(bool(other), faults_of(other));
    CHECK(numbers(other->data) == numbers(p.train));
  }
  DataOptions skipping = raw_options("", "y");
  skipping.skip_lines = 1;
  CHECK(good("sep=;\na;b;y\n1;2;3\n2;4;5\n", skipping).encoding.feature_names() == Names{"a", "b"});
}

TEST_CASE("lines above the header are counted in the cure") {
  CHECK(
      holds(faults_in("\"Data Source\",\"Indicators\"\n\n\"Updated\",\"2024-01-01\"\n\na,b,c,d,y\n1,2,3,4,5\n"
                      "2,3,4,5,7\n3,4,5,6,9\n4,5,6,9,1\n5,6,7,8,9\n"),
            "data.skip_lines: 4 leaves out the lines that stand above the header"));
}

TEST_CASE("a file of judging rows in another form says what differs, and under which key") {
  const Folder folder;
  DataOptions options = raw_options("", "y");
  options.validation.file = folder.write("v.csv", "a,b,y\n1,2,v\n");
  const std::string text = "a,b,y\n1,2,u\n2,3,w\n3,3,u\n";
  const std::string unknown = faults_in(text, options);
  CHECK(
      holds(unknown,
            "the class 'v' does not occur in the training data (correct it in the file of data.validation"));
  CHECK(!holds(unknown, "data.test"));
  options.validation.file = folder.write("s.csv", "a;b;y\n1;2;u\n");
  CHECK(holds(faults_in(text, options),
              "s.csv:1: error: its fields are separated by ';', those of the training file by ','"));
  DataOptions bare = raw_options("", "3");
  bare.validation.file = folder.write("n.csv", "1;2;u\n");
  CHECK(holds(faults_in("1,2,u\n2,3,w\n3,3,u\n", bare), "its fields are separated by ';'"));
  options.validation.file.clear();
  options.standardize_target = true;
  CHECK(noted(good(text, options).notes, "data.standardize_target has no effect on classes"));
}
