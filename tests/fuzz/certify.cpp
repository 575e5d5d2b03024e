#include "base/file.hpp"
#include "input.hpp"
#include "run/evidence.hpp"
#include "run/session.hpp"
#include "run/solve.hpp"
#include "spec/problem.hpp"
#include "target.hpp"

// A run directory as certify reads it: the input is run.json, a line of three dashes, and trace.csv. The
// problem is a fixed one.
namespace lookahead::fuzz {
namespace {

constexpr std::string_view mark = "\n---\n";

// A short run with all its files, made once.
const std::string& run_folder() {
  static const std::string folder = [] {
    SolveRequest request;
    const auto spec = read_problem(
        {"objective: {function: rational, dim: 2, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: 0.05}\n"
         "stop: {steps: 12}\ntrace: {every: 3, exact: true}\n",
         "seed.yaml",
         "seed",
         ".",
         {}});
    if (!spec) broken("a seed is refused: " + to_string(spec.faults().front()));
    request.spec = *spec;
    request.directory = scratch_folder() + "/certified";
    Watcher watcher;
    const auto solved = solve(request, watcher);
    if (!solved) broken("a seed can not be solved: " + to_string(solved.faults().front()));
    return scratch_folder() + "/certified";
  }();
  return folder;
}

std::string content_of(const std::string& file) {
  const auto text = read_file(file, FaultKind::data, std::size_t{1} << 20);
  if (!text) broken("can not read " + file);
  return *text;
}

}  // namespace

bool run_certify(std::string_view input) {
  run_folder();
  const auto [run, trace] = split(input, mark);
  scratch("certified/run.json", run);
  scratch("certified/trace.csv", trace);
  const auto evidence = evidence_of(scratch_folder() + "/certified", 1);
  if (!evidence) return refused(evidence.faults());
  const auto mean = mean_of({*evidence});
  if (!mean) return refused(mean.faults());
  (void)mean->verdict();
  (void)certificate_csv(*mean);
  return true;
}

std::vector<std::string> certify_seeds() {
  const std::string run = content_of(run_folder() + "/run.json");
  const std::string trace = content_of(run_folder() + "/trace.csv");
  return {run + std::string(mark) + trace, run + std::string(mark) + trace.substr(0, trace.size() / 2),
          "{\"status\": \"finished\"}" + std::string(mark) + trace};
}

}  // namespace lookahead::fuzz
