#include <cstdlib>

#include "base/text.hpp"
#include "files.hpp"

// Rows that lie in the order of the workers, and on disk, are the rows of the file.
using namespace lookahead;

namespace {

// Numbers, levels, weights, exposures: more rows than one chunk has.
std::string table(Index rows) {
  std::string text = "u,v,s,w,t,y\n";
  for (Index i = 0; i < rows; ++i) {
    text += to_text(static_cast<double>(i) / 7) + "," + to_text(static_cast<std::int64_t>(i * i % 101)) +
            "," + (i % 4 == 0 ? "a" : "b") + "," + to_text(static_cast<std::int64_t>(1 + i % 3)) + "," +
            to_text(static_cast<std::int64_t>(1 + i % 5)) + "," + (i % 3 == 0 ? "yes" : "no") + "\n";
  }
  return text;
}

// Sparse rows "label index:value ...".
std::string sparse_table(Index rows) {
  std::string text;
  for (Index i = 0; i < rows; ++i) {
    text += to_text(static_cast<std::int64_t>(i % 2)) + " " + to_text(static_cast<std::int64_t>(1 + i % 4)) +
            ":" + to_text(static_cast<double>(i) + 0.5) + " 9:" + to_text(static_cast<std::int64_t>(1 + i)) +
            "\n";
  }
  return text;
}

// Everything that is known of a row.
template <Scalar T>
std::vector<double> row_of(const Dataset<T>& rows, Index row) {
  const auto i = static_cast<std::size_t>(row);
  std::vector<double> all{static_cast<double>(rows.targets[i])};
  if (!rows.weights.empty()) all.push_back(static_cast<double>(rows.weights[i]));
  if (!rows.offsets.empty()) all.push_back(static_cast<double>(rows.offsets[i]));
  if (rows.sparse()) {
    for_each_entry(rows, row, [&](Index column, T value) {
      all.push_back(static_cast<double>(column));
      all.push_back(static_cast<double>(value));
    });
  } else {
    for (Index j = 0; j < rows.columns; ++j)
      all.push_back(static_cast<double>(rows.features[static_cast<std::size_t>(row * rows.columns + j)]));
  }
  return all;
}

template <Scalar T>
void check_sorted(const Dataset<T>& rows, const Dataset<T>& of_file, Index parts) {
  REQUIRE(rows.rows == of_file.rows);
  CHECK(rows.parts == parts);
  CHECK(of_file.parts == 1);
  const Division division{parts, true};
  for (Index i = 0; i < rows.rows; ++i)
    CHECK(row_of(rows, division.place(rows.rows, i)) == row_of(of_file, i));
}

template <Scalar T>
void check_orders(const std::string& text, DataOptions options) {
  const Prepared<T> plain = good<T>(text, options);
  for (const Index parts : {2, 3, 7}) {
    for (const bool on_disk : {false, true}) {
      CAPTURE(parts);
      CAPTURE(on_disk);
      options.order = {parts, 2, on_disk};
      const Prepared<T> sorted = good<T>(text, options);
      CHECK(sorted.encoding == plain.encoding);
      CHECK(sorted.notes.size() == plain.notes.size());
      CHECK(sorted.train.features.get_allocator().on_disk == (on_disk && !sorted.train.sparse()));
      check_sorted(sorted.train, plain.train, parts);
      REQUIRE(sorted.validation.has_value() == plain.validation.has_value());
      if (plain.validation) check_sorted(*sorted.validation, *plain.validation, parts);
      REQUIRE(sorted.test.has_value() == plain.test.has_value());
      if (plain.test) check_sorted(*sorted.test, *plain.test, parts);
    }
  }
}

void check_both(const std::string& text, const DataOptions& options) {
  check_orders<double>(text, options);
  check_orders<float>(text, options);
}

}  // namespace

TEST_CASE("the parts of a division are all terms, in the order in which they were dealt out") {
  for (const Index terms : {1, 5, 12, 13}) {
    for (const Index parts : {1, 2, 3, 12, 20}) {
      const Division dealt{parts, false}, sorted{parts, true};
      Index place = 0;
      for (Index part = 0; part < parts; ++part) {
        REQUIRE(dealt.size(terms, part) == sorted.size(terms, part));
        for (Index i = 0; i < dealt.size(terms, part); ++i) {
          const Index term = dealt.first(terms, part) + i * dealt.stride();
          CHECK(term % parts == part);
          CHECK(term < terms);
          CHECK(sorted.first(terms, part) + i * sorted.stride() == place);
          CHECK(dealt.place(terms, term) == place++);
        }
      }
      CHECK(place == terms);
    }
  }
}

TEST_CASE("rows in the order of the workers, in memory and on disk, are the rows of the file") {
  DataOptions options = with(MissingPolicy::error);
  options.weights = "w";
  options.exposure = "t";
  check_both(table(40), options);
  options.validation.fraction = 0.3;
  options.test = TestFile{};
  options.test->fraction = 0.2;
  check_both(table(4000), options);
}

TEST_CASE("rows of other files lie in the order of the workers too, and so do those of levels alone") {
  const Folder folder;
  DataOptions options = with(MissingPolicy::error);
  options.weights = "w";
  options.validation.file = folder.write("validation.csv", table(11));
  options.test = TestFile{folder.write("test.csv", table(5)), 0, ""};
  check_both(table(30), options);
  options = with(MissingPolicy::error);
  options.features = {"s", "v"};
  options.categorical = {false, {"s", "v"}};
  options.categories = true;
  check_both(table(25), options);
}

TEST_CASE("sparse rows lie in the order of the workers") {
  DataOptions options;
  options.format = FormatChoice::libsvm;
  check_both(sparse_table(23), options);
  options.validation.fraction = 0.3;
  check_both(sparse_table(90), options);
}

TEST_CASE("rows for which the folder for temporary files has no room are a fault that names it") {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  const Folder folder;
  DataOptions options = with(MissingPolicy::error);
  options.train = folder.write("train.csv", table(30));
  options.order = {4, 2, true};
  ::setenv("TMPDIR", folder.path("nowhere").c_str(), 1);
  const auto refused = prepare<double>(options, std::nullopt, 1);
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  REQUIRE_FALSE(refused);
  CHECK(holds(faults_of(refused), "train.csv: error: no room left for the rows in "));
  CHECK(holds(faults_of(refused), "nowhere, which has "));
  CHECK(holds(faults_of(refused), "set TMPDIR"));
}

TEST_CASE("rows on disk leave the memory and come back as they were") {
  DataOptions options = with(MissingPolicy::error);
  options.order = {4, 2, true};
  const Prepared<double> p = good(table(3000), options);
  const Numbers before(p.train.features.begin(), p.train.features.end());
  let_go(p.train, 0, p.train.rows);
  let_go(p.train, 17, 1);
  CHECK(Numbers(p.train.features.begin(), p.train.features.end()) == before);
  const Dataset<double> copy = p.train;
  CHECK(Numbers(copy.features.begin(), copy.features.end()) == before);
}
