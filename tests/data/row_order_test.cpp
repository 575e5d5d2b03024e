#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "files.hpp"

// Rows that lie in the order of the workers, and on disk, are the rows of the file.
using namespace lookahead;

namespace {

// Numbers, levels, weights, exposures: more rows than one chunk has.
std::string table(Index rows) {
  std::string text = "u,v,s,w,t,y\n";
  for (Index i = 0; i < rows; ++i) {
    text += to_text(static_cast<double>(i) / 7) + "," + to_text(i * i % 101) + "," +
            (i % 4 == 0 ? "a" : "b") + "," + to_text(1 + i % 3) + "," + to_text(1 + i % 5) + "," +
            (i % 3 == 0 ? "yes" : "no") + "\n";
  }
  return text;
}

// Sparse rows "label index:value ...", some of them empty, with indices from 1 on, `stride` apart.
std::string sparse_table(Index rows, Index stride = 1) {
  std::string text;
  const auto add = [&](Index column, const std::string& value) {
    text.append(" ").append(std::to_string(1 + column * stride)).append(":").append(value);
  };
  for (Index i = 0; i < rows; ++i) {
    text += std::to_string(i % 2);
    if (i % 6 != 5) {
      add(i % 4, to_text(static_cast<double>(i % 1000) + 0.5));
      add(4 + i % 3, i % 5 == 0 ? "0" : "-2.25");
      add(8, std::to_string(1 + i));
      // The same in all rows that have it, and in all rows of short tables.
      if (i % 7 != 0 || rows < 100) add(9, "3");
    }
    text += "\n";
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
  Index same = 0;
  for (Index i = 0; i < rows.rows; ++i)
    same += row_of(rows, division.place(rows.rows, i)) == row_of(of_file, i) ? 1 : 0;
  CHECK(same == rows.rows);
}

template <class Numbers>
bool is_on_disk(const Numbers& numbers) {
  return numbers.get_allocator().on_disk;
}

template <Scalar T>
void check_orders(const std::vector<std::string>& texts, DataOptions options,
                  const std::vector<Index>& counts) {
  const Folder folder;
  options.train.paths.clear();
  for (std::size_t i = 0; i < texts.size(); ++i)
    options.train.paths.push_back(folder.write("train" + std::to_string(i), texts[i]));
  const auto prepared = [&] {
    auto rows = prepare<T>(options, std::nullopt, 1);
    REQUIRE_MESSAGE(bool(rows), faults_of(rows));
    return std::move(*rows);
  };
  const Prepared<T> plain = prepared();
  for (const Index parts : counts) {
    for (const bool on_disk : {false, true}) {
      CAPTURE(parts);
      CAPTURE(on_disk);
      options.order = {parts, 2, on_disk};
      const Prepared<T> sorted = prepared();
      CHECK(sorted.encoding == plain.encoding);
      CHECK(sorted.notes.size() == plain.notes.size());
      const bool of_levels = sorted.train.sparse() && options.format != FormatChoice::libsvm;
      CHECK(is_on_disk(sorted.train.features) == (on_disk && !sorted.train.sparse()));
      CHECK(is_on_disk(sorted.train.indices) == (on_disk && sorted.train.sparse() && !of_levels));
      CHECK(is_on_disk(sorted.train.values) == is_on_disk(sorted.train.indices));
      check_sorted(sorted.train, plain.train, parts);
      REQUIRE(sorted.validation.has_value() == plain.validation.has_value());
      if (plain.validation) check_sorted(*sorted.validation, *plain.validation, parts);
      REQUIRE(sorted.test.has_value() == plain.test.has_value());
      if (plain.test) check_sorted(*sorted.test, *plain.test, parts);
    }
  }
}

void check_both(const std::vector<std::string>& texts, const DataOptions& options,
                const std::vector<Index>& counts = {2, 3, 7}) {
  check_orders<double>(texts, options, counts);
  check_orders<float>(texts, options, counts);
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
  check_both({table(40)}, options);
  options.validation.fraction = 0.3;
  options.test = TestFile{};
  options.test->fraction = 0.2;
  check_both({table(4000)}, options);
}

TEST_CASE("rows of other files lie in the order of the workers too, and so do those of levels alone") {
  const Folder folder;
  DataOptions options = with(MissingPolicy::error);
  options.weights = "w";
  options.validation.file = folder.write("validation.csv", table(11));
  options.test = TestFile{folder.write("test.csv", table(5)), 0, ""};
  check_both({table(30)}, options);
  options = with(MissingPolicy::error);
  options.features = {"s", "v"};
  options.categorical = {false, {"s", "v"}};
  options.categories = true;
  check_both({table(25)}, options);
}

TEST_CASE("sparse rows lie in the order of the workers, in memory and on disk") {
  const Folder folder;
  DataOptions options;
  options.format = FormatChoice::libsvm;
  for (const auto standardize : {Standardize::none, Standardize::numeric}) {
    options.standardize = standardize;
    options.validation = {};
    options.test.reset();
    check_both({sparse_table(23)}, options);
    check_both({sparse_table(5), sparse_table(31), sparse_table(2)}, options);
    options.validation.fraction = 0.3;
    options.test = TestFile{};
    options.test->fraction = 0.2;
    check_both({sparse_table(400)}, options);
    // Of the indices up to the largest only those that occur have a feature, and other files hold more of them.
    options.validation = {};
    options.validation.file = folder.write("validation.svm", sparse_table(11, 150'000'001));
    options.test = TestFile{folder.write("test.svm", sparse_table(40, 50'000'000)), 0, ""};
    check_both({sparse_table(30, 100'000'000)}, options);
  }
}

TEST_CASE("sparse rows of several chunks lie in the order of the workers, in memory and on disk") {
  DataOptions options;
  options.format = FormatChoice::libsvm;
  options.validation.fraction = 0.1;
  check_both({sparse_table(100'000), sparse_table(90'000)}, options, {5});
}

namespace {

// What becomes of rows where the folder for temporary files is not there.
std::string without_folder(const std::string& text, DataOptions options) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  const Folder folder;
  options.train = folder.write("train.csv", text);
  options.order = {4, 2, true};
  ::setenv("TMPDIR", folder.path("nowhere").c_str(), 1);
  const auto refused = prepare<double>(options, std::nullopt, 1);
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  REQUIRE_FALSE(refused);
  return faults_of(refused);
}

}  // namespace

TEST_CASE("rows for which the folder for temporary files has no room are a fault that names it") {
  DataOptions sparse;
  sparse.format = FormatChoice::libsvm;
  // Sparse rows that fill no chunk need room only once they are encoded.
  for (const std::string& faults :
       {without_folder(table(30), with(MissingPolicy::error)), without_folder(sparse_table(30), sparse),
        without_folder(sparse_table(100'000), sparse)}) {
    CAPTURE(faults);
    CHECK(holds(faults, "train.csv: error: no room left for the rows in "));
    CHECK(holds(faults, "nowhere, which has "));
    CHECK(holds(faults, "set TMPDIR"));
  }
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

TEST_CASE("sparse rows on disk leave the memory and come back as they were") {
  DataOptions options;
  options.format = FormatChoice::libsvm;
  options.order = {4, 2, true};
  const Prepared<double> p = good(sparse_table(3000), options);
  const auto before = [rows = p.train] { return std::pair(rows.indices, rows.values); }();
  let_go(p.train, 0, p.train.rows);
  let_go(p.train, 17, 1);
  let_go_dealt(p.train, 3, 700);
  CHECK(p.train.indices == before.first);
  CHECK(p.train.values == before.second);
}
