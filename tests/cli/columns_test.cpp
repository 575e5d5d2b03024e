#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "run_binary.hpp"

// The CSV files that a run leaves: numbers of the same kind all the way down a column.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

bool is_integer(const std::string& cell) {
  return !cell.empty() && cell.find_first_not_of("-0123456789") == std::string::npos;
}

// Columns of integers, of `csv`; all others must be real in every cell, but for texts.
void check_kinds(const Csv& csv, const std::set<std::string>& counts, const std::set<std::string>& texts) {
  REQUIRE(!csv.rows.empty());
  for (const std::string& name : csv.header) {
    CAPTURE(name);
    if (texts.count(name) > 0) continue;
    int bad = 0;
    for (const std::string& cell : csv.column(name)) {
      if (!cell.empty() && is_integer(cell) != (counts.count(name) > 0)) ++bad;
    }
    CHECK(bad == 0);
  }
}

const std::set<std::string> trace_counts = {"seed", "step", "round", "synced", "epoch", "grad_evals", "k"};
const std::set<std::string> trace_texts = {"run", "method", "event"};

TEST_CASE("in every CSV of a run real columns have a point or an exponent, and counts have none") {
  const Folder folder;
  // Everything of these problems is a whole number.
  folder.write("f.yaml",
               "objective: {function: sphere, dim: 3}\nstart: [4, -8, 0]\noptimizer: {name: sgd, lr: 0.5}\n"
               "stop: {steps: 12}\ntrace: {points: true}\n");
  folder.write("t.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n6,12\n7,14\n8,16\n");
  folder.write("d.yaml",
               "data: {train: t.csv, target: y, task: regression, validation: {folds: 2}, standardize: "
               "false}\nmodel: {type: linear, l2: 0}\noptimizer: {name: sgd, lr: 0.01}\nbatch: full\n"
               "stop: {epochs: 7}\ntrace: {exact: true}\n");
  for (const char* precision : {"double", "single"}) {
    CAPTURE(precision);
    const std::string set = std::string("precision=") + precision;
    REQUIRE(run(folder, {"solve", "f.yaml", "-q", "-o", "f", "--force", "-s", set}).code == 0);
    check_kinds(parse_csv(folder.read("f/trace.csv")), trace_counts, trace_texts);
    const Csv solution = parse_csv(folder.read("f/solution.csv"));
    check_kinds(solution, {"i"}, {});
    REQUIRE(run(folder, {"solve", "d.yaml", "-q", "-o", "d", "--force", "-s", set}).code == 0);
    check_kinds(parse_csv(folder.read("d/trace.csv")), trace_counts, trace_texts);
    check_kinds(parse_csv(folder.read("d/folds.csv")), {"fold", "rows", "epochs"}, {"stop"});
    REQUIRE(run(folder, {"certify", "d", "-q"}).code == 0);
    check_kinds(parse_csv(folder.read("d/certificate.csv")), {"step", "within"}, {});
    const Result predicted = run(folder, {"predict", "-m", "d", "t.csv", "--columns", "all", "-q"});
    REQUIRE(predicted.code == 0);
    const Csv predictions = parse_csv(predicted.out);
    CHECK(predictions.column("target").front() == "2.0");
    check_kinds(predictions, {}, {});
  }
}

TEST_CASE("by default a trace of data has no gradients on the way, and certify names the key it lacks") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml",
               "data: {train: t.csv, target: two, drop: [three, y]}\nmodel: logistic\nsampling: replacement\n"
               "optimizer: {name: sgd, lr: auto}\nstop: {epochs: 20}\nbatch: 8\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "plain"}).code == 0);
  const Result lacking = run(folder, {"certify", "plain", "--assert"});
  CHECK(lacking.code == 7);
  CHECK(contains(lacking.out, "p: undecided: the trace has no gradients on the way\n"));
  CHECK(contains(lacking.out, "  lacks          trace: {gradients: true}"));
  const Result json = run(folder, {"certify", "plain", "--json", "-q"});
  CHECK(nlohmann::json::parse(json.out).at("lacks") == "trace.gradients");
  for (const char* key : {"trace.gradients=true", "trace.exact=true"}) {
    CAPTURE(key);
    REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "full", "--force", "-s", key}).code == 0);
    const Result result = run(folder, {"certify", "full", "--json", "-q"});
    CHECK(nlohmann::json::parse(result.out).at("lacks").is_null());
    CHECK(nlohmann::json::parse(result.out).at("verdict") == "holds");
    CHECK(!contains(run(folder, {"certify", "full"}).out, "lacks"));
  }
  // A function's trace has them all.
  folder.write("f.yaml", "objective: rational\noptimizer: {name: sgd, lr: auto}\nstop: {steps: 200}\n");
  REQUIRE(run(folder, {"solve", "f.yaml", "-q", "-o", "f"}).code == 0);
  CHECK(nlohmann::json::parse(run(folder, {"certify", "f", "--json", "-q"}).out).at("lacks").is_null());
}

TEST_CASE("the summary has six digits and both times, files and --json have all digits") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {steps: 20}\n");
  const Result result = run(folder, {"solve", "p.yaml", "-q", "-o", "run"});
  REQUIRE(result.code == 0);
  const auto json = folder.json("run/run.json");
  CHECK(contains(result.out, " above the minimum)\n"));
  for (const std::string& line : lines(result.out)) {
    const auto value = line.find_first_of("0123456789", line.find("  ", 3));
    if (!line.starts_with("  ") || line.starts_with("  files")) continue;
    const std::string number = line.substr(value, line.find(' ', value) - value);
    CHECK(std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }) <= 6);
  }
  CHECK(json.at("result").at("loss_slow").dump().size() > 12);
  CHECK(contains(lines(result.out).front(), " s ("));
  CHECK(lines(result.out).front().ends_with(" s stepping)"));
  CHECK(json.at("elapsed_s").get<double>() >=
        json.at("read_s").get<double>() + json.at("time_s").get<double>());
  const Csv trace = parse_csv(folder.read("run/trace.csv"));
  CHECK(std::stod(trace.column("elapsed_s").back()) <= json.at("elapsed_s").get<double>());
}

TEST_CASE("a time that is over before the first step is said") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {time: 0.0001ms}\n");
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
  CHECK(result.code == 0);
  CHECK(folder.json("run/run.json").at("steps") == 0);
  CHECK(contains(result.err, "warning: stop.time was over before the first step"));
}

}  // namespace
}  // namespace lookahead::cli
