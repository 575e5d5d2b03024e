#include <doctest/doctest.h>

#include <string>

#include "base/text.hpp"
#include "data/prepare.hpp"
#include "files.hpp"

// What single precision reads of a table.
using namespace lookahead;

namespace {

template <Scalar T>
std::string refused(const DataOptions& options) {
  std::string text;
  const auto prepared = prepare<T>(options, {}, 2);
  for (const Fault& fault : prepared.faults()) text += to_string(fault) + "\n";
  return text;
}

// "x,y" with x, y = base + step * i.
std::string far_from_zero(double base, double step, int rows) {
  std::string text = "x,y\n";
  for (int i = 0; i < rows; ++i) {
    const std::string number = to_text(base + step * i);
    text += number + "," + number + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("numbers that single precision can not tell apart are refused, with both cures") {
  const Folder folder;
  const std::string path = folder.write("train.csv", far_from_zero(1.7e9, 100, 200));
  DataOptions options = raw_options(path, "y");
  options.standardize = Standardize::numeric;
  CHECK(refused<double>(options) == "");
  CHECK(holds(refused<float>(options),
              "train.csv: error: target 'y': single precision can not tell its numbers apart: around 1.7e+09 "
              "neighbours are 128 apart, and these vary by 5.77e+03 (set precision: double, or "
              "data.standardize_target: true)\n"));
  options.standardize_target = true;
  CHECK(refused<float>(options) == "");
  options.standardize = Standardize::none;
  CHECK(holds(refused<float>(options), "column 'x': single precision can not tell its numbers apart"));
  CHECK(holds(refused<float>(options), "or data.standardize: true"));
}

TEST_CASE("numbers that all become one in single precision are refused, constant ones are not") {
  const Folder folder;
  for (const double step : {1e-3, 1.0, 10.0}) {
    CAPTURE(step);
    const std::string path = folder.write("train.csv", far_from_zero(1.7e9, step, 200));
    CHECK(holds(refused<float>(raw_options(path, "y")), "column 'x': single precision can not tell"));
  }
  for (const char* number : {"3.14159265358979", "1700000000", "123456789012.5"}) {
    CAPTURE(number);
    const std::string text = std::string("x,y\n") + number + ",1\n" + number + ",2\n" + number + ",3\n";
    CHECK(refused<float>(raw_options(folder.write("train.csv", text), "y")) == "");
  }
  // Ordinary tables: years, prices, temperatures.
  for (const auto& [base, step] : {std::pair{1990.0, 1.0}, {2.5e5, 1234.5}, {293.0, 0.01}, {0.0, 1e-20}}) {
    const std::string path = folder.write("train.csv", far_from_zero(base, step, 200));
    CHECK(refused<float>(raw_options(path, "y")) == "");
  }
}

TEST_CASE("labels of sparse rows are held to the same") {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 50; ++i) text += to_text(1.7e9 + 100.0 * i) + " 1:" + to_text(0.5 * i) + "\n";
  DataOptions options;
  options.train = folder.write("train.svm", text);
  options.format = FormatChoice::libsvm;
  options.task = TaskChoice::regression;
  CHECK(refused<double>(options) == "");
  CHECK(holds(refused<float>(options), "the labels: single precision can not tell its numbers apart"));
  options.standardize_target = true;
  CHECK(refused<float>(options) == "");
}

TEST_CASE("features of sparse rows are held to the same, whether or not they are scaled") {
  const Folder folder;
  const auto rows = [](double base, double step, bool always) {
    std::string text;
    for (int i = 0; i < 50; ++i) {
      text += std::to_string(i % 2) + " 2:1";
      if (always || i % 3 > 0) text += " 5:" + to_text(base + step * i);
      text += "\n";
    }
    return text;
  };
  DataOptions options;
  options.format = FormatChoice::libsvm;
  for (const Standardize standardize : {Standardize::none, Standardize::numeric}) {
    options.standardize = standardize;
    options.train = folder.write("train.svm", rows(1.7e9, 100, true));
    CHECK(refused<double>(options) == "");
    // Dividing does not help, and what is sparse is not centered.
    CHECK(holds(refused<float>(options),
                "train.svm: error: index 5: single precision can not tell its numbers apart: around 1.7e+09 "
                "neighbours are 128 apart, and these vary by 1.44e+03 (set precision: double)\n"));
    CHECK_FALSE(holds(refused<float>(options), "index 2:"));
    // Rows without the index are zeros, which such numbers are told from.
    options.train = folder.write("train.svm", rows(1.7e9, 100, false));
    CHECK(refused<float>(options) == "");
    options.train = folder.write("train.svm", rows(2000, 1, true));
    CHECK(refused<float>(options) == "");
  }
  // Where only the indices that occur have features, the index is named all the same.
  std::string text;
  for (int i = 0; i < 50; ++i) text += "1 1000000:" + to_text(1.7e9 + 100 * i) + "\n";
  options.train = folder.write("train.svm", text);
  options.task = TaskChoice::regression;
  CHECK(holds(refused<float>(options), "index 1000000: single precision"));
}

TEST_CASE("a column of texts and long numbers is the same in both precisions, wherever the texts begin") {
  const Folder folder;
  // The last one lies blocks of the file away.
  constexpr int far = 100000;
  for (const int first_text : {0, 3, 60, far}) {
    for (const bool standardize : {true, false}) {
      CAPTURE(first_text);
      std::string text = "c,y\n";
      const int rows = first_text == far ? 2 * far + 9 : 200;
      for (int i = 0; i < rows; ++i) {
        // Long numbers first; then three texts for two of them, or texts alone.
        const bool number = i < first_text || (first_text < far && i % 5 < 2);
        text += (number ? "0.12345678901234" + std::to_string(i % 7) : "t" + std::to_string(i % 3)) + "," +
                std::to_string(i % 11) + "\n";
      }
      DataOptions options = raw_options(folder.write("train.csv", text), "y");
      options.standardize = standardize ? Standardize::numeric : Standardize::none;
      const auto in_double = prepare<double>(options, Task::regression, 2);
      const auto in_single = prepare<float>(options, Task::regression, 2);
      REQUIRE(bool(in_double) == bool(in_single));
      if (!in_double) {
        CHECK(to_string(in_double.faults().front()) == to_string(in_single.faults().front()));
        continue;
      }
      CHECK(in_double->encoding.feature_names() == in_single->encoding.feature_names());
      CHECK(in_double->train.features.size() == in_single->train.features.size());
    }
  }
}
