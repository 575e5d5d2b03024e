#include "input.hpp"
#include "seeds.hpp"
#include "spec/problem.hpp"
#include "target.hpp"

// --set: every line of the input is one assignment, applied to one problem of each kind.
namespace lookahead::fuzz {
namespace {

const std::vector<std::string> settled = {"objective: rosenbrock\noptimizer: adam\n",
                                          "objective: {game: bilinear, dim: 4}\noptimizer: {name: gda, lr: "
                                          "0.1}\nlookahead: [{k: 5}, {k: 2, workers: 2}]\n",
                                          "data: {train: t.csv, target: y, validation: 0.2}\nmodel: {type: "
                                          "softmax, l2: 1e-3}\nmetrics: [accuracy]\n"
                                          "optimizer: {name: sgd, lr: {cosine: {from: 0.1, to: "
                                          "0.01}}}\nlookahead: {outer: slowmo}\nstop: {epochs: 3}\n"};

}  // namespace

bool run_set(std::string_view input) {
  ProblemSource source{"", "input.yaml", "input", ".", {}};
  while (!input.empty()) {
    const auto [line, rest] = split(input, "\n");
    source.overrides.emplace_back(line);
    input = rest;
  }
  bool accepted = false;
  for (const std::string& problem : settled) {
    source.text = problem;
    const auto spec = read_problem(source);
    accepted = (spec ? true : refused(spec.faults())) || accepted;
  }
  return accepted;
}

std::vector<std::string> set_seeds() {
  return {"optimizer.lr=0.1\nlookahead.k=3\n",
          "lookahead.0.alpha=0.3\nlookahead.1={k: 4, alpha: 1}\n",
          "lookahead.outer.beta=0.4\n",
          "optimizer={name: sgd, lr: auto}\n",
          "stop={steps: 10, target: 1e-3}\nseed=7\n",
          "objective={function: quadratic, dim: 10}\nstart=[1, 2, 3]\n",
          "lookahead=false\nprecision=single\ntrace.every={per_decade: 10}\n",
          "metrics=[auc, {name: top_k, k: 2}]\ndata.drop=[a, b]\n",
          "model.class_weight={a: 2, b: 3}\nbatch=full\n"};
}

std::vector<std::string> set_tested() { return literals({"spec", "cli"}, "="); }

}  // namespace lookahead::fuzz
