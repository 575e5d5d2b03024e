#include "data/prepare.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/encode/split.hpp"
#include "data/row_stream.hpp"
#include "files.hpp"

using namespace lookahead;

TEST_CASE("texts become a column for every level, in byte order") {
  const auto p = good("x,c,y\n1,b,1\n2,a,2\n3,B,4\n");
  CHECK(p.encoding.feature_names() == Names{"x", "c=B", "c=a", "c=b"});
  CHECK(numbers(p.train) == Numbers{1, 0, 0, 1, 2, 0, 1, 0, 3, 1, 0, 0});
  CHECK(p.encoding.task == Task::regression);
}

TEST_CASE("numbers are read in every usual notation") {
  const auto p = good("x,y\n-1.5e3,1\n+2,2\n.5,3\n5.,4\n0.1234567890123456789,5\n007,6\n-0,7\n");
  CHECK(numbers(p.train) == Numbers{-1500, 2, 0.5, 5, 0.1234567890123456789, 7, 0});
  const auto q = good("x;y\n1,5;2\n-,25;3\n1e-2;4\n");
  CHECK(numbers(q.train) == Numbers{1.5, -0.25, 0.01});
}

TEST_CASE("a column is text if at least half of its cells are not numbers") {
  CHECK(good("x,y\n1,1\na,2\n2,3\nb,4\n").encoding.feature_names() == Names{"x=1", "x=2", "x=a", "x=b"});
  CHECK(faults_in("x,y\n1,1\na,2\n2,3\n") ==
        "train.csv:3:1: error: column 'x': 'a' is not a number (if it stands for a missing cell, set "
        "data.missing: {policy: drop, marks: [\"\", NA, \"nan\", \"?\", a]})\n");
  CHECK(good("x,y\n?,1\na,2\n1,3\n", with(MissingPolicy::drop)).encoding.feature_names() ==
        Names{"x=1", "x=a"});
}

TEST_CASE("a column listed as categorical keeps its texts as they stand") {
  DataOptions options = raw_options("", "y");
  options.categorical = {false, {"c"}};
  CHECK(good("c,y\n01,1\n1,2\n1.0,3\n", options).encoding.feature_names() == Names{"c=01", "c=1", "c=1.0"});
  CHECK(good("c,y\n01,a\n1,b\n", options).encoding.classes == Names{"a", "b"});
}

TEST_CASE("texts among numbers are reported once a column, with their count") {
  std::string text = "x,z,y\n";
  for (int i = 0; i < 100; ++i)
    text += (i % 3 == 0 ? "PC 1" + std::to_string(i % 4) : "1") + (i == 50 ? ",b," : ",1,") +
            std::to_string(i) + "\n";
  CHECK(
      faults_in(text) ==
      "train.csv:2:1: error: column 'x': 34 cells are not numbers, such as 'PC 10', 'PC 13', 'PC 12' "
      "(if they stand for missing cells, set data.missing: {policy: drop, marks: [\"\", NA, \"nan\", \"?\", "
      "\"PC 10\", \"PC 13\", \"PC 12\", ...]}; data.categorical makes a level of every text, data.drop "
      "leaves the column out)\n"
      "train.csv:52:2: error: column 'z': 'b' is not a number (if it stands for a missing cell, set "
      "data.missing: {policy: drop, marks: [\"\", NA, \"nan\", \"?\", b]})\n");
  const Folder folder;
  const auto p = good("x,y\n1,1\n2,2\n3,4\n");
  CHECK(holds(faults_of(encode_file<double>(p.encoding, {folder.write("a.csv", "x\na\n1\na\n")},
                                            TargetNeed::optional)),
              "a.csv:2:1: error: column 'x': 2 cells are not numbers, the first is 'a'"));
}

TEST_CASE("a text among numbers is cured by the line that is proposed, as marks replace those there are") {
  const std::string text = "x,y\nNA,1\n2,2\n-,3\n4,5\n5,6\n";
  DataOptions options = with(MissingPolicy::impute);
  options.missing.columns.marks = {{"y", {"-9"}}};
  CHECK(holds(faults_in(text, options),
              "set data.missing: {policy: impute, marks: [\"\", NA, \"nan\", \"?\", \"-\"], columns: {y: "
              "[\"-9\"]}})"));
  options.missing.marks = {"NA"};
  CHECK(holds(faults_in(text, options), "marks: [NA, \"-\"], columns"));
  options.missing.marks = {"NA", "-"};
  CHECK(good(text, options).train.rows == 5);
  // As SQL writes nothing: without quotes it would be nothing to YAML too.
  CHECK(holds(faults_in("x,y\nNULL,1\n2,2\n3,3\n"), "marks: [\"\", NA, \"nan\", \"?\", \"NULL\"]"));
}

TEST_CASE("what is filled is said to be filled, of every column, and rows without a target are dropped") {
  std::string header, cells, empty;
  for (int j = 0; j < 12; ++j) {
    header += "x" + std::to_string(j) + ",";
    cells += std::to_string(j) + ",";
    empty += ",";
  }
  const auto p =
      good(header + "y\n" + cells + "1\n" + empty + "2\n" + cells + "\n", with(MissingPolicy::impute));
  CHECK(p.train.rows == 2);
  const std::string dropped = p.notes[p.notes.size() - 2];
  CHECK(holds(dropped, "1 of 3 rows dropped: target 'y' is missing there"));
  CHECK(holds(p.notes.back(), "missing cells filled: 1 in 'x0', "));
  CHECK(holds(p.notes.back(), "1 in 'x9', and 2 more columns"));
}

TEST_CASE("a target that is missing throughout is reported as that") {
  CHECK(holds(
      faults_in("x,y\n1,\n2,?\n", with(MissingPolicy::impute)),
      "no row is left: each has missing cells (2 in 'y') (the target has no value at all: choose another"));
}

TEST_CASE("numbers that are not finite are refused") {
  CHECK(holds(faults_in("x,y\n1,1\ninf,2\n3,4\n"), "train.csv:3:1: error: column 'x': 'inf' is not finite"));
  CHECK(holds(faults_in("x,y\n1,1\n1e999,2\n3,4\n"), "'1e999' is not finite"));
  CHECK(
      holds(faults_in("x,y\n1,1\n2,-inf\n3,4\n"), "train.csv:3:2: error: target 'y': '-inf' is not finite"));
  const Folder folder;
  const auto options = raw_options(folder.write("train.csv", "x,y\n1e300,1\n2,3\n4,5\n"), "y");
  CHECK(holds(faults_of(prepare<float>(options, {}, 1)),
              "column 'x' holds numbers beyond the range of single"));
  CHECK(bool(prepare<double>(options, {}, 1)));
}

TEST_CASE("missing cells are refused, dropped or filled") {
  const std::string text = "x,c,y\n1,a,1\n?,a,2\n3,NA,3\n4,b,4\n";
  CHECK(faults_in(text) ==
        "train.csv:3:1: error: column 'x': 1 cell is missing, the first is '?' (data.missing can drop or "
        "impute)\n"
        "train.csv:4:2: error: column 'c': 1 cell is missing, the first is 'NA' (data.missing can drop or "
        "impute)\n");
  const auto dropped = good(text, with(MissingPolicy::drop));
  CHECK(numbers(dropped.train) == Numbers{1, 1, 0, 4, 0, 1});
  CHECK(holds(dropped.notes.back(), "2 of 4 rows dropped: missing cells, 1 in 'x', 1 in 'c'"));
  const auto filled = good(text, with(MissingPolicy::impute));
  CHECK(filled.encoding.feature_names() == Names{"x", "c=NA", "c=a", "c=b"});
  CHECK(filled.train.features[4] == doctest::Approx(8.0 / 3));
  CHECK(filled.train.features[9] == 1);
  CHECK(holds(faults_in(text, with(MissingPolicy::mean)),
              "train.csv:4:2: error: column 'c': 1 cell is missing"));
  CHECK(numbers(good("x,y\n1,1\nnan,2\n3,4\n", with(MissingPolicy::mean)).train) == Numbers{1, 2, 3});
}

TEST_CASE("missing cells of columns that are not used do not matter") {
  DataOptions options = with(MissingPolicy::drop);
  options.drop = {"c"};
  CHECK(good("x,c,y\n1,?,1\n2,,2\n3,a,4\n", options).train.rows == 3);
}

TEST_CASE("rows without a target are dropped, or refused") {
  CHECK(good("x,y\n1,1\n2,?\n3,4\n5,6\n", with(MissingPolicy::impute)).train.rows == 3);
  CHECK(holds(faults_in("x,y\n1,1\n2,?\n3,4\n"), "train.csv:3:2: error: target 'y': 1 cell is missing"));
  CHECK(holds(faults_in("x,y\n?,1\n2,?\n", with(MissingPolicy::drop)), "no row is left"));
  CHECK(holds(faults_in("x,z,y\n?,1,1\n?,2,3\n?,2,4\n", with(MissingPolicy::impute)),
              "column 'x' has no value"));
}

TEST_CASE("numeric columns are standardized by the population, constant ones become 0") {
  DataOptions options = raw_options("", "y");
  options.standardize = Standardize::numeric;
  const auto p = good("x,k,c,y\n1,0.1,a,1\n2,0.1,b,2\n6,0.1,a,4\n", options);
  const double sd = std::sqrt(14.0 / 3);
  CHECK(p.encoding.columns[0].mean == 3);
  CHECK(p.encoding.columns[0].sd == doctest::Approx(sd).epsilon(1e-15));
  CHECK(p.train.features[0] == doctest::Approx(-2 / sd).epsilon(1e-15));
  CHECK(p.train.features[1] == 0);
  CHECK(p.train.features[2] == 1);
  CHECK(p.encoding.columns[1].sd == 0);
  CHECK(p.train.targets == Numbers{1, 2, 4});
  options.standardize_target = true;
  const auto q = good("x,y\n1,1\n2,2\n5,6\n", options);
  CHECK(q.train.targets[2] == doctest::Approx(3 / sd).epsilon(1e-15));
}

TEST_CASE("standard deviations are exact far from zero") {
  std::string text = "x,y\n";
  for (int i = 0; i < 30000; ++i)
    text += "1000000000" + std::to_string(i % 3 + 1) + "," + std::to_string(i) + "\n";
  DataOptions options = raw_options("", "y");
  options.standardize = Standardize::numeric;
  const auto p = good(text, options);
  CHECK(p.encoding.columns[0].mean == 10000000002);
  CHECK(std::abs(p.encoding.columns[0].sd / std::sqrt(2.0 / 3) - 1) < 1e-14);
}

TEST_CASE("the task follows the target, and a note says why") {
  const auto text = good("x,y\n1,no\n2,yes\n3,no\n");
  CHECK(text.encoding.task == Task::classification);
  CHECK(text.encoding.classes == Names{"no", "yes"});
  CHECK(text.train.targets == Numbers{0, 1, 0});
  CHECK(holds(text.notes.back(),
              "task classification, 2 classes (no, yes), because of target 'y': it is text"));
  CHECK(good("x,y\n1,2\n2,1\n3,2\n").encoding.classes == Names{"1", "2"});
  CHECK(holds(good("x,y\n1,2\n2,1\n3,5\n").notes.back(),
              "task regression, because of target 'y': it is numeric"));
  CHECK(good("x,y\n1,01\n2,10\n3,1\n", raw_options("", "y"), Task::classification).encoding.classes ==
        Names{"1", "10"});
  CHECK(good("x,y\n1,0\n2,1\n3,1\n", raw_options("", "y"), Task::regression).encoding.task ==
        Task::regression);
}

TEST_CASE("a target that does not fit the task is refused") {
  const Folder folder;
  const std::string file = folder.write("train.csv", "x,y\n1,a\n2,b\n");
  CHECK(
      holds(faults_of(prepare<double>(raw_options(file, "y"), Task::regression, 1)),
            "train.csv:2:2: error: target 'y' is text, which a regression cannot predict (set data.task: "));
  CHECK(holds(faults_in("x,y\n1,a\n2,a\n"), "target 'y' has only one class, 'a'"));
  DataOptions options = raw_options(file, "y");
  options.task = TaskChoice::classification;
  const auto contradiction = prepare<double>(options, Task::regression, 1);
  REQUIRE_FALSE(bool(contradiction));
  CHECK(contradiction.faults().front().kind == FaultKind::problem);
}

TEST_CASE("too many different texts are refused before they fill the memory") {
  std::string text = "id,y\nn0,1\n";
  for (int i = 0; i < 70000; ++i) text += "n" + std::to_string(i) + "," + std::to_string(i) + "\n";
  CHECK(holds(faults_in(text),
              "train.csv:65539:1: error: column 'id' holds too many different texts (65536 by this "
              "line) (list it in data.drop)"));
}

TEST_CASE("a factorization has more members than a feature has levels") {
  std::string text = "who,what,stars\n";
  for (int i = 0; i < 140000; ++i)
    text += "u" + std::to_string(i % 70000) + "," + std::to_string(i % 66000) + "," + std::to_string(i % 5) +
            "\n";
  const Folder folder;
  DataOptions options = raw_options(folder.write("train.csv", text), "stars");
  options.categories = true;
  const auto prepared = prepare<double>(options, Task::regression, 2);
  REQUIRE_MESSAGE(bool(prepared), faults_of(prepared));
  CHECK(prepared->train.columns == 70000 + 66000);
  // Many members make no small pieces, each of which would look all of them up again.
  auto stream = RowStream<double>::open(prepared->encoding, TestFile{options.train.paths.front(), 0, ""},
                                        TargetNeed::optional, 1);
  REQUIRE_MESSAGE(bool(stream), faults_of(stream));
  const auto piece = stream->next();
  REQUIRE_MESSAGE(bool(piece), faults_of(piece));
  CHECK(piece->records == 140000);
  CHECK(piece->data.indices == prepared->train.indices);
  // Files one after the other, as one.
  const std::string half = folder.write("half.csv", text.substr(0, text.find("u65000,")));
  const std::string rest = folder.write("rest.csv", "who,what,stars\n" + text.substr(text.find("u65000,")));
  options.train.paths = {half, rest};
  const auto both = prepare<double>(options, Task::regression, 2);
  REQUIRE_MESSAGE(bool(both), faults_of(both));
  CHECK(both->train.indices == prepared->train.indices);
}

TEST_CASE("a fraction is held out, stratified by class, the same for the same seed") {
  std::string text = "x,y\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(3 * i) + (i < 20 ? ",a\n" : ",b\n");
  DataOptions options = raw_options("", "y");
  options.validation.fraction = 0.2;
  const auto p = good(text, options), q = good(text, options);
  REQUIRE(p.validation.has_value());
  CHECK(p.train.rows == 80);
  CHECK(p.validation->rows == 20);
  CHECK(std::count(p.validation->targets.begin(), p.validation->targets.end(), 0.0) == 4);
  CHECK(p.train.features == q.train.features);
  CHECK(std::is_sorted(p.train.features.begin(), p.train.features.end()));
  CHECK(std::is_sorted(p.validation->features.begin(), p.validation->features.end()));
  std::set<double> all(p.train.features.begin(), p.train.features.end());
  all.insert(p.validation->features.begin(), p.validation->features.end());
  CHECK(all.size() == 100);
}

TEST_CASE("held-out rows have no say in means and levels") {
  std::string text = "x,c,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i * i) + ",t" + std::to_string(i) + "," + std::to_string(i) + "\n";
  DataOptions options = raw_options("", "y");
  options.validation.fraction = 0.25;
  options.keep = {"c"};
  options.standardize = Standardize::numeric;
  const auto p = good(text, options);
  CHECK(p.train.rows == 30);
  CHECK(p.train.columns == 31);
  double sum = 0;
  for (Index i = 0; i < 30; ++i) sum += p.train.features[static_cast<std::size_t>(i * 31)];
  CHECK(std::abs(sum) < 1e-12);
  CHECK(holds(p.notes.back(), "10 cells of 'c' hold levels not seen in training, taken as zeros"));
}

TEST_CASE("a split leaves a row on both sides, and a row of every class for training") {
  for (const double fraction : {0.001, 0.5, 0.999}) {
    const std::vector<std::uint32_t> classes = {0, 1, 0, 1, 2};
    const auto held_out = held_out_rows(classes, fraction, 3);
    CHECK(std::count(held_out.begin(), held_out.end(), true) >= 1);
    for (std::uint32_t c = 0; c < 3; ++c) {
      bool trained = false;
      for (std::size_t i = 0; i < classes.size(); ++i) trained = trained || (classes[i] == c && !held_out[i]);
      CHECK(trained);
    }
  }
  DataOptions options = raw_options("", "y");
  options.validation.fraction = 0.5;
  CHECK(holds(faults_in("x,y\n1,2.5\n", options), "one row can not be split for validation"));
}

TEST_CASE("test and validation files are encoded like the training file") {
  const Folder folder;
  DataOptions options = raw_options(folder.write("train.csv", "x,c,y\n1,a,no\n3,b,yes\n5,b,no\n"), "y");
  options.standardize = Standardize::numeric;
  options.test = TestFile{folder.write("test.csv", "junk\nextra,y,c,x\n9,yes.,b,3\n9,no.,zz,5\n"), 1, "."};
  options.validation.file = folder.write("valid.csv", "x,c,y\n3,a,no\n");
  const auto p = prepare<double>(options, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  const double sd = std::sqrt(8.0 / 3);
  REQUIRE(p->test->rows == 2);
  CHECK(p->test->features[0] == 0);
  CHECK(p->test->features[3] == doctest::Approx(2 / sd));
  CHECK(p->test->features[4] == 0);
  CHECK(p->test->features[5] == 0);
  CHECK(p->test->targets == Numbers{1, 0});
  CHECK(numbers(*p->validation) == Numbers{0, 1, 0});
  CHECK(holds(p->notes.back(), "test.csv: 1 cell of 'c' holds a level not seen in training, taken as zeros"));
}

TEST_CASE("a test file that does not fit says where") {
  const Folder folder;
  DataOptions options = raw_options(folder.write("train.csv", "age,c,y\n1,a,no\n3,b,yes\n5,b,no\n"), "y");
  const auto faults = [&](const std::string& test) {
    options.test = TestFile{folder.write("test.csv", test), 0, ""};
    return faults_of(prepare<double>(options, std::nullopt, 1));
  };
  CHECK(holds(faults("age,c,y\n1,a,no.\n"),
              "test.csv:2:3: error: the class 'no.' does not occur in the training"));
  CHECK(holds(faults("agee,c,y\n1,a,no\n"),
              "test.csv: error: no column 'age', which the training file has (did you mean 'agee'?)"));
  CHECK(holds(faults("age,c\n1,a\n"), "no target column 'y'"));
  CHECK(holds(faults("age,c,y\nold,a,no\n"), "test.csv:2:1: error: column 'age': 'old' is not a number"));
  CHECK(holds(faults("age,c,y\n?,a,no\n"), "test.csv:2:1: error: column 'age': 1 cell is missing"));
  CHECK(holds(faults("age,c,y\ninf,a,no\n"), "'inf' is not finite"));
}

TEST_CASE("prediction reads files with and without the target") {
  const Folder folder;
  const auto p = good("1,a,no\n3,b,yes\n5,b,no\n", raw_options("", "3"));
  CHECK(p.encoding.feature_names() == Names{"1", "2=a", "2=b"});
  const auto with_target = encode_file<float>(
      p.encoding, {folder.write("a.csv", "7,a,yes\n8,b,maybe\n9,a,?\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(with_target), faults_of(with_target));
  CHECK(with_target->has_target);
  CHECK(with_target->unlabeled == 2);
  CHECK(with_target->data.targets[0] == 1);
  CHECK(std::isnan(with_target->data.targets[1]));
  const auto without =
      encode_file<float>(p.encoding, {folder.write("b.csv", "7,a\n8,b\n")}, TargetNeed::optional);
  REQUIRE(bool(without));
  CHECK_FALSE(without->has_target);
  CHECK(numbers(without->data) == Numbers{7, 1, 0, 8, 0, 1});
  CHECK(holds(
      faults_of(encode_file<float>(p.encoding, {folder.write("c.csv", "7\n8\n")}, TargetNeed::optional)),
      "c.csv: error: 1 fields, but the training file has 3"));
}

TEST_CASE("prediction says which rows were dropped, and fills as in training") {
  const Folder folder;
  const auto file = folder.write("a.csv", "c,x\nb,1\n?,2\na,?\na,4\n");
  const auto dropping = good("x,c,y\n1,a,1\n2,b,2\n3,a,7\n", with(MissingPolicy::drop));
  const auto dropped = encode_file<double>(dropping.encoding, {file}, TargetNeed::optional);
  REQUIRE(bool(dropped));
  CHECK(dropped->dropped == std::vector<Index>{1, 2});
  CHECK(dropped->records == 4);
  const auto filling = good("x,c,y\n1,a,1\n2,b,2\n3,NA,7\n", with(MissingPolicy::impute));
  const auto filled = encode_file<double>(filling.encoding, {file}, TargetNeed::optional);
  REQUIRE(bool(filled));
  CHECK(numbers(filled->data) == Numbers{1, 0, 0, 1, 2, 1, 0, 0, 2, 0, 1, 0, 4, 0, 1, 0});
}

TEST_CASE("an encoding survives the way through a node") {
  DataOptions options = with(MissingPolicy::impute);
  options.standardize = Standardize::numeric;
  options.separator.value = ';';
  const auto text = good("x;c;y\n0,1;a;no\n?;?;yes\n0,7;b;no\n", options);
  const auto back = encoding_from(to_node(text.encoding));
  REQUIRE_MESSAGE(bool(back), faults_of(back));
  CHECK(*back == text.encoding);
  const auto number = good("x,y\n0.1,0.3\n7,2\n9,5\n");
  CHECK(*encoding_from(to_node(number.encoding)) == number.encoding);
  Node damaged = to_node(text.encoding);
  damaged.members.front().key = "heder";
  CHECK(holds(faults_of(encoding_from(damaged)), "heder"));
}
