#include "input.hpp"
#include "seeds.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/grid.hpp"
#include "study/sweep/sweep_file.hpp"
#include "target.hpp"

// A sweep file, its problem in it: text -> sweep -> grid -> the problem of every point, and the sweep written in
// full, which reads back to itself.
namespace lookahead::fuzz {
namespace {

constexpr double most_runs = 30;

Checked<Grid> grid_of(const std::string& text) {
  SweepSource source;
  source.text = text;
  source.name = "input.yaml";
  source.stem = "input";
  source.folder = ".";
  auto file = read_sweep(source);
  if (!file) return file.faults();
  return Grid::of(std::move(*file), most_runs);
}

}  // namespace

bool run_sweep(std::string_view input) {
  // What stands in other files is another target's.
  if (input.find("problems") != std::string_view::npos) return false;
  const std::string own = "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}}\n";
  const auto grid = grid_of(own + std::string(input));
  if (!grid) return refused(grid.faults());
  const std::string whole = to_yaml(to_node(grid->file()));
  const auto again = grid_of(whole);
  if (!again)
    broken("the sweep written in full is refused: " + to_string(again.faults().front()) + "\n" + whole);
  if (to_yaml(to_node(again->file())) != whole) broken("the sweep written in full is another one\n" + whole);
  if (again->runs() != grid->runs()) broken("the sweep written in full has other runs\n" + whole);
  for (Index i = 0; i < grid->points(); ++i) {
    const auto spec = grid->spec_of(grid->point(i));
    if (!spec) return refused(spec.faults());
    hash_of_run(*spec);
  }
  return true;
}

std::vector<std::string> sweep_seeds() {
  return {"vary: {optimizer.lr: [0.1, 0.2]}\nseeds: 1..3\n",
          "methods: {plain: {lookahead: false}, la: {lookahead: {k: 5}, vary: {lookahead.k: 2..4}}}\n",
          "vary: {optimizer.lr: {log: [1e-3, 1], points: 4}, lookahead: [false, {k: 5, alpha: 0.5}]}\n",
          "vary: {optimizer.lr: {linear: [0.1, 1]}}\npoints: {halton: 5}\nseeds: [1, 4]\n",
          "together: [{optimizer.lr: [1, 2], stop.steps: [3, 4]}]\ntargets: [1e-2, 1]\nkeep: traces\n",
          "vary: {optimizer.momentum: [0, 0.9]}\nhalving: {by: gap, from: {steps: 3}, keep: 0.4}\n",
          "vary: {optimizer.lr: {log: [1, 2]}}\npoints: {random: 3}\ntargets: {log: [1e-8, 1], points: 5}\n"};
}

std::vector<std::string> sweep_tested() {
  std::vector<std::string> inputs;
  for (std::string& text : literals({"study", "cli"}, ":")) {
    if (text.find('\n') != std::string::npos) inputs.push_back(std::move(text));
  }
  return inputs;
}

}  // namespace lookahead::fuzz
