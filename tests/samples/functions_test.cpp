#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "objective/function.hpp"
#include "optimizer/optimizer.hpp"
#include "program.hpp"

// samples/functions: one problem per function with a known minimum, and a table of what all optimizers need.
// samples/expressions: the functions that draw nothing as text.
namespace lookahead::test {
namespace {

std::filesystem::path folder() {
  return std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples" / "functions";
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line + ",");
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

// Solves a sample and checks what its comment says of the end; false: it says another thing.
bool ends_where_it_says(const std::filesystem::path& sample, const std::string& text) {
  std::string why;
  const nlohmann::json run = solve(sample.string(), {}, why);
  REQUIRE_MESSAGE(run.is_object(), why);
  const auto& result = run["result"];
  if (text.find("# Ends at the minimum.\n") != std::string::npos) {
    CHECK(run["stop"] == "target");
    CHECK(result["gap"].get<double>() <= 1e-8);
    // Below f* by no more than f* is known to, with values up to 1e5.
    CHECK(result["gap"].get<double>() >= -1e-10);
    return true;
  }
  CHECK(run["status"] == "finished");
  if (text.find("# Ends at a stationary point.\n") == std::string::npos) return false;
  CHECK(run["stop"] == "grad_norm");
  CHECK(result["grad_norm"].get<double>() <= 1e-8);
  return true;
}

}  // namespace

TEST_CASE("the sample of every function ends at its minimum, or at a stationary point where it says so") {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string name = entry.path().stem().string();
    CAPTURE(name);
    ++count;
    const std::string text = content_of(entry.path());
    CHECK(text.find("objective: " + name + "\n") != std::string::npos);
    CHECK(ends_where_it_says(entry.path(), text));
  }
  CHECK(count >= 70);
}

TEST_CASE("the sample of every expression ends at its minimum, or where it says") {
  int others = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder().parent_path() / "expressions")) {
    CAPTURE(entry.path().stem().string());
    const std::string text = content_of(entry.path());
    CHECK(text.find("\n  expression: ") != std::string::npos);
    if (ends_where_it_says(entry.path(), text)) continue;
    // A saddle, where the run is not over.
    ++others;
    CHECK(text.find("# Ends near the saddle") != std::string::npos);
  }
  CHECK(others == 1);
}

TEST_CASE("the table of evaluations has the functions and optimizers there are, and its figures are right") {
  std::istringstream lines(content_of(folder() / "evaluations.csv"));
  std::string line;
  REQUIRE(std::getline(lines, line));
  const auto header = fields_of(line);
  CHECK(header.front() == "function");
  for (std::size_t i = 1; i < header.size(); ++i)
    CHECK_MESSAGE(optimizer_catalog().find(header[i]), header[i]);
  CHECK(header.size() > 30);
  int rows = 0;
  while (std::getline(lines, line)) {
    const auto row = fields_of(line);
    CAPTURE(row.front());
    CHECK(row.size() == header.size());
    CHECK(function_catalog().find(row.front()) != nullptr);
    ++rows;
    // One cell of some rows is found again, by any of the table's four rates.
    if (row.front() != "rosenbrock" && row.front() != "booth" && row.front() != "rational") continue;
    for (const char* optimizer : {"sgd", "adam", "lbfgs"}) {
      const auto column = std::find(header.begin(), header.end(), optimizer) - header.begin();
      long least = -1;
      for (const char* rate : {"1", "0.1", "0.01", "0.001"}) {
        const Folder scratch;
        std::ofstream(scratch.path("p.yaml"))
            << "objective: " << row.front() << "\noptimizer: {name: " << optimizer << ", lr: " << rate
            << "}\nstop: {target: 1e-8, steps: 20000}\n";
        const Ended ended = run_program(scratch, {"solve", scratch.path("p.yaml"), "-o", scratch.path("run"),
                                                  "--json", "-q", "--require-target"});
        if (ended.code != 0) continue;
        const long count = nlohmann::json::parse(ended.out)["grad_evals"].get<long>();
        if (least < 0 || count < least) least = count;
      }
      const std::string& cell = row[static_cast<std::size_t>(column)];
      if (least < 0) {
        CHECK(cell.empty());
        continue;
      }
      // Another processor may round elsewhere, which moves a long path's end by some rounds.
      CHECK(std::stod(cell) == doctest::Approx(static_cast<double>(least)).epsilon(0.02));
    }
  }
  CHECK(rows >= 70);
}

}  // namespace lookahead::test
