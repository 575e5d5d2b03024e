#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// solve --require: what a run's result has to be.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

const std::string held_out_problem =
    "data: {train: t.csv, target: y, validation: 0.25, test: t.csv}\nmodel: linear\noptimizer: {name: sgd, "
    "lr: 0.05}\nstop: {epochs: 20}\n";

Result require(const Folder& folder, const Names& wishes, const Names& more = {}) {
  Names arguments = {"solve", "p.yaml", "-q", "-o", "run", "--force"};
  for (const std::string& wish : wishes) {
    arguments.emplace_back("--require");
    arguments.push_back(wish);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(folder, arguments);
}

TEST_CASE("what a result misses is reported with both figures and ends with exit code 7") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", held_out_problem);
  CHECK(require(folder, {"val_r2>=-1e9", "loss_slow < 1e9", "test_rmse<=1e9", "best_step > 0"}).code == 0);
  const Result result = require(folder, {"val_r2>=-1e9", "loss_slow<0", " test_rmse >= 1e3 "});
  CHECK(result.code == 7);
  const auto json = folder.json("run/run.json");
  const auto figure = [&](const char* key) { return json.at("result").at(key).dump(); };
  CHECK(result.err == "--require loss_slow<0: error: loss_slow is " + figure("loss_slow") +
                          ", required is < 0\n--require test_rmse>=1000: error: test_rmse is " +
                          figure("test_rmse") + ", required is >= 1000\n");
  CHECK(result.out.starts_with("p: finished"));
}

TEST_CASE("equal is enough for >= and <=, not for > and <") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: sgd\nstop: {steps: 10}\n");
  REQUIRE(require(folder, {}).code == 0);
  const std::string gap = folder.json("run/run.json").at("result").at("gap").dump();
  CHECK(require(folder, {"gap>=" + gap, "gap<=" + gap}).code == 0);
  CHECK(require(folder, {"gap>" + gap}).code == 7);
  CHECK(require(folder, {"gap<" + gap}).code == 7);
}

TEST_CASE("the beginning of a key leads to the key, and a key of another task to those there are") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", held_out_problem);
  const Result other = require(folder, {"val_acc>=0.5"});
  CHECK(other.code == 2);
  CHECK_MESSAGE(
      contains(other.err,
               "--require val_acc>=0.5: error: there is no 'val_acc' in the result of this problem (there "
               "are loss_slow, "),
      other.err);
  CHECK(contains(other.err, "val_rmse"));
  std::string classes = held_out_problem;
  classes.replace(classes.find("target: y"), 9, "target: two");
  classes.replace(classes.find("linear"), 6, "logistic");
  folder.write("p.yaml", classes);
  const Result begun = require(folder, {"val_acc>=0.5"});
  CHECK(begun.code == 2);
  CHECK_MESSAGE(contains(begun.err, "(did you mean 'val_accuracy'? there are "), begun.err);
}

TEST_CASE("a value that does not exist is a miss, either way") {
  const Folder folder;
  folder.write("t.csv", "x,y\n1,2\n2,2\n3,2\n4,2\n");
  folder.write("p.yaml",
               "data: {train: t.csv, target: y, task: regression}\nmodel: linear\noptimizer: sgd\n");
  for (const char* wish : {"gap<1", "gap>=0"}) {
    const Result result = require(folder, {wish});
    CHECK(result.code == 7);
    CHECK(contains(result.err, "error: gap is undefined, required is "));
  }
}

TEST_CASE("malformed requirements and keys that no result has are refused before anything is written") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", held_out_problem);
  for (const char* wish : {"val_r2", ">=1", "val_r2>=", "val_r2=1", "val_r2==1", "val_r2=>1", "val_r2>>1",
                           "val_r2>=high", "val_r2>=nan", "val_r2<inf", "val_r2>=1 2", "val_r2>= 0x1"}) {
    CAPTURE(wish);
    const Result result = require(folder, {wish});
    CHECK(result.code == 2);
    CHECK(contains(result.err, "must be a key of result, one of > >= < <=, and a number"));
  }
  const Result unknown = require(folder, {"val_R2>=0.5", "accuracy>0"});
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err,
                 "--require val_R2>=0.5: error: there is no 'val_R2' in the result of this "
                 "problem (did you mean 'val_r2'? there are loss_slow, loss_fast,"));
  CHECK(contains(unknown.err, "there is no 'accuracy'"));
  CHECK(require(folder, {"confusion>0"}).code == 2);
  CHECK(run(folder, {"solve", "p.yaml", "--dry-run", "--require", "test_r3>0"}).code == 2);
  // Which metrics a network has by default the data tell; still nothing is written.
  const Result late = require(folder, {"train_accuracy>0.5"}, {"-s", "model={type: mlp, hidden: [2]}"});
  CHECK(late.code == 2);
  CHECK(contains(late.err, "train_rmse"));
  CHECK(folder.names() == Names{"p.yaml", "t.csv"});
}

TEST_CASE("every key that a result has may be required, and no other") {
  const Folder folder;
  folder.write("t.csv", table());
  const std::string games = "objective: rock_paper_scissors\noptimizer: {name: gda}\nstop: {steps: 5}\n";
  const std::string folds =
      "data: {train: t.csv, target: three, drop: [y], validation: {folds: 3}, test: t.csv}\nmodel: "
      "softmax\noptimizer: sgd\nstop: {epochs: 2}\nmetrics: [accuracy, log_loss]\n";
  for (const std::string& problem : {held_out_problem, games, folds}) {
    CAPTURE(problem);
    folder.write("p.yaml", problem);
    const Result refused = require(folder, {"none>0"});
    REQUIRE(refused.code == 2);
    REQUIRE(require(folder, {}).code == 0);
    std::string keys;
    const auto whole = nlohmann::ordered_json::parse(folder.read("run/run.json"));
    for (const auto& [key, value] : whole.at("result").items()) {
      if (key != "confusion") keys += (keys.empty() ? "" : ", ") + key;
    }
    CHECK(contains(refused.err, "there are " + keys + ")"));
  }
}

TEST_CASE("a target that is missed is reported with both figures, beside what is required") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: sphere\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 10, target: 1e-8}\n");
  const Result result = require(folder, {"grad_norm<1e-9"}, {"--require-target"});
  CHECK(result.code == 7);
  CHECK(contains(result.err, "--require grad_norm<1e-09: error: grad_norm is "));
  CHECK(contains(result.err, " above the minimum, stop.target is 1e-08\n"));
}

TEST_CASE("a run that has left its function's domain for less than the minimum has reached no target") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: mccormick\noptimizer: {name: sgd, momentum: 0.9, lr: 0.3}\nstop: {steps: 60, target: 1e-6}\n");
  const Result solved = run(folder, {"solve", "p.yaml", "-o", "r", "--require-target"});
  CHECK(solved.code == 7);
  CHECK_MESSAGE(contains(solved.out, " below the minimum in the domain, which the point has left)"),
                solved.out);
  CHECK_MESSAGE(contains(solved.err, "--require-target: error: the loss is "), solved.err);
  CHECK(run(folder, {"solve", "--resume", "r", "--require-target"}).code == 7);
  const Result swept = run(folder, {"sweep", "p.yaml", "-o", "s", "--targets", "0.001", "-q"});
  CHECK(swept.code == 0);
  CHECK(lines(folder.read("s/runs.csv"))[0].find("steps_to_0.001") != std::string::npos);
  CHECK(run(folder, {"compare", "s", "--value", "steps_to_0.001", "-q"}).out.find("inf") !=
        std::string::npos);
}

}  // namespace
}  // namespace lookahead::cli
