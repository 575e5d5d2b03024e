#include <doctest/doctest.h>

#include "run_binary.hpp"
#include "support/damage.hpp"

// Damaged problems and data, always the same ones: whatever they hold, they run or are refused in due form.
namespace lookahead::cli {
namespace {

using test::Damage;
using Names = std::vector<std::string>;

const Names mutated_problems = {
    "version: 1\nname: chained-sgd\nobjective:\n  function: rosenbrock_chained\n  dim: 10\n  noise: "
    "{gaussian: 0.1}\n"
    "start: {uniform: [-2, 2]}\noptimizer:\n  name: sgd\n  lr: {cosine: {from: 1e-3, to: 1e-4, warmup: 10}}\n"
    "  momentum: 0.9\n  clip: {norm: 1.0}\nlookahead: {k: 5, alpha: 0.5, at_sync: pullback}\n"
    "stop: {steps: 1000, target: 1e-8, time: 60s, divergence: 1e12}\nseed: 1\nthreads: auto\nprecision: "
    "double\n"
    "trace: {every: auto, points: false, time: true, file: trace.csv}\n",
    "data:\n  train: t.csv\n  target: y\n  task: auto\n  validation: 0.2\n  drop: [two]\n  categorical: "
    "[colour]\n"
    "  missing: {policy: impute, marks: [\"\", NA]}\n  test: {file: t.csv, skip_lines: 0, strip: \".\"}\n"
    "model: {type: linear, l2: 1e-4}\noptimizer: {name: adam, lr: 1e-3}\nbatch: 8\nmetrics: [rmse, r2]\n"
    "stop: {epochs: 5, patience: {metric: val_loss, epochs: 5}}\n",
    "data: &d {train: t.csv, target: three, header: true, separator: ',', decimal: '.'}\nmodel: softmax\n"
    "optimizer: {name: rmsprop, lr: {step: {from: 0.1, factor: 0.5, every: 3}}}\nprecision: single\nbatch: "
    "full\n"};

TEST_CASE("damaged problem files and data run or are refused, and never write") {
  const Folder folder;
  Damage damage;
  int fine = 0, wrong = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    const bool rows = i % 4 == 3;
    const std::string problem = mutated_problems[rows ? 1 + i % 8 / 4 : i % 3];
    const std::string text = rows ? problem : damage(problem), csv = rows ? damage(table()) : table();
    folder.write("p.yaml", text);
    folder.write("t.csv", csv);
    const Result result = run(folder, {"solve", "p.yaml", "--dry-run"});
    CAPTURE(text);
    CAPTURE(csv);
    CAPTURE(result.err);
    CHECK(result.signal == 0);
    const bool known = result.code == 0 || result.code == 3 || result.code == 4;
    CHECK_MESSAGE(known, result.code);
    ++(result.code == 0 ? fine : wrong);
    bool told = false;
    for (const std::string& line : lines(result.err)) {
      if (!contains(line, ": error: ")) continue;
      told = true;
      if (result.code == 3) CHECK_MESSAGE(line.starts_with("p.yaml:"), line);
      if (result.code == 4) CHECK_MESSAGE((line.starts_with("/") || line.starts_with("<stdin>")), line);
    }
    CHECK(told == (result.code != 0));
    CHECK(result.out.empty() == (result.code != 0));
  }
  CHECK(folder.names() == Names{"p.yaml", "t.csv"});
  CHECK(fine > 20);
  CHECK(wrong > 100);
}

}  // namespace
}  // namespace lookahead::cli
