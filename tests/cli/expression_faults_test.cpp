#include <doctest/doctest.h>

#include "run_binary.hpp"

// What is said of formulas that cannot be read or evaluated, with its place in the problem file.
namespace lookahead::cli {

TEST_CASE("a fault in a formula has its line and column in the file, plain, in quotes and in a block") {
  const Folder folder;
  const auto fault = [&](const std::string& objective) {
    folder.write("p.yaml", "optimizer: adam\nobjective:\n" + objective);
    const Result result = run(folder, {"check", "p.yaml"});
    CHECK(result.code == 3);
    return result.err;
  };
  CHECK(contains(fault("  expression: x[0] + y[1]\n  dim: 2\n"),
                 "p.yaml:3:22: error: objective.expression: unknown name 'y'"));
  CHECK(contains(fault("  expression: \"x[0] + y[1]\"\n  dim: 2\n"), "p.yaml:3:23: error"));
  CHECK(contains(fault("  expression: 'x[0] + y[1]'\n  dim: 2\n"), "p.yaml:3:23: error"));
  CHECK(contains(fault("  expression: |\n    x[0]\n      # a comment\n      + y[1]\n  dim: 2\n"),
                 "p.yaml:6:9: error"));
  CHECK(contains(fault("  expression: x[0]\n    + y[1]\n  dim: 2\n"), "p.yaml:4:7: error"));
  CHECK(contains(fault("  dim: 2\n  expression: x[0] +\n"), "found the end"));
  CHECK(contains(fault("  expression: x[0]\n"), "objective needs the key 'dim'"));
  CHECK(contains(fault("  expression: x[0]\n  dim: 2\n  function: sphere\n"), "has both"));
  CHECK(contains(fault("  expression: x[0]\n  dim: 2\n  domain: [1, 0]\n"), "the lower end first"));
  CHECK(contains(fault("  expression: x[0]\n  dim: 2\n  constants: {n: 3}\n"),
                 "'n' is reserved for the number of coordinates"));
}

TEST_CASE("a cell of a table that a formula can not use has a cure that formulas have") {
  const Folder folder;
  folder.write("t.csv", "t,y\n1,2\nabc,3\n4,\n");
  const auto fault = [&](const std::string& formula) {
    folder.write("p.yaml",
                 "objective: {terms: t.csv, dim: 1, expression: \"" + formula + "\"}\noptimizer: sgd\n");
    return run(folder, {"check", "p.yaml"}).err;
  };
  CHECK(
      contains(fault("(w[0] - t)^2"),
               "column 't': 'abc' is not a number (correct such cells, or take their rows out of the file)"));
  CHECK(contains(fault("(w[0] - y)^2"), "cell is missing (leave the rows out of the file)"));
  for (const char* name : {"x0", "w1", "x_0"}) {
    CHECK(contains(
        fault("(w[0] - y*" + std::string(name) + ")^2"),
        "there is no column '" + std::string(name) + "' (a coordinate is written w[0], the first of them)"));
  }
}

TEST_CASE("a run that leaves the domain of its formula says which part of it is no number") {
  const Folder folder;
  folder.write("p.yaml",
               "objective:\n  expression: x[0]^2 + log(x[0])\n  dim: 1\n  domain: [0.5, 1]\n"
               "optimizer: {name: sgd, lr: 2}\nlookahead: {alpha: 1}\nstop: {steps: 50}\n");
  const Result result = run(folder, {"solve", "p.yaml", "-o", "out"});
  CHECK(result.code == 6);
  CHECK(contains(result.err, "p.yaml:2:24: 'log(x[0])' is nan"));
}

TEST_CASE("what is quoted of a formula is a whole part of it, the one that is no number") {
  const Folder folder;
  const auto told = [&](const std::string& formula, const std::string& start) {
    folder.write("p.yaml", "objective: {expression: \"" + formula + "\", dim: 1}\nstart: [" + start +
                               "]\noptimizer: {name: sgd, lr: 1}\nlookahead: false\nstop: {steps: 9}\n");
    return run(folder, {"solve", "p.yaml", "-o", "out", "--force"}).err;
  };
  // The slope is infinite or no number where the run starts, whatever the rate.
  const std::string elsewhere = " (the gradient is not finite at the start: another start may help)";
  const std::string norm = told("sqrt(norm2(x))", "0");
  CHECK(contains(norm, ":1:37: 'x' is nan; "));
  CHECK(contains(norm, elsewhere));
  CHECK_FALSE(contains(norm, "optimizer.lr"));
  const std::string root = told("x[0]^0.5", "0");
  CHECK(contains(root, ":1:26: 'x[0]' is -inf; "));
  CHECK(contains(root, elsewhere));
  const std::string logarithm = told("2*(x[0] + log(x[0]) ) + 1", "0.5");
  CHECK(contains(logarithm, "'log(x[0])' is nan; "));
  CHECK(contains(logarithm, " (a smaller optimizer.lr may help)"));
}

}  // namespace lookahead::cli
