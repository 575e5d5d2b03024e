#include "data/row_stream.hpp"

#include "files.hpp"

using namespace lookahead;

namespace {

const std::string training = "x,c,w,y\n1,a,1,no\n2,b,2,yes\n4,\"c,\nd\",1,no\n3,a,3,yes\n";

Encoding encoding_of(MissingPolicy policy) {
  DataOptions options = raw_options("", "y");
  options.weights = "w";
  options.missing.policy = policy;
  options.task = TaskChoice::classification;
  return good(training, options).encoding;
}

// All pieces put together, records dropped counted through.
template <Scalar T>
Checked<Encoded<T>> in_pieces(const Encoding& encoding, const std::string& path, std::size_t piece_bytes,
                              int& pieces) {
  auto stream = RowStream<T>::open(encoding, {path, 0, ""}, TargetNeed::optional, 2, piece_bytes);
  if (!stream) return stream.faults();
  Encoded<T> all;
  all.has_target = stream->has_target();
  pieces = 0;
  while (true) {
    const auto some = stream->next();
    if (!some) return some.faults();
    if (some->records == 0) break;
    ++pieces;
    for (const Index record : some->dropped) all.dropped.push_back(all.records + record);
    all.records += some->records;
    all.unlabeled += some->unlabeled;
    all.data.rows += some->data.rows;
    all.data.columns = some->data.columns;
    all.data.features.insert(all.data.features.end(), some->data.features.begin(), some->data.features.end());
    all.data.targets.insert(all.data.targets.end(), some->data.targets.begin(), some->data.targets.end());
    all.data.weights.insert(all.data.weights.end(), some->data.weights.begin(), some->data.weights.end());
  }
  all.notes = stream->notes();
  return all;
}

// Rows with quoted line ends, unknown levels, missing cells and unknown classes.
std::string made_rows(int count, const std::string& line_end) {
  std::string text = "y,c,x,w" + line_end;
  for (int i = 0; i < count; ++i) {
    text += i % 11 == 3 ? "maybe" : i % 2 == 0 ? "no" : "yes";
    text += i % 3 == 0 ? ",\"c,\nd\"," : i % 7 == 0 ? ",new," : ", a ,";
    text += (i % 5 == 4 ? std::string("NA") : std::to_string(i) + ".5") + "," + std::to_string(1 + i % 4);
    text += line_end;
    if (i % 13 == 0) text += line_end;
  }
  return text;
}

}  // namespace

TEST_CASE("pieces of comments and empty lines alone are passed over, and their lines counted") {
  DataOptions options = raw_options("", "y");
  options.comment.value = '#';
  const std::string rows = "x,y\n1,2\n2,4\n3,7\n";
  const Encoding encoding = good(rows, options).encoding;
  std::string comments;
  for (int i = 0; i < 40; ++i) comments += i % 2 == 0 ? "# nothing\n" : "\n";
  int pieces = 0;
  const Folder folder;
  const auto all =
      in_pieces<double>(encoding, folder.write("rows.csv", rows + comments + "5,6\n" + comments), 60, pieces);
  REQUIRE(bool(all));
  CHECK(all->records == 4);
  const auto wrong =
      in_pieces<double>(encoding, folder.write("odd.csv", rows + comments + "5,bad\n"), 60, pieces);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.faults().front().place.line == 45);
}

TEST_CASE("law: the pieces of a file are its rows, wherever they are cut") {
  const Folder folder;
  for (const MissingPolicy policy : {MissingPolicy::drop, MissingPolicy::impute}) {
    const Encoding encoding = encoding_of(policy);
    for (const std::string line_end : {"\n", "\r\n"}) {
      const std::string path = folder.write("rows.csv", made_rows(400, line_end));
      const auto whole = encode_file<double>(encoding, {path, 0, ""}, TargetNeed::optional);
      REQUIRE_MESSAGE(whole, faults_of(whole));
      double sum = 0;
      for (const double weight : whole->data.weights) sum += weight;
      // The smallest are filled by the header alone.
      for (const std::size_t size : {6, 7, 8, 40, 1000, 1 << 20}) {
        CAPTURE(size);
        int pieces = 0;
        const auto all = in_pieces<double>(encoding, path, size, pieces);
        REQUIRE_MESSAGE(all, faults_of(all));
        CHECK((pieces > 1) == (size < (1 << 20)));
        CHECK(all->has_target);
        CHECK(all->records == 400);
        CHECK(all->data.rows == whole->data.rows);
        CHECK(all->data.columns == whole->data.columns);
        CHECK(all->dropped == whole->dropped);
        CHECK(all->unlabeled == whole->unlabeled);
        CHECK(all->notes == whole->notes);
        CHECK(std::equal(all->data.features.begin(), all->data.features.end(), whole->data.features.begin(),
                         whole->data.features.end()));
        REQUIRE(all->data.targets.size() == whole->data.targets.size());
        for (std::size_t i = 0; i < all->data.targets.size(); ++i) {
          const double a = all->data.targets[i], b = whole->data.targets[i];
          CHECK((a == b || (a != a && b != b)));
        }
        // Weights are those of the file, in the whole divided by their mean.
        REQUIRE(all->data.weights.size() == whole->data.weights.size());
        CHECK(all->data.weights[0] * whole->data.weights[1] ==
              doctest::Approx(all->data.weights[1] * whole->data.weights[0]));
      }
      CHECK(sum == doctest::Approx(static_cast<double>(whole->data.rows)));
    }
  }
}

TEST_CASE("a fault in a later piece has its place in the file") {
  const Folder folder;
  const Encoding encoding = encoding_of(MissingPolicy::error);
  std::string text = "x,c,w\n";
  for (int i = 0; i < 100; ++i) text += i == 70 ? "no number,a,1\n" : "1,\"c,\nd\",1\n";
  const std::string path = folder.write("rows.csv", text);
  int pieces = 0;
  const auto all = in_pieces<double>(encoding, path, 100, pieces);
  CHECK(!all);
  CHECK(pieces > 5);
  // 70 records of two lines each after the header
  CHECK_MESSAGE(holds(faults_of(all), "rows.csv:142:1: error: column 'x': 'no number' is not a number"),
                faults_of(all));
  int none = 0;
  const auto empty = in_pieces<float>(encoding, folder.write("empty.csv", "x,c,w\n"), 100, none);
  CHECK(holds(faults_of(empty), "no rows of data"));
}
