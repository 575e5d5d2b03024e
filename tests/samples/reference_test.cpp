#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "program.hpp"

// Public data sets that are not part of the product: the problem files of tests/samples/shared, on data from
// the folder data/ of $LOOKAHEAD_SHARED or of ../shared beside the source; skipped where there is none.
namespace lookahead::test {
namespace {

namespace fs = std::filesystem;

// The minimum of the convex objective by Newton's method, to a gradient below 1e-13 and checked against
// scikit-learn; accuracy or r2 at the minimum.
struct Row {
  std::string problem;
  const char* train;
  const char* test;  // the key and the file of the test rows, or nothing
  double optimum;
  const char* metric;
  double on_train;
  double on_test;
  bool takes_minutes = false;
  double tolerance = 1e-4;
};

const Row rows[] = {
    {"adult-drop", "adult.data", "data.test.file=adult.test", 0.332368193500329, "accuracy", 0.848452,
     0.847742},
    {"adult-impute", "adult.data", "data.test.file=adult.test", 0.325077894967268, "accuracy", 0.851786,
     0.852712},
    {"bank", "bank.csv", "", 0.246905528049708, "accuracy", 0.903782, 0},
    {"california-drop-ols", "california_housing.csv", "", 2355388951.7038, "r2", 0.646464, 0},
    {"california-drop-ridge", "california_housing.csv", "", 2366274289.8878, "r2", 0.646165, 0},
    {"california-impute-ols", "california_housing.csv", "", 2360340847.84786, "r2", 0.645475, 0},
    {"california-impute-ridge", "california_housing.csv", "", 2371032862.28047, "r2", 0.645169, 0},
    {"diamonds-ols", "diamonds.csv", "", 638272.587154194, "r2", 0.919791, 0},
    {"diamonds-ridge", "diamonds.csv", "", 665233.356529209, "r2", 0.919658, 0},
    {"fashion-mnist", "fashion-mnist_train.csv.gz", "data.test=fashion-mnist_test.csv.gz", 0.370993032522575,
     "accuracy", 0.877700, 0.847400, true},
    {"letter", "letter-recognition.data", "", 1.10046663237743, "accuracy", 0.768400, 0},
    {"abalone-huber", "abalone.data", "", 0.200204337118684, "r2", 0.531462, 0, false, 1e-6},
    {"california-drop-huber", "california_housing.csv", "", 0.158249456641199, "r2", 0.644287, 0, false,
     1e-6},
    {"california-impute-huber", "california_housing.csv", "", 0.158612736475712, "r2", 0.643309, 0, false,
     1e-6},
    {"concrete-huber", "Concrete_Data.csv", "", 0.185528106751736, "r2", 0.613375, 0, false, 1e-6},
    {"diamonds-huber", "diamonds.csv", "", 0.0394437064140031, "r2", 0.919090, 0, false, 1e-6},
    {"winequality-huber", "winequality-red.csv", "", 0.283557650174509, "r2", 0.358823, 0, false, 1e-6},
    {"skin", "Skin_NonSkin.txt", "", 0.250882097779319, "accuracy", 0.918146, 0},
    {"spambase", "spambase.csv", "", 0.223655955226251, "accuracy", 0.926538, 0},
};

// The same for the other encodings of text columns, which the settings beside the training file choose.
struct EncodingRow {
  const char* train;
  const char* settings;
  const char* model;
  double rate;
  int epochs;
  double optimum;
};

const EncodingRow encoding_rows[] = {
    {"penguins.csv", "target: species, missing: drop, encoding: drop_first", "softmax", 10, 1000,
     0.0330291979035097},
    {"penguins.csv", "target: species, missing: drop, standardize: all", "softmax", 10, 1000,
     0.0269212645799432},
    {"penguins.csv", "target: species, missing: drop, standardize: all, encoding: drop_first", "softmax", 10,
     1000, 0.0283893745388291},
    {"penguins.csv", "target: species, missing: impute, encoding: drop_first", "softmax", 10, 1000,
     0.0344051569172857},
    {"penguins.csv", "target: species, missing: impute, standardize: all", "softmax", 10, 1000,
     0.0271830136749898},
    {"penguins.csv", "target: species, missing: impute, standardize: all, encoding: drop_first", "softmax",
     10, 1000, 0.0289136522704286},
    {"bank.csv", "target: y, encoding: drop_first", "logistic", 3, 1000, 0.247891857985708},
    {"bank.csv", "target: y, standardize: all", "logistic", 2.5, 1000, 0.241410610069027},
    {"bank.csv", "target: y, standardize: all, encoding: drop_first", "logistic", 2.5, 500,
     0.241581967410271},
    {"abalone.data", "target: 9, encoding: drop_first", "linear", 0.14, 1500, 2.42125415767211},
    {"abalone.data", "target: 9, standardize: all", "linear", 0.14, 1500, 2.42096105859453},
    {"abalone.data", "target: 9, standardize: all, encoding: drop_first", "linear", 0.14, 1500,
     2.42098265115065},
    {"california_housing.csv", "target: median_house_value, missing: impute, encoding: drop_first", "linear",
     0.25, 1000, 2371041178.26652},
};

fs::path data_folder() {
  if (const char* set = std::getenv("LOOKAHEAD_SHARED")) return fs::absolute(fs::path(set) / "data");
  return fs::path(LOOKAHEAD_SOURCE_DIR) / ".." / "shared" / "data";
}

fs::path problems() { return fs::path(LOOKAHEAD_SOURCE_DIR) / "tests" / "samples" / "shared"; }

bool is_there(const std::string& file) {
  if (fs::exists(data_folder() / file)) return true;
  MESSAGE("skipped, not there: ", (data_folder() / file).string());
  return false;
}

// "key=file" with the file's whole path.
std::string in_data_folder(const std::string& setting) {
  const auto file = setting.find('=') + 1;
  return setting.substr(0, file) + (data_folder() / setting.substr(file)).string();
}

}  // namespace

TEST_CASE("problem files of at most eight lines reach the optima of public data sets") {
  for (const Row& row : rows) {
    if (!is_there(row.train)) continue;
    if (row.takes_minutes && std::getenv("LOOKAHEAD_LONG_TESTS") == nullptr) {
      MESSAGE("skipped, takes minutes: ", row.problem, " (LOOKAHEAD_LONG_TESTS=1 runs it)");
      continue;
    }
    CAPTURE(row.problem);
    std::vector<std::string> set = {in_data_folder(std::string("data.train=") + row.train)};
    const bool tested = *row.test != '\0';
    if (tested) set.push_back(in_data_folder(row.test));
    std::string why;
    const nlohmann::json run = solve((problems() / (row.problem + ".yaml")).string(), set, why);
    REQUIRE_MESSAGE(run.is_object(), why);
    const auto result = [&](const std::string& key) {
      REQUIRE_MESSAGE(run["result"][key].is_number(), key);
      return run["result"][key].get<double>();
    };
    CHECK_MESSAGE(reaches(result("loss_slow"), row.optimum, row.tolerance), result("loss_slow"), " against ",
                  row.optimum);
    CHECK(std::abs(result(std::string("train_") + row.metric) - row.on_train) <= 1e-3);
    if (tested) CHECK(std::abs(result(std::string("test_") + row.metric) - row.on_test) <= 2e-3);
  }
}

TEST_CASE("every encoding of text columns reaches its optimum") {
  for (const EncodingRow& row : encoding_rows) {
    if (!is_there(row.train)) continue;
    CAPTURE(row.train);
    CAPTURE(row.settings);
    const Folder folder;
    std::ofstream(folder.path("problem.yaml"))
        << "data: {train: \"" << (data_folder() / row.train).string() << "\", " << row.settings
        << "}\nmodel: {type: " << row.model << ", l2: 1e-3}\noptimizer: {name: sgd, lr: " << row.rate
        << ", momentum: 0.99, nesterov: true}\nbatch: full\nstop: {epochs: " << row.epochs
        << "}\ntrace: {every: {per_decade: 1}}\n";
    std::string why;
    const nlohmann::json run = solve(folder.path("problem.yaml"), {}, why);
    REQUIRE_MESSAGE(run.is_object(), why);
    const double loss = run["result"]["loss_slow"].get<double>();
    // Momentum leaves 1e-9 or less; a wrong encoding is off by 1e-4 or more.
    CHECK_MESSAGE(std::abs(loss / row.optimum - 1) <= 1e-6, loss, " against ", row.optimum);
  }
}

TEST_CASE("every problem file of public data has its row, and at most eight lines") {
  for (const auto& entry : fs::directory_iterator(problems())) {
    const std::string name = entry.path().stem().string();
    CAPTURE(name);
    bool known = false;
    for (const Row& row : rows) known = known || row.problem == name;
    CHECK(known);
    const std::string text = content_of(entry.path());
    CHECK(std::count(text.begin(), text.end(), '\n') <= 8);
  }
}

TEST_CASE("what a public data set needs is said with the key that sets it") {
  struct Refusal {
    std::string file;
    std::string data;  // the rest of the block
    std::string model;
    std::string message;
  };
  const Refusal refusals[] = {
      {"adult.data", "target: 15", "logistic", "(data.missing can drop or impute)"},
      {"adult.data", "target: income", "logistic", "give a number from 1 to 15, or set data.header: true"},
      {"abalone.data", "target: Rings", "linear", "give a number from 1 to 9, or set data.header: true"},
      {"california_housing.csv", "target: median_house_value", "linear", "(data.missing can drop or impute)"},
      {"penguins.csv", "target: species", "softmax", "(data.missing can drop or impute)"},
      {"penguins.csv", "target: species, missing: drop", "logistic",
       "(use model: softmax, or correct the labels)"},
      {"penguins.csv", "target: species, missing: drop", "linear", "set data.task: classification"},
      {"winequality-red.csv", "target: quality", "logistic", "(use model: softmax, or correct the labels)"},
      {"Concrete_Data.csv", "target: CMs", "linear", "(did you mean 'CMS'?)"},
      {"letter-recognition.data", "target: letter", "softmax", "(did you mean 'Letter'?)"},
  };
  for (const Refusal& refusal : refusals) {
    if (!is_there(refusal.file)) continue;
    CAPTURE(refusal.file);
    CAPTURE(refusal.message);
    const Folder folder;
    const std::string train = (data_folder() / refusal.file).string();
    std::ofstream(folder.path("problem.yaml")) << "data: {train: \"" << train << "\", " << refusal.data
                                               << "}\nmodel: " << refusal.model << "\noptimizer: adam\n";
    const Ended ended = run_program(folder, {"solve", folder.path("problem.yaml"), "-o", folder.path("run")});
    CHECK(ended.code == 4);
    CHECK_MESSAGE(ended.err.find(refusal.message) != std::string::npos, ended.err);
    CHECK(ended.out.empty());
    CHECK_FALSE(fs::exists(folder.path("run")));
  }
}

TEST_CASE("a test file with a junk line and dotted labels is refused with the keys that help") {
  if (!is_there("adult.data") || !is_there("adult.test")) return;
  const std::string problem = (problems() / "adult-drop.yaml").string();
  const std::string train = in_data_folder("data.train=adult.data"),
                    test = (data_folder() / "adult.test").string();
  for (const std::string& keys : {std::string(), std::string(", skip_lines: 1"), std::string(", strip: .")}) {
    CAPTURE(keys);
    const Folder folder;
    const Ended ended = run_program(folder, {"check", problem, "--set", train, "--set",
                                             "data.test={file: \"" + test + "\"" + keys + "}"});
    CHECK(ended.code == 4);
    const char* const cure = keys == ", skip_lines: 1" ? "strip" : "skip_lines";
    CHECK_MESSAGE(ended.err.find(cure) != std::string::npos, ended.err);
  }
}

}  // namespace lookahead::test
