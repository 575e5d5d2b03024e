#include <doctest/doctest.h>

#include <algorithm>

#include "drawn.hpp"
#include "run_binary.hpp"

// `plot --kind curve`: columns of traces over each other, of one seed and of several.
namespace lookahead::cli {
namespace {

TEST_CASE("a curve draws medians and quartiles over seeds, any column over any other") {
  const Folder folder;
  const std::string noisy =
      "objective: {function: sphere, dim: 3, noise: {gaussian: 0.1}}\n"
      "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 20}\n";
  for (const std::string seed : {"1", "2", "3"}) solve(folder, noisy, "s" + seed, {"--seed", seed});
  const Result result = run(folder, {"plot", "s1", "s2", "s3", "--script", "--y", "loss_slow"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto middle = block(result.out, "p0s0");
  REQUIRE(middle.size() == 21);
  std::vector<double> last;
  for (const std::string run : {"s1", "s2", "s3"})
    last.push_back(std::stod(parse_csv(folder.read(run + "/trace.csv")).column("loss_slow").back()));
  std::sort(last.begin(), last.end());
  CHECK(std::stod(middle.back().substr(middle.back().find(' ') + 1)) == last[1]);
  CHECK(run(folder, {"plot", "s1", "--x", "grad_evals", "--y", "loss_fast,loss_slow"}).code == 0);
  const Result wrong = run(folder, {"plot", "s1", "--y", "los_slow"});
  CHECK(wrong.code == 4);
  CHECK(contains(wrong.err, "there is no column 'los_slow'"));
}

TEST_CASE("a run that has finished counts on in the medians over seeds") {
  const Folder folder;
  const std::string problem =
      "objective: {function: sphere, dim: 3}\nstart: random\noptimizer: {name: sgd, lr: 0.1}\n"
      "lookahead: false\nstop: {target: 1e-3, steps: 1000}\n";
  std::vector<std::vector<std::string>> gaps;
  for (const std::string seed : {"1", "2", "3"}) {
    solve(folder, problem, "s" + seed, {"--seed", seed});
    gaps.push_back(parse_csv(folder.read("s" + seed + "/trace.csv")).column("gap"));
  }
  std::sort(gaps.begin(), gaps.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  REQUIRE(gaps[0].size() < gaps[2].size());
  const Result result = run(folder, {"plot", "s1", "s2", "s3", "--script"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(unwrapped(result.out), "last value of a run that has finished counts on"));
  std::vector<std::string> medians;
  for (std::size_t step = 0; step < gaps[2].size(); ++step) {
    std::vector<double> values;
    for (const auto& cells : gaps) values.push_back(std::stod(cells[std::min(step, cells.size() - 1)]));
    std::sort(values.begin(), values.end());
    for (const auto& cells : gaps) {
      const std::string& cell = cells[std::min(step, cells.size() - 1)];
      if (std::stod(cell) != values[1]) continue;
      medians.push_back(std::to_string(step) + " " + cell);
      break;
    }
  }
  CHECK(block(result.out, "p0s0") == medians);
}

TEST_CASE("over a column that falls every seed has a line of its own") {
  const Folder folder;
  const std::string noisy =
      "objective: {function: sphere, dim: 3, noise: {gaussian: 0.1}}\n"
      "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 20}\n";
  for (const std::string seed : {"1", "2"}) solve(folder, noisy, "s" + seed, {"--seed", seed});
  const Result result = run(folder, {"plot", "s1", "s2", "--script", "--x", "loss_fast", "--y", "loss_slow"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(unwrapped(result.out), "Every seed has a line of its own, as loss_fast also falls"));
  const auto points = block(result.out, "p0s0");
  REQUIRE(points.size() == 43);
  CHECK(points[21].empty());
  for (const auto& [run, first] : {std::pair("s1", 0), std::pair("s2", 22)}) {
    const Csv trace = parse_csv(folder.read(std::string(run) + "/trace.csv"));
    const auto fast = trace.column("loss_fast"), slow = trace.column("loss_slow");
    for (std::size_t row = 0; row < 21; ++row) {
      const std::string& point = points[static_cast<std::size_t>(first) + row];
      CHECK(std::stod(point) == std::stod(fast[row]));
      CHECK(std::stod(point.substr(point.find(' '))) == std::stod(slow[row]));
    }
  }
}

}  // namespace
}  // namespace lookahead::cli
