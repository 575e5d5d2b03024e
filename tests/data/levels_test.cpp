#include <cmath>

#include "files.hpp"

using namespace lookahead;

namespace {

const std::string text = "c,x,y\na,1,1\nb,2,2\nc,3,3\na,4,4\nb,5,5\na,7,7\n";

Encoded<double> encoded(const Encoding& encoding, const std::string& rows) {
  const Folder folder;
  auto file = encode_file<double>(encoding, {folder.write("new.csv", rows)}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(file), faults_of(file));
  return std::move(*file);
}

}  // namespace

TEST_CASE("the first level in byte order can do without a feature") {
  DataOptions options = raw_options("", "y");
  options.encoding = LevelFeatures::drop_first;
  const auto p = good(text, options);
  CHECK(p.encoding.feature_names() == Names{"c=b", "c=c", "x"});
  CHECK(numbers(p.train) == Numbers{0, 0, 1, 1, 0, 2, 0, 1, 3, 0, 0, 4, 1, 0, 5, 0, 0, 7});
  const auto other = encoded(p.encoding, "c,x\na,1\nz,2\n");
  CHECK(numbers(other.data) == Numbers{0, 0, 1, 0, 0, 2});
  CHECK(
      holds(other.notes.back(), "new.csv: 1 cell of 'c' holds a level not seen in training, taken as zeros"));
}

TEST_CASE("rare levels become one, which unseen levels belong to as well") {
  DataOptions options = raw_options("", "y");
  options.rare = 3;
  const auto p = good(text, options);
  CHECK(p.encoding.feature_names() == Names{"c=a", "c=other", "x"});
  CHECK(numbers(p.train) == Numbers{1, 0, 1, 0, 1, 2, 0, 1, 3, 1, 0, 4, 0, 1, 5, 1, 0, 7});
  const auto other = encoded(p.encoding, "c,x\nb,1\nz,2\nq,3\na,4\n");
  CHECK(numbers(other.data) == Numbers{0, 1, 1, 0, 1, 2, 0, 1, 3, 1, 0, 4});
  CHECK(holds(other.notes.back(),
              "new.csv: 2 cells of 'c' hold levels not seen in training, taken as 'other'"));
  options.encoding = LevelFeatures::drop_first;
  CHECK(good(text, options).encoding.feature_names() == Names{"c=other", "x"});
  options.rare = 4;
  options.encoding = LevelFeatures::onehot;
  const auto all = good(text, options);
  CHECK(all.encoding.feature_names() == Names{"c=other", "x"});
}

TEST_CASE("the group of rare levels takes a name that is free") {
  DataOptions options = raw_options("", "y");
  options.rare = 2;
  CHECK(good("c,y\nother,1\nother,2\nb,3\nq,4\nother,9\n", options).encoding.feature_names() ==
        Names{"c=other", "c=other_2"});
  CHECK(good("c,y\na,1\nother,2\na,3\nq,4\na,9\n", options).encoding.feature_names() ==
        Names{"c=a", "c=other"});
}

TEST_CASE("the encoding of levels is read back as it was, whatever they are called") {
  const auto comes_back = [](const std::string& rows, DataOptions options) {
    const Encoding encoding = good(rows, options).encoding;
    const auto read = encoding_from(to_node(encoding));
    REQUIRE_MESSAGE(bool(read), faults_of(read));
    CHECK(read->feature_names() == encoding.feature_names());
    return encoding;
  };
  DataOptions options = raw_options("", "y");
  // Numbers stand in their own order, not in that of bytes.
  CHECK(comes_back("c,y\n10,1\nx,2\n2,3\nz,4\ny,5\n", options).feature_names() ==
        Names{"c=2", "c=10", "c=x", "c=y", "c=z"});
  // Rare levels that are called like their group.
  options.rare = 2;
  const Encoding encoding = comes_back("c,y\na,1\nother,2\na,3\nq,4\na,9\n", options);
  CHECK(numbers(encoded(encoding, "c\nother\nq\nnew\na\n").data) == Numbers{0, 1, 0, 1, 0, 1, 1, 0});
  comes_back("c,y\na,1\nother,2\na,3\na,9\n", options);
  comes_back("c,y\nother,1\nother,2\nother_2,3\nq,4\nother,9\n", options);
  options.encoding = LevelFeatures::drop_first;
  comes_back("c,y\nz,1\nother,2\nz,3\nq,4\nz,9\n", options);
}

TEST_CASE("features of levels can be standardized as well") {
  DataOptions options = raw_options("", "y");
  options.standardize = Standardize::all;
  const auto p = good("c,x,y\na,1,1\nb,2,2\na,3,3\na,6,5\n", options);
  const double sd = std::sqrt(3.0) / 4;
  for (std::size_t row = 0; row < 4; ++row) {
    const double a = row == 1 ? -0.75 / sd : 0.25 / sd;
    CHECK(p.train.features[row * 3] == doctest::Approx(a).epsilon(1e-15));
    CHECK(p.train.features[row * 3 + 1] == doctest::Approx(-a).epsilon(1e-15));
  }
  // A text that is not known has the features of no level.
  const auto other = encoded(p.encoding, "c,x\nz,3\n");
  CHECK(other.data.features[0] == doctest::Approx(-0.75 / sd).epsilon(1e-15));
  CHECK(other.data.features[1] == doctest::Approx(-0.25 / sd).epsilon(1e-15));
  const auto constant = good("c,x,y\na,1,1\na,2,2\n", options);
  CHECK(constant.train.features[0] == 0);
}

TEST_CASE("a missing cell that training did not see is unseen, or of the group") {
  DataOptions options = with(MissingPolicy::impute);
  options.rare = 2;
  const auto p = good("c,y\na,1\na,2\nNA,3\nb,5\n", options);
  CHECK(p.encoding.feature_names() == Names{"c=a", "c=other"});
  const auto other = encoded(p.encoding, "c\n?\na\n");
  CHECK(numbers(other.data) == Numbers{0, 1, 1, 0});
}

TEST_CASE("all of it survives the way through a node, and what is damaged is refused") {
  DataOptions options = raw_options("", "y");
  options.rare = 3;
  options.encoding = LevelFeatures::drop_first;
  options.standardize = Standardize::all;
  const Encoding encoding = good(text, options).encoding;
  const auto back = encoding_from(to_node(encoding));
  REQUIRE_MESSAGE(bool(back), faults_of(back));
  CHECK(*back == encoding);
  Encoding damaged = encoding;
  damaged.columns.front().level_sds.clear();
  CHECK(holds(faults_of(encoding_from(to_node(damaged))), "a mean and a standard deviation for every level"));
  damaged = encoding;
  damaged.columns.front().group = "nowhere";
  CHECK(holds(faults_of(encoding_from(to_node(damaged))), "the group of rare levels is no level"));
}

TEST_CASE("features of one column are a group") {
  CHECK(good(text).train.groups == std::vector<Index>{3, 4});
  CHECK(good("a,x,y\n5,1,1\n6,2,2\n7,9,4\n").train.groups.empty());
  DataOptions options = raw_options("", "y");
  options.encoding = LevelFeatures::drop_first;
  CHECK(good("k,c,x,y\nq,a,1,1\nq,b,2,2\nq,c,2,3\n", options).train.groups == std::vector<Index>{2, 3});
}

TEST_CASE("a column with one level left has no spread, whatever the weights") {
  DataOptions options = raw_options("", "y");
  options.weights = "w";
  options.standardize = Standardize::all;
  options.rare = 10;
  std::string text = "c,w,y\n";
  const char* weights[] = {"0.62", "1.99", "1.95", "0.79", "0.44", "1.85", "1.39", "1.76", "0.96"};
  for (int i = 0; i < 9; ++i)
    text +=
        std::string(1, static_cast<char>('a' + i % 4)) + "," + weights[i] + "," + std::to_string(i) + "\n";
  const auto p = good(text, options);
  CHECK(p.encoding.columns[0].levels == Names{"other"});
  CHECK(p.encoding.columns[0].level_sds == Numbers{0});
  CHECK(numbers(p.train) == Numbers(9, 0));
}

TEST_CASE("weights that are meant to be enough are enough") {
  DataOptions options = raw_options("", "y");
  options.weights = "w";
  options.rare = 1;
  // Ten times 0.1 is a little less than 1 in doubles.
  std::string text = "c,w,y\n";
  for (int i = 0; i < 10; ++i) text += "a,0.1," + std::to_string(i) + "\nb,0.09,1\n";
  CHECK(good(text, options).encoding.columns[0].levels == Names{"a", "other"});
}
