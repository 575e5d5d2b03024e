#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "run_binary.hpp"

// `solve` as it is meant to be used: streams, files, run directories, options, standard input.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

const std::string brief = "objective: rosenbrock\noptimizer: adam\nstop: {steps: 20}\n";
const std::string learn =
    "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.05}\nstop: {epochs: 3}\n";

TEST_CASE("a problem of two lines runs and leaves a complete run directory") {
  const Folder folder;
  folder.write("two.yaml", "objective: rosenbrock\noptimizer: adam\n");
  const Result result = run(folder, {"solve", "two.yaml"});
  CHECK(result.code == 0);
  CHECK(result.out.starts_with("two: finished (steps) after 10000 steps, 2000 rounds in "));
  CHECK(result.out.ends_with("runs/two-001\n"));
  CHECK(result.err.starts_with("writing to runs/two-001\n"));
  CHECK(folder.names() == Names{"runs", "runs/two-001", "runs/two-001/checkpoint.bin",
                                "runs/two-001/config.yaml", "runs/two-001/run.json",
                                "runs/two-001/solution.csv", "runs/two-001/trace.csv", "two.yaml"});
  const auto json = folder.json("runs/two-001/run.json");
  for (const char* key :
       {"name",   "version",   "status",    "stop",      "steps",     "rounds", "epochs",  "grad_evals",
        "seed",   "threads",   "precision", "optimizer", "lookahead", "ends",   "result",  "read_s",
        "time_s", "elapsed_s", "trace_s",   "started",   "machine",   "data",   "warnings"})
    CHECK_MESSAGE(json.contains(key), key);
  for (const char* key : {"loss_slow", "loss_fast", "best_loss", "best_step", "grad_norm", "gap"})
    CHECK_MESSAGE(json["result"].contains(key), key);
  CHECK(json["name"] == "two");
  CHECK(json["status"] == "finished");
  CHECK(json["stop"] == "steps");
  CHECK(json["steps"] == 10000);
  CHECK(json["rounds"] == 2000);
  CHECK(json["epochs"].is_null());
  CHECK(json["grad_evals"] == 10000);
  CHECK(json["seed"] == 1);
  CHECK(json["precision"] == "double");
  CHECK(json["optimizer"]["name"] == "adam");
  CHECK(json["lookahead"]["k"] == 5);
  CHECK(json["lookahead"]["alpha"] == 0.5);
  CHECK(json["lookahead"]["at_sync"] == "keep");
  const Csv solution = parse_csv(folder.read("runs/two-001/solution.csv"));
  CHECK(solution.header == Names{"i", "slow", "fast"});
  CHECK(solution.column("i") == Names{"0", "1"});
}

TEST_CASE("the result says what Lookahead did, also where the problem does not speak of it") {
  const Folder folder;
  folder.write("p.yaml", brief);
  const auto line = [&](const Names& settings) {
    Names arguments = {"solve", "p.yaml", "-q"};
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"-s", setting});
    for (const std::string& text : lines(run(folder, arguments).out)) {
      if (text.starts_with("  lookahead ")) return text.substr(text.find_first_not_of(' ', 11));
    }
    return std::string();
  };
  CHECK(line({}) == "k = 5, alpha = 0.5 (the default) over adam");
  CHECK(line({"lookahead.k=10"}) == "k = 10, alpha = 0.5 over adam");
  CHECK(line({"lookahead=false"}) == "off: adam alone");
  CHECK(line({"lookahead=[{k: 5}, {k: 2, alpha: {step: {from: 1, every: 5}}, workers: 2}]",
              "optimizer=sgd"}) == "k = 5, alpha = 0.5; k = 2, alpha = step, 2 workers over sgd");
}

TEST_CASE("a data problem leaves a model and its metrics") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", learn);
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run", "--set", "data.validation=0.25", "--set",
                                     "data.test=t.csv", "--set", "stop={epochs: 4, patience: {epochs: 3}}"});
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.err, "t.csv: header, separator ',' (guessed)"));
  const auto json = folder.json("run/run.json");
  CHECK(json["epochs"] == 4);
  CHECK(json["data"]["rows"] == 30);
  CHECK(json["read_s"] > 0);
  for (const char* key : {"train_rmse", "train_r2", "val_loss", "val_rmse", "val_r2", "test_rmse", "test_r2"})
    CHECK_MESSAGE(json["result"][key].is_number(), key);
  CHECK(json["result"]["gap"].is_null());
  CHECK(folder.exists("run/model.json"));
  CHECK(!folder.exists("run/solution.csv"));
  CHECK(contains(folder.read("run/config.yaml"), "train: " + folder.path("t.csv")));
}

TEST_CASE("a classification tells what became of its classes") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml",
               "data: {train: t.csv, target: three, drop: [y], test: t.csv}\nmodel: softmax\n"
               "optimizer: {name: adam, lr: 0.05}\nstop: {epochs: 60}\nmetrics: [accuracy, f1]\n");
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.out, "  test rows by class (down) and prediction (across)\n"));
  const auto values = folder.json("run/run.json")["result"];
  const auto confusion = values["confusion"];
  CHECK(confusion["part"] == "test");
  CHECK(confusion["classes"] == nlohmann::json({"high", "low", "middle"}));
  int rows = 0, right = 0;
  double f1 = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    int of_class = 0;
    for (const int count : confusion["matrix"][c]) of_class += count;
    CHECK(confusion["support"][c] == of_class);
    rows += of_class;
    right += confusion["matrix"][c][c].get<int>();
    f1 += confusion["f1"][c].get<double>() / 3;
  }
  CHECK(rows == 40);
  CHECK(values["test_accuracy"].get<double>() == doctest::Approx(right / 40.0));
  CHECK(values["test_f1"].get<double>() == doctest::Approx(f1));
}

TEST_CASE("the shares of classes are by row weights where there are some, and say so") {
  const Folder folder;
  const auto rows = lines(table());
  std::string weighted = rows[0] + ",w\n";
  for (std::size_t i = 1; i < rows.size(); ++i) weighted += rows[i] + "," + std::to_string(i % 5) + "\n";
  folder.write("t.csv", weighted);
  const std::string rest =
      "model: softmax\noptimizer: {name: adam, lr: 0.05}\nstop: {epochs: 3}\nmetrics: [accuracy, f1]\n";
  const std::string head = "  train rows by class (down) and prediction (across)";
  folder.write("p.yaml", "data: {train: t.csv, target: three, features: [x1], weights: w}\n" + rest);
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.out, head + "; precision, recall and f1 are weighted\n"));
  const auto values = folder.json("run/run.json")["result"];
  const auto confusion = values["confusion"];
  CHECK(confusion["weighted"] == nlohmann::json({"precision", "recall", "f1"}));
  int counted = 0, right = 0;
  double f1 = 0, classes = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    for (const int count : confusion["matrix"][c]) counted += count;
    right += confusion["matrix"][c][c].get<int>();
    if (confusion["f1"][c].is_null()) continue;
    f1 += confusion["f1"][c].get<double>();
    ++classes;
  }
  // A fifth of the 40 rows has the weight 0.
  CHECK(counted == 32);
  // Of the same sums.
  CHECK(values["train_f1"].get<double>() == doctest::Approx(f1 / classes).epsilon(1e-14));
  // By the counts alone the accuracy is another one.
  CHECK(values["train_accuracy"].get<double>() != doctest::Approx(right / 32.0).epsilon(1e-6));
  // A class's weights are for the loss alone.
  folder.write("p.yaml", "data: {train: t.csv, target: three, drop: [y, w]}\n" + rest);
  const Result plain = run(folder, {"solve", "p.yaml", "-o", "plain", "-s", "model.class_weight=balanced"});
  REQUIRE_MESSAGE(plain.code == 0, plain.err);
  CHECK(contains(plain.out, head + "\n"));
  CHECK_FALSE(folder.json("plain/run.json")["result"]["confusion"].contains("weighted"));
}

TEST_CASE("folds leave a table of their own and means in run.json") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", learn);
  const Result result = run(
      folder, {"solve", "p.yaml", "-o", "run", "--set", "data.validation={folds: 4}", "-s", "metrics=[mae]"});
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.err, "training the models of 4 folds\n"));
  const Csv folds = parse_csv(folder.read("run/folds.csv"));
  CHECK(folds.header == Names{"fold", "rows", "val_loss", "val_mae", "epochs", "stop"});
  REQUIRE(folds.rows.size() == 4);
  double mean = 0;
  for (const std::string& cell : folds.column("val_mae")) mean += std::stod(cell) / 4;
  const auto values = folder.json("run/run.json")["result"];
  CHECK(values["val_mae"].get<double>() == doctest::Approx(mean));
  CHECK(values["val_mae_sd"].is_number());
  CHECK(contains(result.out, " over 4 folds)\n"));
  CHECK(!contains(folder.read("run/trace.csv"), "val_"));
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run", "--force"}).code == 0);
  CHECK(!folder.exists("run/folds.csv"));
  const Result few = run(folder, {"solve", "p.yaml", "-o", "few", "--set", "data.validation={folds: 41}"});
  CHECK(few.code == 4);
  CHECK(contains(few.err, "40 training rows for 41 folds"));
}

TEST_CASE("--json prints run.json and nothing else on stdout") {
  const Folder folder;
  folder.write("p.yaml", brief);
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run", "--json"});
  CHECK(result.code == 0);
  CHECK(result.out == folder.read("run/run.json"));
}

TEST_CASE("--no-trace leaves the trace out and changes nothing else") {
  const Folder folder;
  folder.write("p.yaml", brief);
  CHECK(run(folder, {"solve", "p.yaml", "-o", "with"}).code == 0);
  CHECK(run(folder, {"solve", "p.yaml", "-o", "without", "--no-trace"}).code == 0);
  CHECK(!folder.exists("without/trace.csv"));
  CHECK(folder.read("with/solution.csv") == folder.read("without/solution.csv"));
  CHECK(folder.json("with/run.json")["result"] == folder.json("without/run.json")["result"]);
}

TEST_CASE("--dry-run writes nothing") {
  const Folder folder;
  folder.write("p.yaml", brief);
  const auto before = folder.names();
  const Result result = run(folder, {"solve", "p.yaml", "--dry-run", "-o", "run"});
  CHECK(result.code == 0);
  CHECK(result.out == "p: would run with 2 coordinates, loss at the start 24.2; nothing was written\n");
  CHECK(result.err.empty());
  const Result json = run(folder, {"solve", "p.yaml", "--dry-run", "--json"});
  CHECK(nlohmann::json::parse(json.out) ==
        nlohmann::json(
            {{"name", "p"}, {"dry_run", true}, {"coordinates", 2}, {"start_loss", 24.199999999999996}}));
  CHECK(folder.names() == before);
}

TEST_CASE("--force replaces an earlier run and leaves foreign files") {
  const Folder folder;
  folder.write("p.yaml", brief);
  folder.write("t.csv", table());
  folder.write("learn.yaml", learn);
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run", "--set", "trace.file=t.csv"}).code == 0);
  folder.write("run/notes.txt", "mine");
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 5);
  CHECK(run(folder, {"solve", "learn.yaml", "-o", "run", "--force"}).code == 0);
  CHECK(folder.read("run/notes.txt") == "mine");
  CHECK(folder.exists("run/model.json"));
  CHECK(!folder.exists("run/solution.csv"));
  CHECK(folder.json("run/run.json")["name"] == "learn");
}

TEST_CASE("--require-target judges the end of the run") {
  const Folder folder;
  folder.write("p.yaml", brief);
  const Result missed = run(folder, {"solve", "p.yaml", "--require-target", "-s", "stop.target=1e-30"});
  CHECK(missed.code == 7);
  CHECK(contains(missed.err, "--require-target: error: the loss is "));
  const Result met = run(folder, {"solve", "p.yaml", "--require-target", "-s", "stop.target=24"});
  CHECK(met.code == 0);
  CHECK(met.out.starts_with("p: finished (target)"));
}

TEST_CASE("-q keeps stderr quiet and NO_COLOR, pipes and dumb terminals get no escapes") {
  const Folder folder;
  folder.write("p.yaml", brief);
  const Result quiet = run(folder, {"solve", "p.yaml", "-q"});
  CHECK(quiet.code == 0);
  CHECK(quiet.err.empty());
  CHECK(quiet.out.starts_with("p: finished"));
  const Result wrong = run(folder, {"solve", "nosuch.yaml", "-q"});
  CHECK(wrong.err.starts_with("nosuch.yaml: error: "));
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"NO_COLOR", "1"}, {"TERM", "dumb"}, {"TERM", "xterm"}}) {
    Surroundings surroundings;
    surroundings.environment = {{name, value}};
    const Result result = run(folder, {"solve", "p.yaml"}, surroundings);
    CHECK(!contains(result.err + result.out, "\x1b"));
    CHECK(!contains(result.err + result.out, "\r"));
  }
  CHECK(contains(run(folder, {"solve", "p.yaml", "--color", "always"}).err, "\x1b["));
}

TEST_CASE("--log-file keeps the messages, also quiet ones") {
  const Folder folder;
  folder.write("p.yaml", brief);
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run", "-q", "--log-file", "log"});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(contains(folder.read("log"), " info writing to run\n"));
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run", "--log-file", "log"}).code == 5);
  CHECK(contains(folder.read("log"), " error run: error: the folder is not empty"));
}

TEST_CASE("the problem and the data may come from standard input") {
  const Folder folder;
  Surroundings surroundings;
  surroundings.input = brief;
  const Result problem = run(folder, {"solve", "-"}, surroundings);
  CHECK(problem.code == 0);
  CHECK(folder.exists("runs/stdin-001/run.json"));
  surroundings.input = "objective: sphre\noptimizer: sgd\n";
  CHECK(run(folder, {"check", "-"}, surroundings)
            .err.starts_with("<stdin>:1:12: error: unknown function 'sphre'"));
  folder.write("t.csv", table());
  folder.write("p.yaml", learn);
  CHECK(run(folder, {"solve", "p.yaml", "-o", "file"}).code == 0);
  for (const int copies : {1, 400}) {
    std::string rows = table();
    const std::string more = rows.substr(rows.find('\n') + 1);
    for (int i = 1; i < copies; ++i) rows += more;
    surroundings.input = rows;
    const std::string out = "stdin" + std::to_string(copies);
    const Result data = run(folder, {"solve", "p.yaml", "-o", out, "--set", "data.train=-"}, surroundings);
    CHECK_MESSAGE(data.code == 0, data.err);
    CHECK(folder.json(out + "/run.json")["data"]["rows"] == 40 * copies);
  }
  CHECK(folder.json("file/run.json")["result"] == folder.json("stdin1/run.json")["result"]);
}

TEST_CASE("run directories are numbered on, whatever lies beside them") {
  const Folder folder;
  folder.write("p.yaml", brief);
  for (const char* name : {"p-001", "p-002"}) {
    CHECK(run(folder, {"solve", "p.yaml", "-q"}).code == 0);
    CHECK(folder.exists(std::string("runs/") + name + "/run.json"));
  }
  folder.write("runs/p-017/x", "");
  folder.write("runs/p-abc", "");
  folder.write("runs/other-500", "");
  CHECK(run(folder, {"solve", "p.yaml", "-q"}).code == 0);
  CHECK(folder.exists("runs/p-018/run.json"));
  folder.write("runs/p-999", "");
  CHECK(run(folder, {"solve", "p.yaml", "-q"}).code == 0);
  CHECK(folder.exists("runs/p-1000/run.json"));
  CHECK(run(folder, {"solve", "p.yaml", "-q", "-s", "name=q"}).code == 0);
  CHECK(folder.exists("runs/q-001/run.json"));
}

TEST_CASE("runs started side by side never meet") {
  const Folder folder;
  folder.write("p.yaml", brief);
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 8; ++i)
    processes.push_back(std::make_unique<Process>(
        folder, Names{"solve", "p.yaml", "-q", "--seed", std::to_string(i), "--set", "start=random"}));
  std::set<std::string> printed;
  for (const auto& process : processes) {
    const Result result = process->wait();
    CHECK(result.code == 0);
    printed.insert(lines(result.out).back());
  }
  CHECK(printed.size() == 8);
  std::set<int> seeds;
  for (int i = 1; i <= 8; ++i) {
    const std::string name = "runs/p-00" + std::to_string(i);
    seeds.insert(folder.json(name + "/run.json")["seed"].get<int>());
    CHECK(parse_csv(folder.read(name + "/trace.csv")).rows.size() == 21);
  }
  CHECK(seeds.size() == 8);
}

TEST_CASE("a diverged run keeps the last finite slow point and says so") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: {name: sgd, lr: 0.1}\ntrace: {every: 1}\n");
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
  CHECK(result.code == 6);
  CHECK(result.out.starts_with("p: diverged (divergence) after "));
  CHECK(contains(result.err, "warning: diverged at step "));
  const auto json = folder.json("run/run.json");
  CHECK(json["status"] == "diverged");
  CHECK(json["stop"] == "divergence");
  CHECK(json["result"]["loss_slow"].is_number());
  for (const std::string& cell : parse_csv(folder.read("run/solution.csv")).column("slow")) {
    CHECK(std::isfinite(std::stod(cell)));
  }
  const Csv trace = parse_csv(folder.read("run/trace.csv"));
  CHECK(trace.rows.back().back() == "divergence");
  CHECK(trace.rows.front().back() == "start");
}

}  // namespace
}  // namespace lookahead::cli
