#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "data/prepare.hpp"

using namespace lookahead;

namespace {

std::filesystem::path shared_folder() {
  if (const char* set = std::getenv("LOOKAHEAD_SHARED")) return std::filesystem::path(set) / "data";
  return std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / ".." / "shared" / "data";
}

// n and d of the rows of reference.csv with encoding k01 or none.
struct Reference {
  const char* file;
  const char* target;
  Task task;
  std::vector<std::string> drop;
  MissingPolicy policy;
  Index n, d, classes;
};

const Reference references[] = {
    {"adult.data", "15", Task::classification, {}, MissingPolicy::drop, 30162, 104, 2},
    {"adult.data", "15", Task::classification, {}, MissingPolicy::impute, 32561, 108, 2},
    {"abalone.data", "9", Task::regression, {}, MissingPolicy::error, 4177, 10, 0},
    {"winequality-red.csv", "quality", Task::regression, {}, MissingPolicy::error, 1599, 11, 0},
    {"winequality-red.csv", "quality", Task::classification, {}, MissingPolicy::error, 1599, 11, 6},
    {"diamonds.csv", "price", Task::regression, {}, MissingPolicy::error, 53940, 26, 0},
    {"spambase.csv", "type", Task::classification, {}, MissingPolicy::error, 4601, 57, 2},
    {"california_housing.csv", "median_house_value", Task::regression, {}, MissingPolicy::drop, 20433, 13, 0},
    {"california_housing.csv",
     "median_house_value",
     Task::regression,
     {},
     MissingPolicy::impute,
     20640,
     13,
     0},
    {"Skin_NonSkin.txt", "SKIN", Task::classification, {}, MissingPolicy::error, 245057, 3, 2},
    {"penguins.csv", "species", Task::classification, {}, MissingPolicy::drop, 333, 10, 3},
    {"penguins.csv", "species", Task::classification, {}, MissingPolicy::impute, 344, 11, 3},
    {"letter-recognition.data", "Letter", Task::classification, {}, MissingPolicy::error, 20000, 16, 26},
    {"bank.csv", "y", Task::classification, {}, MissingPolicy::error, 4521, 51, 2},
    {"Concrete_Data.csv", "CMS", Task::regression, {}, MissingPolicy::error, 1030, 8, 0},
    {"fashion-mnist_train.csv.gz", "label", Task::classification, {}, MissingPolicy::error, 60000, 784, 10},
};

}  // namespace

TEST_CASE("every shared file has the rows and columns of the reference") {
  for (const Reference& reference : references) {
    CAPTURE(reference.file);
    DataOptions options;
    options.train = std::string((shared_folder() / reference.file).string());
    if (!std::filesystem::exists(options.train.text())) {
      MESSAGE("skipped, not there: " << options.train.text());
      continue;
    }
    options.target = reference.target;
    options.drop = reference.drop;
    options.missing.policy = reference.policy;
    const auto prepared = prepare<float>(options, reference.task, 1);
    for (const Fault& fault : prepared.faults()) FAIL_CHECK(to_string(fault));
    if (!prepared) continue;
    CHECK(prepared->train.rows == reference.n);
    CHECK(prepared->train.columns == reference.d);
    CHECK(std::ssize(prepared->train.features) == reference.n * reference.d);
    CHECK(std::ssize(prepared->encoding.classes) == reference.classes);
    CHECK(std::ssize(prepared->encoding.feature_names()) == reference.d);
  }
}

TEST_CASE("the test part of adult fits the training part") {
  DataOptions options;
  options.train = std::string((shared_folder() / "adult.data").string());
  if (!std::filesystem::exists(options.train.text())) {
    MESSAGE("skipped, not there: " << options.train.text());
    return;
  }
  options.target = "15";
  options.missing.policy = MissingPolicy::drop;
  options.test = TestFile{(shared_folder() / "adult.test").string(), 1, "."};
  const auto prepared = prepare<double>(options, std::nullopt, 1);
  for (const Fault& fault : prepared.faults()) FAIL_CHECK(to_string(fault));
  REQUIRE(bool(prepared));
  CHECK(prepared->encoding.task == Task::classification);
  CHECK(prepared->encoding.classes == std::vector<std::string>{"<=50K", ">50K"});
  REQUIRE(prepared->test.has_value());
  CHECK(prepared->test->rows == 15060);
  CHECK(prepared->test->columns == 104);
}

TEST_CASE("the shared files are guessed without help") {
  struct Guess {
    const char* file;
    const char* target;
    const char* note;
  };
  const Guess guesses[] = {
      {"adult.data", "15", "no header, separator ','"},
      {"abalone.data", "9", "no header, separator ','"},
      {"winequality-red.csv", "quality", "header, separator ';'"},
      {"diamonds.csv", "price", "header, separator ','"},
      {"Skin_NonSkin.txt", "SKIN", "header, separator tab"},
      {"letter-recognition.data", "Letter", "header, separator ','"},
      {"bank.csv", "y", "header, separator ';'"},
      {"letter-recognition.data", "1", "header, separator ','"},
      {"Concrete_Data.csv", "CMS", "header, separator ','"},
  };
  for (const Guess& guess : guesses) {
    CAPTURE(guess.file);
    DataOptions options;
    options.train = std::string((shared_folder() / guess.file).string());
    if (!std::filesystem::exists(options.train.text())) {
      MESSAGE("skipped, not there: " << options.train.text());
      continue;
    }
    options.target = guess.target;
    options.missing.policy = MissingPolicy::impute;
    const auto prepared = prepare<float>(options, std::nullopt, 1);
    REQUIRE(bool(prepared));
    CHECK(prepared->notes.front() == options.train.text() + ": " + guess.note + " (guessed)");
  }
}
