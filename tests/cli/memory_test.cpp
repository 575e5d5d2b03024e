#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Sizes beyond the memory are refused before it is asked for, and `check` tells what a run takes.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;

// What `check` says a run takes, in bytes.
double estimate(const std::string& out) {
  const auto at = out.rfind("about ");
  REQUIRE(at != std::string::npos);
  const std::string text = out.substr(at + 6);
  const double unit = contains(text, " GB") ? 1e9 : contains(text, " MB") ? 1e6 : 1e3;
  return std::stod(text) * unit;
}

TEST_CASE("no product of sizes passes the end of the numbers unseen") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("pairs.yaml",
               "data: {train: t.csv, target: y, features: [colour, three]}\nmodel: matrix_factorization\n"
               "optimizer: sgd\n");
  folder.write("net.yaml",
               "data: {train: t.csv, target: three, drop: [two, y]}\nmodel: mlp\noptimizer: sgd\n");
  folder.write("sum.yaml", "objective: {function: least_squares}\noptimizer: sgd\n");
  const std::string limit = " and <= ", memory = " of memory, there are ";
  struct Wrong {
    const char* file;
    const char* set;
    int code;
    std::string message;
  };
  for (const Wrong& wrong :
       std::vector<Wrong>{{"pairs.yaml", "model.rank=4611686018427387904", 3, limit},
                          {"pairs.yaml", "model.rank=9223372036854775807", 3, limit},
                          {"net.yaml", "model.hidden=[1000000, 1000000, 1000000]", 4, memory},
                          {"net.yaml", "model.hidden=[4611686018427387904, 4]", 3, limit},
                          {"net.yaml", "model.hidden=[1000000000]", 3, limit},
                          {"sum.yaml", "objective.dim=100000000", 3, memory},
                          {"sum.yaml", "objective.samples=1e15", 3, limit}}) {
    for (const char* command : {"check", "solve"}) {
      CAPTURE(wrong.set);
      const Result result = run(folder, {command, wrong.file, "-s", wrong.set});
      CHECK(result.signal == 0);
      CHECK_MESSAGE(result.code == wrong.code, result.err);
      CHECK_MESSAGE(contains(result.err, wrong.message), result.err);
    }
  }
  CHECK(!folder.exists("runs"));
}

TEST_CASE("memory limits of the process are looked at") {
  const Folder folder;
  folder.write("p.yaml", "objective: {function: sphere, dim: 20000000}\noptimizer: adam\nstop: {steps: 2}\n");
  Surroundings narrow;
  narrow.most_memory = rlim_t{1} << 30;
  const Result result = run(folder, {"solve", "p.yaml"}, narrow);
  CHECK(result.signal == 0);
  CHECK(result.code == 3);
  CHECK_MESSAGE(contains(result.err, "p.yaml:1:12: error: the objective needs "), result.err);
  CHECK_MESSAGE(contains(result.err, " of memory, there are 1.1 GB (choose a smaller dim)"), result.err);
  CHECK(!folder.exists("runs"));
}

TEST_CASE("memory limits of the process hold for the runs of a sweep one by one") {
  const Folder folder;
  folder.write("p.yaml", "objective: {function: sphere, dim: 2000000}\noptimizer: adam\nstop: {steps: 3}\n");
  Surroundings narrow;
  narrow.most_memory = rlim_t{470000} << 10;
  // One needs 250 MB. Two of them side by side have no room, and go one after the other.
  for (const char* threads : {"1", "2", "4"}) {
    const Result result = run(
        folder, {"sweep", "p.yaml", "--seeds", "1..6", "-o", "s", "--force", "--threads", threads}, narrow);
    CHECK_MESSAGE(result.code == 0, result.err);
  }
  narrow.most_memory = rlim_t{200000} << 10;
  CHECK(run(folder, {"sweep", "p.yaml", "--seeds", "1..2", "-o", "s", "--force", "--threads", "2"}, narrow)
            .code == 8);
}

// Solves a problem briefly and compares the memory it took with what check said of it.
void judge_estimate(const Folder& folder, const std::string& file, const std::vector<std::string>& more) {
  CAPTURE(file);
  std::vector<std::string> arguments = {"check", "-q", "--threads", "2", file};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Result check = run(folder, arguments);
  REQUIRE_MESSAGE(check.code == 0, check.err);
  arguments[0] = "solve";
  arguments.insert(arguments.end(), {"-o", "run", "--force"});
  const Result solve = run(folder, arguments);
  REQUIRE_MESSAGE(solve.code == 0, solve.err);
  const double told = estimate(check.out);
  // Two digits are shown, of 20 % that are allowed.
  // No process is said to take less than the tests themselves did when they started it.
  const double least = run(folder, {"version"}).peak_bytes;
  CAPTURE(told);
  CAPTURE(solve.peak_bytes);
  CHECK(std::abs(std::max(told, least) - solve.peak_bytes) <= 0.2 * solve.peak_bytes);
}

TEST_CASE("check tells the memory of every sample on data within 20 %") {
  const fs::path samples = fs::path(LOOKAHEAD_SOURCE_DIR) / "samples";
  const Folder folder;
  int count = 0;
  for (const auto& entry : fs::directory_iterator(samples)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!contains(text, "\ndata:") && !text.starts_with("data:")) continue;
    ++count;
    judge_estimate(folder, entry.path().string(), {"-s", "stop={epochs: 2}"});
  }
  CHECK(count >= 10);
}

TEST_CASE("check tells the memory of large points, wide networks, workers, folds and files within 20 %") {
  const Folder folder;
  std::string rows = "a,b,y\n";
  for (int i = 0; i < 400; ++i)
    rows += std::to_string(i % 17) + "," + std::to_string(i % 13) + "," + std::to_string(i % 5) + "\n";
  folder.write("t.csv", rows);
  const std::string net =
      "data: {train: t.csv, target: y, task: regression}\nmodel: {type: mlp, hidden: [100000]}\n"
      "stop: {epochs: 1}\noptimizer: {lr: 1e-9, name: ";
  folder.write("full.yaml", net + "sgd}\nbatch: full\n");
  folder.write("adam.yaml", net + "adam}\n");
  folder.write("single.yaml", net + "adam}\nprecision: single\n");
  folder.write("folds.yaml", net + "adam}\n");
  const std::string sphere = "objective: {function: sphere, dim: 1000000}\nstop: {steps: 10}\n";
  folder.write("sgd.yaml", sphere + "optimizer: {name: sgd, momentum: 0.9}\n");
  folder.write("lbfgs.yaml", sphere + "optimizer: {name: lbfgs, history: 20}\n");
  folder.write("workers.yaml", sphere + "optimizer: adamw\nlookahead: {workers: 4, outer: adam}\n");
  folder.write("nested.yaml", sphere +
                                  "optimizer: adam\nlookahead: [{k: 2, alpha: 0.5, at_sync: pullback}, "
                                  "{k: 2, alpha: 0.5}]\n");
  const std::string large = "objective: {function: sphere, dim: 300000}\nstop: {steps: 8}\n";
  folder.write("pulled.yaml", large + "optimizer: adan\nlookahead: {k: 2, workers: 8, at_sync: pullback}\n");
  folder.write("averaged.yaml", large + "optimizer: schedule_free_adamw\nlookahead: {k: 2, workers: 8}\n");
  folder.write("points.yaml", sphere + "optimizer: sgd\ntrace: {points: true, every: 5}\n");
  for (const char* file : {"full.yaml", "adam.yaml", "single.yaml", "sgd.yaml", "lbfgs.yaml", "workers.yaml",
                           "nested.yaml", "pulled.yaml", "averaged.yaml", "points.yaml"})
    judge_estimate(folder, file, {});
  judge_estimate(folder, "folds.yaml", {"-s", "data.validation={folds: 4}"});
  std::string labels = "a,b,y\n";
  for (int i = 0; i < 4000; ++i)
    labels += std::to_string(i % 17) + "," + std::to_string(i % 13) + ",c" + std::to_string(i % 7) + "\n";
  folder.write("c.csv", labels);
  folder.write(
      "classes.yaml",
      "data: {train: c.csv, target: y}\nmodel: {type: mlp, hidden: [20000]}\noptimizer: sgd\nbatch: 32\n"
      "stop: {steps: 3}\n");
  judge_estimate(folder, "classes.yaml", {});
  judge_estimate(folder, "classes.yaml", {"-s", "data.test=c.csv"});
  judge_estimate(folder, "classes.yaml", {"-s", "data.validation=0.5"});
}

TEST_CASE("a header of very many names is refused before it takes memory") {
  const Folder folder;
  folder.write("t.csv", "y" + std::string(4 << 20, ',') + "\n");
  folder.write("p.yaml", "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\n");
  const Result result = run(folder, {"check", "p.yaml"});
  CHECK(result.code == 4);
  CHECK_MESSAGE(contains(result.err, "t.csv:1: error: the first row has more than 1048576 fields"),
                result.err);
  CHECK(result.peak_bytes < 600e6);
}

TEST_CASE("memory follows the size of sparse rows, not their largest index") {
  const Folder folder;
  for (const char* index : {"16777216", "100000000", "2147483646"}) {
    const std::string last = std::string(" ") + index + ":1.5\n";
    folder.write("t.svm", "1 1:0.5 7:1\n-1 2:1" + last + "1 3:2\n-1 1:-1 9:1" + last);
    folder.write("p.yaml", "data: {train: t.svm}\nmodel: logistic\noptimizer: adam\nstop: {epochs: 3}\n");
    const Result result = run(folder, {"solve", "p.yaml", "-o", "run", "--force"});
    REQUIRE_MESSAGE(result.code == 0, result.err);
    CHECK_MESSAGE(contains(result.err, "t.svm: 6 of " + std::string(index) + " indices occur"), result.err);
    CHECK(result.peak_bytes < 100e6);
    CHECK(fs::file_size(folder.path("run/model.json")) < 10000);
    const auto model = folder.json("run/model.json");
    CHECK(model["weights"].size() == 7);
    CHECK(model["features"] == nlohmann::json({"1", "2", "3", "7", "9", index}));
    // The same rows are predicted the same, and what lies between is left out.
    const Result predicted = run(folder, {"predict", "-m", "run", "t.svm"});
    CHECK(predicted.code == 0);
    CHECK_MESSAGE(contains(predicted.err, "log_loss"), predicted.err);
    folder.write("u.svm", "1 1:0.5 7:1 65536:3\n");
    const Result other = run(folder, {"predict", "-m", "run", "u.svm"});
    CHECK(other.code == 0);
    CHECK_MESSAGE(contains(other.err, "1 value has an index"), other.err);
    CHECK(lines(other.out)[1] == lines(predicted.out)[1]);
  }
}

}  // namespace
}  // namespace lookahead::cli
