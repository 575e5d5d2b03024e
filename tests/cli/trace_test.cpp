#include <doctest/doctest.h>

#include <cmath>

#include "run_binary.hpp"

// trace.csv: plain CSV with a fixed set of columns, rows where the cadence wants them.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

const std::string function_problem = "objective: rosenbrock\noptimizer: adam\n";
const std::string validated_problem =
    "data: {train: t.csv, target: y, validation: 0.25}\nmodel: linear\noptimizer: {name: sgd, lr: "
    "0.05}\nbatch: 8\n";

Csv trace_of(const std::string& problem, const Names& set = {}) {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", problem);
  Names arguments = {"solve", "p.yaml", "-q", "-o", "run"};
  for (const std::string& assignment : set) {
    arguments.emplace_back("-s");
    arguments.push_back(assignment);
  }
  const Result result = run(folder, arguments);
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const std::string text = folder.read("run/trace.csv");
  CHECK(text.back() == '\n');
  CHECK(!contains(text, "\r"));
  CHECK(!contains(text, "nan"));
  CHECK(!contains(text, "inf"));
  const Csv trace = parse_csv(text);
  for (const auto& row : trace.rows) {
    if (row.size() != trace.header.size()) FAIL_CHECK("a row of " << row.size() << " fields");
  }
  return trace;
}

const Names common = {"run",        "method",         "seed",         "step",         "round",
                      "synced",     "epoch",          "grad_evals",   "time_s",       "elapsed_s",
                      "loss_batch", "loss_fast",      "loss_slow",    "gap",          "best_loss",
                      "grad_norm",  "grad_norm_slow", "grad_sq_mean", "disagreement", "lr",
                      "k",          "alpha"};

TEST_CASE("the columns are those of the contract, metrics and points before the event") {
  Names expected = common;
  expected.emplace_back("event");
  CHECK(trace_of(function_problem, {"stop.steps=20"}).header == expected);
  expected = common;
  for (const char* name : {"fast_0", "fast_1", "slow_0", "slow_1", "event"}) expected.emplace_back(name);
  CHECK(trace_of(function_problem, {"stop.steps=20", "trace.points=true"}).header == expected);
  expected = common;
  for (const char* name : {"train_rmse", "train_r2", "val_loss", "val_rmse", "val_r2", "event"})
    expected.emplace_back(name);
  CHECK(trace_of(validated_problem, {"stop.epochs=2"}).header == expected);
  const Csv timeless = trace_of(function_problem, {"stop.steps=20", "trace.time=false"});
  CHECK(timeless.header.size() == common.size() - 1);
  CHECK(std::find(timeless.header.begin(), timeless.header.end(), "time_s") == timeless.header.end());
}

TEST_CASE("row 0 is the start and the last row says why the run ended") {
  const Csv trace =
      trace_of(function_problem, {"stop.steps=23", "trace.every=1", "trace.points=true", "start=[-1.2, 1]"});
  REQUIRE(trace.rows.size() == 24);
  CHECK(trace.column("step").front() == "0");
  CHECK(trace.column("round").front() == "0");
  CHECK(trace.column("synced").front() == "1");
  CHECK(trace.column("event").front() == "start");
  CHECK(trace.column("loss_batch").front().empty());
  CHECK(trace.column("loss_slow").front() == "24.199999999999996");
  CHECK(trace.column("slow_0").front() == "-1.2");
  CHECK(trace.column("slow_1").front() == "1.0");
  CHECK(trace.column("step").back() == "23");
  CHECK(trace.column("round").back() == "4");
  CHECK(trace.column("event").back() == "steps");
  CHECK(trace.column("epoch") == Names(24));
  const Names events = trace.column("event");
  for (std::size_t i = 1; i + 1 < events.size(); ++i) CHECK(events[i].empty());
}

TEST_CASE("rows stand where the cadence wants them") {
  const auto steps = [](const std::string& every, const std::string& stop) {
    return trace_of(function_problem, {"stop.steps=" + stop, "trace.every=" + every}).column("step");
  };
  CHECK(steps("10", "35") == Names{"0", "10", "20", "30", "35"});
  CHECK(steps("sync", "17") == Names{"0", "5", "10", "15", "17"});
  CHECK(steps("1000", "35") == Names{"0", "35"});
  CHECK(steps("{per_decade: 1}", "2000") == Names{"0", "1", "10", "100", "1000", "2000"});
  const Names automatic = steps("auto", "10000");
  CHECK(automatic.size() == 501);
  for (std::size_t i = 0; i <= 100; ++i) CHECK(automatic[i] == std::to_string(i));
  CHECK(automatic.back() == "10000");
}

TEST_CASE("on minibatches the full-data columns are filled at the start, at epoch ends and in the last row") {
  const Csv trace = trace_of(validated_problem, {"stop={steps: 10}", "trace.every=1"});
  const Names steps = trace.column("step"), losses = trace.column("loss_slow"),
              events = trace.column("event"), metrics = trace.column("val_loss"),
              epochs = trace.column("epoch");
  REQUIRE(trace.rows.size() == 11);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool full = i == 0 || i == 4 || i == 8 || i == 10;  // 30 rows in batches of 8
    CHECK(losses[i].empty() != full);
    CHECK(metrics[i].empty() != full);
    CHECK(epochs[i] == std::to_string(i / 4));
  }
  CHECK(events[4] == "epoch");
  CHECK(events[8] == "epoch");
  CHECK(events[10] == "steps");
  CHECK(trace.column("grad_evals")[4] == "30");
}

TEST_CASE("the columns agree with one another") {
  const Csv trace = trace_of(function_problem, {"stop.steps=200", "trace.every=1"});
  const auto number = [&](const std::string& name, std::size_t row) {
    return std::stod(trace.column(name)[row]);
  };
  double best = 1e300, time = 0;
  for (std::size_t row = 0; row < trace.rows.size(); row += 7) {
    const double slow = number("loss_slow", row);
    CHECK(number("gap", row) == slow);
    if (trace.column("synced")[row] == "1") {
      CHECK(number("grad_norm", row) == number("grad_norm_slow", row));
      if (row > 0) CHECK(number("disagreement", row) > 0);
    }
    best = std::min(best, slow);
    CHECK(number("best_loss", row) <= best);
    CHECK(number("time_s", row) >= time);
    CHECK(number("elapsed_s", row) >= number("time_s", row));
    time = number("time_s", row);
    CHECK(number("round", row) == std::floor(number("step", row) / 5));
  }
}

TEST_CASE("names that CSV must quote are quoted in the trace") {
  const Folder folder;
  folder.write("p.yaml", function_problem + "name: 'a,\"b\"'\nstop: {steps: 2}\n");
  CHECK(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  CHECK(lines(folder.read("run/trace.csv"))[1].starts_with("\"a,\"\"b\"\"\",,1,0,"));
}

TEST_CASE("the trace may have a name of its own") {
  const Folder folder;
  folder.write("p.yaml", function_problem + "trace: {file: way.csv}\nstop: {steps: 2}\n");
  CHECK(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  CHECK(folder.exists("run/way.csv"));
  CHECK(!folder.exists("run/trace.csv"));
}

}  // namespace
}  // namespace lookahead::cli
