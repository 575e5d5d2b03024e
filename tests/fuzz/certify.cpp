#include "base/file.hpp"
#include "certify/evidence.hpp"
#include "input.hpp"
#include "run/session.hpp"
#include "run/solve.hpp"
#include "seeds.hpp"
#include "spec/problem.hpp"
#include "target.hpp"

// A run directory as certify reads it. The first line of the input is the number of one of the problems
// below, what follows is run.json, a line of three dashes, and trace.csv.
namespace lookahead::fuzz {
namespace {

// A function with exact gradients, a table by minibatches, and several workers.
const std::vector<std::string> problems = {
    "objective: {function: rational, dim: 2, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: 0.05}\n"
    "stop: {steps: 12}\ntrace: {every: 3, exact: true}\n",
    "data: {train: ../table.csv, target: y}\nmodel: {type: linear, l2: 0.1}\noptimizer: {name: sgd, lr: "
    "0.01}\n"
    "batch: 2\nsampling: replacement\nstop: {epochs: 3}\ntrace: {gradients: true}\n",
    "objective: {function: sphere, dim: 3, noise: {student: {df: 5}}}\noptimizer: {name: sgd, lr: 0.05}\n"
    "lookahead: {k: 2, workers: 2}\nprecision: single\nstop: {rounds: 4}\ntrace: {points: true}\n"};

// The directories of two short runs of a problem, which differ by their seeds.
struct Runs {
  std::string folder;
  Evidence other;
};

std::string solved(const std::string& problem, const std::string& name, Index seed) {
  const std::string folder = scratch_folder() + "/" + name;
  SolveRequest request;
  const std::string text = problem + "seed: " + std::to_string(seed) + "\n";
  const auto spec = read_problem({text, "seed.yaml", "seed", folder, {}});
  if (!spec) broken("a seed is refused: " + to_string(spec.faults().front()));
  request.spec = *spec;
  request.directory = folder;
  Watcher watcher;
  const auto run = solve(request, watcher);
  if (!run) broken("a seed can not be solved: " + to_string(run.faults().front()));
  // Without its defaults the problem is read in a fraction of the time.
  scratch(name + "/config.yaml", text);
  return folder;
}

const std::vector<Runs>& all_runs() {
  static const std::vector<Runs> all = [] {
    scratch("table.csv", "x,y\n1,2\n2,3.5\n-1,0\n0.5,1\n");
    std::vector<Runs> runs;
    for (std::size_t i = 0; i < problems.size(); ++i) {
      const std::string name = "run" + std::to_string(i);
      const auto other = evidence_of(solved(problems[i], name + "-other", 2), 1);
      if (!other) broken("a seed can not be certified: " + to_string(other.faults().front()));
      runs.push_back({solved(problems[i], name, 1), *other});
    }
    return runs;
  }();
  return all;
}

std::string content_of(const std::string& file) {
  const auto text = read_file(file, FaultKind::data, std::size_t{1} << 20);
  if (!text) broken("can not read " + file);
  return *text;
}

}  // namespace

bool run_certify(std::string_view input) {
  const auto [number, files] = split(input, "\n");
  const std::size_t last = problems.size() - 1;
  const std::size_t i =
      number.empty() ? 0 : std::min<std::size_t>(last, static_cast<unsigned char>(number[0]) & 3);
  const Runs& runs = all_runs()[i];
  const auto [run, trace] = split(files, mark);
  const std::string name = "run" + std::to_string(i);
  scratch(name + "/run.json", run);
  scratch(name + "/trace.csv", trace);
  const auto evidence = evidence_of(runs.folder, 1);
  if (!evidence) return refused(evidence.faults());
  const auto mean = mean_of({*evidence, runs.other});
  if (!mean) return refused(mean.faults());
  (void)mean->verdict();
  (void)certificate_csv(*mean);
  return true;
}

std::vector<std::string> certify_seeds() {
  std::vector<std::string> seeds;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const std::string& folder = all_runs()[i].folder;
    const std::string run = content_of(folder + "/run.json"), trace = content_of(folder + "/trace.csv");
    const std::string number = std::to_string(i) + "\n";
    const std::string brief = "{\"status\": \"finished\", \"data\": {\"rows\": 4}}";
    seeds.push_back(number + run + std::string(mark) + trace);
    seeds.push_back(number + brief + std::string(mark) + trace);
    seeds.push_back(number + brief + std::string(mark) + trace.substr(0, trace.size() / 2));
  }
  return seeds;
}

std::vector<std::string> certify_tested() {
  std::vector<std::string> inputs;
  for (const std::string& text : literals({"cli/believed_files_test.cpp", "cli/certify_test.cpp"}, "{}[]\""))
    inputs.push_back("0\n" + text + std::string(mark) + "step,event\n");
  return inputs;
}

}  // namespace lookahead::fuzz
