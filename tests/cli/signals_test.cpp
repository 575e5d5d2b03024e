#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// SIGINT, SIGTERM and SIGHUP end a run with all its files complete.
namespace lookahead::cli {
namespace {

bool has_rows(const Folder& folder, const std::string& trace) {
  std::error_code error;
  const auto size = std::filesystem::file_size(folder.path(trace), error);
  // A write of the program may be under way.
  return !error && size > 2000 && folder.read(trace).back() == '\n';
}

void ends_cleanly(const std::string& problem, int signal, int code) {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", problem);
  Process process(folder, {"solve", "p.yaml", "-o", "run", "--json"});
  REQUIRE(eventually(60, [&] { return has_rows(folder, "run/trace.csv") || !process.running(); }));
  // What a crash at this moment would leave: whole lines and a run.json that says the run is on.
  CHECK(process.running());
  CHECK(folder.json("run/run.json")["status"] == "running");
  CHECK(folder.json("run/run.json")["result"]["loss_slow"].is_null());
  process.signal(signal);
  const Result result = process.wait();
  CHECK(result.code == code);
  CHECK(contains(
      result.err,
      "warning: interrupted; all files are complete up to here; resume with: lookahead solve --resume "));
  CHECK(result.out == folder.read("run/run.json"));
  const auto json = folder.json("run/run.json");
  CHECK(contains(
      run(folder, {"solve", "p.yaml", "-o", "run"}).err,
      "the folder is not empty: its run was interrupted (--resume run continues it, --force replaces it)"));
  CHECK(json["status"] == "interrupted");
  CHECK(json["stop"] == "signal");
  CHECK(json["steps"].get<long>() > 0);
  CHECK(json["result"]["loss_slow"].is_number());
  const std::string text = folder.read("run/trace.csv");
  const Csv trace = parse_csv(text);
  CHECK(text.back() == '\n');
  for (const auto& row : trace.rows) {
    if (row.size() != trace.header.size()) FAIL_CHECK("a row of " << row.size() << " fields");
  }
  CHECK(trace.rows.back().back() == "signal");
  CHECK(trace.column("step").back() == std::to_string(json["steps"].get<long>()));
  if (folder.exists("run/solution.csv")) {
    CHECK(parse_csv(folder.read("run/solution.csv")).rows.size() == 2);
  } else {
    CHECK(folder.json("run/model.json")["weights"].size() > 0);
    CHECK(run(folder, {"predict", "-m", "run", "t.csv"}).code == 0);
  }
  for (const std::string& name : folder.names()) CHECK(!name.ends_with(".tmp"));
  CHECK(run(folder, {"check", "run/config.yaml"}).code == 0);
}

const std::string endless = "objective: rosenbrock\noptimizer: adam\nstop: {steps: 1e12}\n";
const std::string endless_data =
    "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nstop: {epochs: 1e9}\n";

TEST_CASE("SIGINT ends a run of a function with all files complete") { ends_cleanly(endless, SIGINT, 130); }
TEST_CASE("SIGTERM ends a run of a function with all files complete") { ends_cleanly(endless, SIGTERM, 143); }
TEST_CASE("SIGINT ends a run on data with all files complete") { ends_cleanly(endless_data, SIGINT, 130); }
TEST_CASE("SIGTERM ends a run on full batches with all files complete") {
  // Adam's count of steps never comes to rest.
  std::string problem = endless_data;
  problem.replace(problem.find("sgd"), 3, "adam");
  ends_cleanly(problem + "batch: full\n", SIGTERM, 143);
}
TEST_CASE("SIGHUP ends a run with all files complete") { ends_cleanly(endless, SIGHUP, 129); }

TEST_CASE("a run without a trace ends as well, also in the middle of very many steps to the next row") {
  for (const std::string& more :
       {std::string("trace: {every: 1000000000}\n"), std::string("lookahead: {k: 1e9}\n")}) {
    const Folder folder;
    folder.write("p.yaml", endless + more);
    Process process(folder, {"solve", "p.yaml", "-o", "run", "--no-trace", "--json"});
    REQUIRE(eventually(60, [&] { return folder.exists("run/run.json") || !process.running(); }));
    process.signal(SIGINT);
    CHECK(process.wait().code == 130);
    CHECK(folder.json("run/run.json")["status"] == "interrupted");
  }
}

TEST_CASE("a killed run leaves whole lines and says it is running") {
  const Folder folder;
  folder.write("p.yaml", endless);
  Process process(folder, {"solve", "p.yaml", "-o", "run"});
  REQUIRE(eventually(60, [&] { return has_rows(folder, "run/trace.csv") || !process.running(); }));
  process.signal(SIGKILL);
  CHECK(process.wait().signal == SIGKILL);
  CHECK(folder.json("run/run.json")["status"] == "running");
  CHECK(folder.read("run/trace.csv").back() == '\n');
  CHECK(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 5);
  CHECK(run(folder, {"solve", "p.yaml", "-q", "-o", "run", "--force", "-s", "stop.steps=10"}).code == 0);
}

}  // namespace
}  // namespace lookahead::cli
