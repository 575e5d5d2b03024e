#include <cmath>

#include "data/row_stream.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

const std::string weighted_rows = "x,w,y\n1,1,1\n2,3,2\n4,0,5\n3,4,7\n";

}  // namespace

TEST_CASE("row weights are no feature and have a mean of one") {
  const auto p = good(weighted_rows, weighted());
  CHECK(p.encoding.feature_names() == Names{"x"});
  CHECK(p.train.weights == Numbers{0.5, 1.5, 0, 2});
  CHECK(good<float>(weighted_rows, weighted()).train.weights == std::vector<float>{0.5F, 1.5F, 0, 2});
  CHECK(good(weighted_rows).train.weights.empty());
  const auto huge = good("x,w,y\n1,1e308,1\n2,1e308,2\n3,1e308,4\n", weighted());
  CHECK(huge.train.weights == Numbers{1, 1, 1});
}

TEST_CASE("held-out, validation and test rows have weights of their own") {
  DataOptions options = weighted();
  options.validation.fraction = 0.5;
  const auto p = good(weighted_rows, options);
  REQUIRE(p.validation.has_value());
  CHECK(p.train.weights.size() == 2);
  CHECK(p.train.weights[0] + p.train.weights[1] == doctest::Approx(2));
  CHECK(p.validation->weights.size() == 2);
  const Folder folder;
  options.validation = {};
  options.test = TestFile{folder.write("test.csv", "w,x,y\n2,1,1\n6,1,1\n"), 0, ""};
  CHECK(good(weighted_rows, options).test->weights == Numbers{0.5, 1.5});
  options.test = TestFile{folder.write("bare.csv", "x,y\n1,1\n"), 0, ""};
  const auto bare = good(weighted_rows, options);
  CHECK(bare.test->weights.empty());
  CHECK(holds(bare.notes.back(), "bare.csv: no column 'w' of weights, so that all rows count the same"));
}

TEST_CASE("weights survive the way through a node, and other files may have them or not") {
  const auto p = good(weighted_rows, weighted());
  const auto back = encoding_from(to_node(p.encoding));
  REQUIRE(bool(back));
  CHECK(*back == p.encoding);
  DataOptions options = weighted();
  options.weights = "2";
  options.target = "3";
  const auto q = good("5,1,1\n2,3,2\n4,4,9\n", options);
  const Folder folder;
  const auto other =
      encode_file<double>(q.encoding, {folder.write("a.csv", "7,1\n8,3\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(numbers(other->data) == Numbers{7, 8});
  CHECK(other->data.weights == Numbers{0.5, 1.5});
}

TEST_CASE("weights that are none are refused") {
  CHECK(faults_in("x,w,y\n1,1,1\n2,-3,2\n4,0,5\n", weighted()) ==
        "train.csv:3:2: error: weights 'w': '-3' is negative (a weight is a number >= 0)\n");
  CHECK(holds(faults_in("x,w,y\n1,1,1\n2,a,2\n4,0,5\n", weighted()),
              "train.csv:3:2: error: weights 'w': 'a' is not a number"));
  CHECK(holds(faults_in("x,w,y\n1,1,1\n2,a,2\n4,0,5\n", weighted()),
              "set data.missing: {policy: drop, marks: "));
  CHECK(
      faults_in("x,w,y\n1,p,1\n2,q,2\n4,p,5\n", weighted()) ==
      "train.csv:2:2: error: weights 'w' is a column of text, such as 'p' (data.weights must name a numeric "
      "column)\n");
  CHECK(holds(faults_in("x,w,y\n1,0,1\n2,0,2\n", weighted()), "weights 'w': all weights are 0"));
  CHECK(holds(faults_in("x,w,y\n1,?,1\n2,0,2\n", weighted(MissingPolicy::impute)),
              "weights 'w': 1 cell is missing, the first is '?' (a weight cannot be filled: set data.missing "
              "to drop)"));
  CHECK(good("x,w,y\n1,?,1\n2,1,2\n3,1,4\n", weighted(MissingPolicy::drop)).train.rows == 2);
  CHECK(holds(faults_in("x,v,y\n1,1,1\n2,1,2\n", weighted()), "data.weights: no column 'w'"));
}

TEST_CASE("features are chosen by name or pattern, less what is dropped") {
  const std::string wide = "age,hours_a,hours_b,zip,y\n1,2,3,4,5\n2,3,5,4,6\n7,8,9,1,2\n";
  DataOptions options = raw_options("", "y");
  options.features = {"hours*", "age"};
  CHECK(good(wide, options).encoding.feature_names() == Names{"age", "hours_a", "hours_b"});
  options.drop = {"*_b"};
  CHECK(good(wide, options).encoding.feature_names() == Names{"age", "hours_a"});
  options.features = {"*"};
  CHECK(good(wide, options).encoding.feature_names() == Names{"age", "hours_a", "zip"});
  options.features = {"hour?_a", "???"};
  CHECK(good(wide, options).encoding.feature_names() == Names{"age", "hours_a", "zip"});
  options.features = {"hrs*"};
  CHECK(holds(faults_in(wide, options),
              "data.features: no column 'hrs*' (columns: age, hours_a, hours_b, zip, y)"));
  options.features = {"age"};
  options.drop = {"a*"};
  CHECK(holds(faults_in(wide, options), "no column is left besides the target"));
  DataOptions bare = raw_options("", "3");
  bare.features = {"2"};
  CHECK(numbers(good("1,5,3\n2,6,9\n4,7,8\n", bare).train) == Numbers{5, 6, 7});
}

TEST_CASE("a column that is named as a pattern is taken by its name") {
  DataOptions options = raw_options("", "y");
  options.features = {"a*"};
  CHECK(good("a*,ab,y\n1,2,3\n2,3,5\n4,4,4\n", options).encoding.feature_names() == Names{"a*"});
}

TEST_CASE("a number in a row that does not count takes no digits from the others") {
  // The first row is far away; without it x is 0.01, 0.02, ... and its mean is known to the last digits.
  const std::string rows = "0.01,1,1\n0.02,1,2\n0.03,1,3\n0.04,1,5\n";
  DataOptions options = weighted(MissingPolicy::drop);
  options.standardize = Standardize::numeric;
  const auto alone = good("x,w,y\n" + rows, options);
  const auto beside = good("x,w,y\n999999999999999,0,1\n" + rows, options);
  CHECK(beside.encoding.columns[0].mean == alone.encoding.columns[0].mean);
  CHECK(beside.encoding.columns[0].sd == alone.encoding.columns[0].sd);
  const auto dropped = good("x,w,y\n999999999999999,1,NA\n" + rows, options);
  CHECK(dropped.encoding.columns[0].sd == alone.encoding.columns[0].sd);
}

TEST_CASE("a number that is held out takes no digits from the training rows") {
  DataOptions options = raw_options("", "y");
  options.standardize = Standardize::numeric;
  options.validation.fraction = 0.5;
  bool held_out = false;
  for (Index seed = 1; seed <= 8; ++seed) {
    options.split_seed = seed;
    std::string rows = "x,y\n999999999999999,1\n";
    for (int i = 1; i <= 11; ++i) rows += "0.0" + std::to_string(10 + i * i) + "," + std::to_string(i) + "\n";
    const auto p = good(rows, options);
    if (p.encoding.columns[0].mean > 1) continue;
    held_out = true;
    double mean = 0, squares = 0;
    for (const double x : p.train.features) mean += x / static_cast<double>(p.train.rows);
    for (const double x : p.train.features) squares += x * x / static_cast<double>(p.train.rows);
    // Sums of six numbers near 1.
    CHECK(mean == doctest::Approx(0).epsilon(1e-12));
    CHECK(squares == doctest::Approx(1).epsilon(1e-12));
  }
  CHECK(held_out);
}

TEST_CASE(
    "a row without a weight is a row of a file that is to be predicted, whatever is done about missing cells") {
  for (const auto policy :
       {MissingPolicy::error, MissingPolicy::drop, MissingPolicy::impute, MissingPolicy::mean}) {
    const auto p = good(weighted_rows, weighted(policy));
    const Folder folder;
    const std::string file = folder.write("new.csv", "x,w,y\n7,2,1\n8,,2\n9,6,3\n");
    const auto rows = encode_file<double>(p.encoding, {file}, TargetNeed::optional);
    REQUIRE_MESSAGE(bool(rows), faults_of(rows));
    CHECK(numbers(rows->data) == Numbers{7, 8, 9});
    CHECK(rows->dropped.empty());
    REQUIRE(rows->data.weights.size() == 3);
    CHECK(rows->data.weights[0] == 0.5);
    CHECK(std::isnan(rows->data.weights[1]));
    CHECK(rows->data.weights[2] == 1.5);
    auto stream = RowStream<double>::open(p.encoding, {file}, TargetNeed::optional, 1);
    REQUIRE(bool(stream));
    const auto piece = stream->next();
    REQUIRE_MESSAGE(bool(piece), faults_of(piece));
    CHECK(piece->data.rows == 3);
    CHECK(std::isnan(piece->data.weights[1]));
    // Rows that judge need theirs.
    const auto judging = encode_file<double>(p.encoding, {file}, TargetNeed::required);
    CHECK((policy == MissingPolicy::drop ? judging && judging->data.rows == 2 : !judging));
  }
}
