#include "data/sparse/libsvm.hpp"

#include <cmath>

#include "base/text.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

const std::string sparse_text =
    "+1 1:0.5 3:2 # a comment\n"
    "-1 2:1e-1\n"
    "\n"
    "# only a comment\n"
    "1.0\t1:-1\t4:8\r\n"
    "-1\n";

DataOptions sparse_options(const std::string& train) {
  DataOptions options;
  options.train = {train};
  options.format = FormatChoice::libsvm;
  return options;
}

Checked<Prepared<double>> read_sparse(const std::string& content, DataOptions options = sparse_options("")) {
  const Folder folder;
  options.train = {folder.write("train.svm", content)};
  return prepare<double>(options, std::nullopt, 1);
}

bool is_libsvm(const std::string& path) {
  InputFile file(path);
  return lookahead::is_libsvm(file).value_or(false);
}

// As a dense matrix, row after row.
template <Scalar T>
Numbers dense(const Dataset<T>& data) {
  Numbers out(static_cast<std::size_t>(data.rows * data.columns), 0);
  for (Index row = 0; row < data.rows; ++row)
    for_each_entry(data, row, [&](Index column, T value) {
      out[static_cast<std::size_t>(row * data.columns + column)] = static_cast<double>(value);
    });
  return out;
}

}  // namespace

TEST_CASE("sparse rows are read with their labels as classes") {
  const auto p = read_sparse(sparse_text);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->encoding.classes == Names{"-1", "1"});
  CHECK(p->train.sparse());
  CHECK(p->train.features.empty());
  CHECK(p->train.rows == 4);
  CHECK(p->train.columns == 4);
  CHECK(p->train.targets == Numbers{1, 0, 1, 0});
  CHECK(p->train.starts == std::vector<Index>{0, 2, 3, 5, 5});
  CHECK(dense(p->train) == Numbers{0.5, 0, 2, 0, 0, 0.1, 0, 0, -1, 0, 0, 8, 0, 0, 0, 0});
  CHECK(p->encoding.feature_names() == Names{"1", "2", "3", "4"});
  CHECK(holds(p->notes.back(),
              "task classification, 2 classes (-1, 1), because of the labels: it has two values"));
}

TEST_CASE("labels may be numbers to predict") {
  DataOptions options = sparse_options("");
  options.standardize_target = true;
  const auto p = read_sparse("1 1:1\n2 1:2\n6 1:3\n", options);
  REQUIRE(bool(p));
  CHECK(p->encoding.task == Task::regression);
  CHECK(p->train.targets[0] == doctest::Approx(-2 / std::sqrt(14.0 / 3)));
  CHECK(holds(faults_of(read_sparse("a 1:1\nb 1:2\nc 1:3\n",
                                    [] {
                                      DataOptions wanted = sparse_options("");
                                      wanted.task = TaskChoice::regression;
                                      return wanted;
                                    }())),
              "a label is no number, which a regression cannot predict"));
}

TEST_CASE("indices count from 0 where 0 occurs, and query numbers are ignored") {
  const auto p = read_sparse("0 qid:1 0:1 2:3\n1 qid:2 1:5\n");
  REQUIRE(bool(p));
  CHECK(p->train.columns == 3);
  CHECK(dense(p->train) == Numbers{1, 0, 3, 0, 5, 0});
  CHECK(p->encoding.feature_names() == Names{"0", "1", "2"});
  CHECK(holds(p->notes[1], "indices count from 0, which occurs"));
  CHECK(holds(p->notes[2], "fields qid are ignored"));
}

TEST_CASE("values are scaled on request, and zeros stay zeros") {
  DataOptions options = sparse_options("");
  CHECK(dense(read_sparse("0 1:4 2:1\n1 2:1\n", options)->train) == Numbers{4, 1, 0, 1});
  options.standardize = Standardize::numeric;
  const auto p = read_sparse("0 1:4 2:1\n1 2:1\n", options);
  REQUIRE(bool(p));
  CHECK(dense(p->train) == Numbers{2, 0, 0, 0});
  CHECK(holds(p->notes.back(), "divided by the standard deviation of their column and not centered"));
  const auto back = encoding_from(to_node(p->encoding));
  REQUIRE_MESSAGE(bool(back), faults_of(back));
  CHECK(*back == p->encoding);
}

TEST_CASE("other files keep to the indices and classes of the training rows") {
  const auto p = read_sparse(sparse_text);
  REQUIRE(bool(p));
  const Folder folder;
  const auto file = folder.write("other.svm", "1 1:3 9:1\n1:5 4:1\n7 2:2\n");
  const auto other = encode_file<float>(p->encoding, {file}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(dense(other->data) == Numbers{3, 0, 0, 0, 5, 0, 0, 1, 0, 2, 0, 0});
  CHECK(other->has_target);
  CHECK(other->unlabeled == 2);
  CHECK(holds(other->notes.back(), "other.svm: 1 value has an index that no training row has, left out"));
  CHECK(holds(faults_of(encode_file<float>(p->encoding, {file}, TargetNeed::required)),
              "other.svm:2: error: 2 rows have no label, or one that does not occur in the training data"));
  CHECK(holds(
      faults_of(encode_file<float>(p->encoding, {folder.write("zero.svm", "1 0:3\n")}, TargetNeed::optional)),
      "the index 0 occurs, but the training file counts from 1"));
}

TEST_CASE("sparse rows are held out, tested and joined like any others") {
  const Folder folder;
  std::string a, b;
  for (int i = 0; i < 20; ++i) a += std::to_string(i % 2) + " " + std::to_string(1 + i % 3) + ":1\n";
  for (int i = 0; i < 10; ++i) b += std::to_string(i % 2) + " 5:2\n";
  DataOptions options = sparse_options("");
  options.train.paths = {folder.write("a.svm", a), folder.write("b.svm.gz", gzipped(b))};
  options.validation.fraction = 0.2;
  options.test = TestFile{folder.write("c.svm", "junk\n1 2:1\n"), 1, ""};
  const auto p = prepare<double>(options, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->train.rows == 24);
  CHECK(p->train.columns == 5);
  REQUIRE(p->validation.has_value());
  CHECK(p->validation->rows == 6);
  CHECK(p->validation->starts.size() == 7);
  REQUIRE(p->test.has_value());
  CHECK(dense(*p->test) == Numbers{0, 1, 0, 0, 0});
}

TEST_CASE("features follow the indices that occur where most up to the largest do not") {
  const auto p = read_sparse("1 1:0.5 100000:2\n-1 70000:1e-1\n1 100000:4\n");
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->encoding.sparse_features == 3);
  CHECK(p->encoding.indices == std::vector<Index>{1, 70000, 100000});
  CHECK(p->encoding.feature_names() == Names{"1", "70000", "100000"});
  CHECK(p->encoding.feature_of(100000) == 2);
  for (const std::uint32_t index : {0u, 2u, 99999u, 100001u}) CHECK(p->encoding.feature_of(index) == 3);
  CHECK(dense(p->train) == Numbers{0.5, 0, 2, 0, 0.1, 0, 0, 0, 4});
  const auto again = encoding_from(to_node(p->encoding));
  REQUIRE(bool(again));
  CHECK(*again == p->encoding);
  // Up to 2^16 every index has a feature, as whoever counts columns expects.
  const auto usual = read_sparse("1 1:0.5 60000:2\n-1 7:1\n");
  REQUIRE(bool(usual));
  CHECK(usual->encoding.sparse_features == 60000);
  CHECK(usual->encoding.indices.empty());
  // An index whose value is 0 does not occur.
  const auto zero = read_sparse("1 1:0.5 2000000000:0\n-1 7:1\n");
  REQUIRE(bool(zero));
  CHECK(zero->encoding.indices == std::vector<Index>{1, 7});
}

TEST_CASE("faults of sparse rows have line and field") {
  const std::string faults =
      faults_of(read_sparse("1 1:1 2\n1 x:1\n1 2:1 1:1\n1 1:nan\n1,2 1:1\n1 1:1 1:2\n1 -1:4\n"));
  CHECK(holds(
      faults,
      "train.svm:1:3: error: '2' is no index:value (a row is label index:value index:value ..., with "));
  CHECK(holds(faults, "train.svm:2:2: error: 'x:1' is no index:value"));
  CHECK(holds(faults, "train.svm:3:3: error: the index 1 comes after 2 (the indices of a row have to rise)"));
  CHECK(holds(faults, "train.svm:4:2: error: '1:nan' has no finite value"));
  CHECK(holds(faults, "train.svm:5:1: error: several labels, '1,2' (a row has one label or target)"));
  CHECK(holds(faults, "train.svm:6:3: error: the index 1 comes after 1"));
  CHECK(holds(faults, "train.svm:7:2: error: '-1:4' is no index:value"));
  std::string many;
  for (int i = 0; i < 50; ++i) many += "1 x\n";
  const std::string twenty = faults_of(read_sparse(many));
  CHECK(std::count(twenty.begin(), twenty.end(), '\n') == 20);
  CHECK(holds(twenty, "31 more faults in this file"));
  CHECK(holds(faults_of(read_sparse("# nothing\n")), "train.svm: error: no rows of data"));
  CHECK(holds(faults_of(read_sparse("1 1:1\n 2:2\n0 1:3\n")), "train.svm:2: error: the row has no label"));
}

TEST_CASE("the format is known by the name or by the first rows") {
  const Folder folder;
  CHECK(is_libsvm(folder.write("a.svm", "anything")));
  CHECK(is_libsvm(folder.path("a.libsvm.gz")));
  CHECK(is_libsvm(folder.write("b.txt", "# comment\n" + sparse_text)));
  CHECK_FALSE(is_libsvm(folder.write("b.csv", sparse_text)));
  CHECK_FALSE(is_libsvm(folder.write("c.txt", "1 2 3\n4 5 6\n")));
  CHECK_FALSE(is_libsvm(folder.write("d.txt", "a b\n1 1:2\n")));
  CHECK_FALSE(is_libsvm(folder.write("e.txt", "1\n2\n")));
  CHECK_FALSE(is_libsvm(folder.path("none.txt")));
  DataOptions options;
  options.train = {folder.path("b.txt")};
  const auto p = prepare<double>(options, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(holds(p->notes.front(), "b.txt: format libsvm (guessed)"));
  options.train = {folder.path("c.txt")};
  const auto table = prepare<double>(options, std::nullopt, 1);
  REQUIRE_FALSE(bool(table));
  CHECK(table.faults().front().kind == FaultKind::problem);
  CHECK(holds(faults_of(table), "data needs the key 'target'"));
}

TEST_CASE("what only tables have does not go with sparse rows") {
  DataOptions options = sparse_options("");
  options.target = "y";
  options.drop = {"a"};
  options.standardize = Standardize::all;
  const auto p = read_sparse(sparse_text, options);
  REQUIRE_FALSE(bool(p));
  CHECK(p.faults().size() == 3);
  CHECK(holds(faults_of(p), "data.target does not go with the format libsvm"));
  CHECK(holds(faults_of(p), "data.standardize: all does not go with the format libsvm"));
}

TEST_CASE("blanks may stand between an index and its value, and lines end by any line end") {
  const auto plain = read_sparse("1 1:.5 63:.25\n-1 2:1\n1 1:2\n");
  REQUIRE_MESSAGE(bool(plain), faults_of(plain));
  for (const char* other : {"1 1: .5 63:\t.25 \n-1 2: 1\n1 1:2\n", "1 1:.5 63:.25\r-1 2:1\r1 1:2\r",
                            "1 1:.5 63:.25\r-1 2:1\r1 1:2", "1 1:.5 63:.25\r\n\r\n-1 2:1\r1 1:2\n",
                            "1 1:.5  63: .25 # x\r\r-1 2:1\r\n1 1:2\r\n"}) {
    const auto p = read_sparse(other);
    REQUIRE_MESSAGE(bool(p), faults_of(p));
    CHECK(dense(p->train) == dense(plain->train));
    CHECK(p->train.targets == plain->train.targets);
  }
  CHECK(holds(faults_of(read_sparse("1 1:1\r\n\r1 1: 2:1\n")),
              "train.svm:3:2: error: '1: 2:1' has no finite value"));
  CHECK(holds(faults_of(read_sparse("1 1:1\n1 2:\n")), "train.svm:2:2: error: '2:' has no finite value"));
  // Over the ends of the blocks that a file is read in.
  std::string many;
  for (int i = 0; i < 90000; ++i) many += std::to_string(i % 2) + " 1:" + std::to_string(i % 7) + "\r\n";
  const auto p = read_sparse(many);
  REQUIRE(bool(p));
  CHECK(p->train.rows == 90000);
}

TEST_CASE("a file that counts its indices from another number than the training file is refused") {
  const auto p = read_sparse("1 0:1 1:2 2:3\n0 0:2 2:1\n");
  REQUIRE(bool(p));
  const Folder folder;
  const auto other = [&](const std::string& rows) {
    return faults_of(
        encode_file<double>(p->encoding, {folder.write("other.svm", rows)}, TargetNeed::required));
  };
  CHECK(holds(other("1 1:1 2:2 3:3\n0 1:2 3:1\n"),
              "the indices go up to 3 without 0, but the training file counts from 0 to 2"));
  CHECK(other("1 1:1 2:2\n").empty());
  CHECK(other("1 0:1 3:2\n").empty());
}

TEST_CASE("training files that count indices from different numbers are refused") {
  const Folder folder;
  const std::string one = folder.write("one.svm", "1 1:1 2:5 3:2\n2 1:4 3:1\n"),
                    zero = folder.write("zero.svm", "3 0:1 1:5 2:2\n4 0:4 2:1\n"),
                    part = folder.write("part.svm", "3 1:1 2:5\n");
  DataOptions options;
  for (const auto& paths : {Names{one, zero}, Names{zero, one}, Names{part, zero, one}}) {
    options.train.paths = paths;
    CHECK(holds(faults_of(prepare<double>(options, Task::regression, 1)),
                "one.svm: error: the indices go up to 3 "
                "without 0, but those of "));
  }
  // The index 0 is rare, and the others fit.
  options.train.paths = {part, zero};
  const auto fitting = prepare<double>(options, Task::regression, 1);
  REQUIRE_MESSAGE(bool(fitting), faults_of(fitting));
  CHECK(fitting->encoding.sparse_features == 3);
}

TEST_CASE("lines are skipped in sparse files too, and the format is guessed behind them") {
  const Folder folder;
  DataOptions options;
  options.train = {folder.write("a.txt", "made by hand\n1 1:1\n0 1:2\n")};
  options.skip_lines = 1;
  options.test = TestFile{folder.write("b.svm", "of the same kind\n1 1:1\n")};
  const auto p = prepare<double>(options, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->train.rows == 2);
  CHECK(p->test->rows == 1);
}

TEST_CASE("sparse files without a row are passed over among others") {
  const Folder folder;
  const std::string empty = folder.write("a.txt", ""), bare = folder.write("b.txt", "# nothing\n"),
                    rows = folder.write("c.txt", "1 1:1\n0 1:2\n");
  DataOptions options;
  options.train.paths = {empty, rows, bare};
  const auto p = prepare<double>(options, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->train.rows == 2);
  CHECK(holds(p->notes[1], "a.txt: no rows of data, passed over"));
  CHECK(holds(p->notes[2], "b.txt: no rows of data, passed over"));
}

TEST_CASE("long whole numbers in sparse rows are judged as those of a table are") {
  DataOptions options = sparse_options("");
  options.standardize = Standardize::numeric;
  options.standardize_target = true;
  options.task = TaskChoice::regression;
  // A column of all rows, one with zeros, and one that is 0.1 + 0.2 and 0.3.
  std::string text, table = "a,b,c,y\n";
  for (int i = 0; i < 40; ++i) {
    const std::string whole = to_text(3e15 + i % 4), sum = i % 2 == 0 ? "0.3" : "0.30000000000000004";
    text.append(whole).append(" 1:").append(whole);
    if (i % 2 == 0) text.append(" 2:").append(whole);
    text.append(" 3:").append(sum).append("\n");
    table.append(whole)
        .append(i % 2 == 0 ? "," + whole : ",0")
        .append(",")
        .append(sum)
        .append(",")
        .append(whole);
    table.append("\n");
  }
  const auto p = read_sparse(text, options);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  const Folder folder;
  DataOptions of_table;
  of_table.train = {folder.write("t.csv", table)};
  of_table.target = "y";
  of_table.standardize_target = true;
  of_table.task = TaskChoice::regression;
  const auto q = prepare<double>(of_table, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(q), faults_of(q));
  REQUIRE(p->encoding.scales.size() == 3);
  for (std::size_t j = 0; j < 3; ++j) {
    CAPTURE(j);
    CHECK(p->encoding.scales[j] == doctest::Approx(q->encoding.columns[j].sd).epsilon(1e-12));
  }
  CHECK(p->encoding.scales[0] == doctest::Approx(std::sqrt(1.25)).epsilon(1e-12));
  CHECK(p->encoding.scales[2] == 0);
  CHECK(p->encoding.target_sd == doctest::Approx(q->encoding.target_sd).epsilon(1e-12));
  CHECK(p->encoding.target_mean == q->encoding.target_mean);
}

TEST_CASE("values beyond single precision are told of by their index, as columns are by their name") {
  const Folder folder;
  DataOptions options = sparse_options("");
  options.train = {folder.write("train.svm", "1 2:1e300\n0 2:1\n")};
  CHECK(holds(faults_of(prepare<float>(options, std::nullopt, 1)),
              "train.svm: error: index 2 holds numbers beyond the range of single precision (set precision: "
              "double, or scale the column)"));
  DataOptions labels = sparse_options("");
  labels.task = TaskChoice::regression;
  labels.train = {folder.write("labels.svm", "1e300 2:1\n0 2:1\n")};
  CHECK(holds(faults_of(prepare<float>(labels, std::nullopt, 1)),
              "labels.svm: error: the label holds numbers beyond the range of single precision"));
  CHECK(prepare<double>(labels, std::nullopt, 1));
  // The squares of such numbers overflow a double.
  options.standardize = Standardize::numeric;
  const auto p = prepare<double>(options, std::nullopt, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->encoding.scales[1] == doctest::Approx(5e299).epsilon(1e-12));
}
