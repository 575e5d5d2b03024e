#include <doctest/doctest.h>

#include "run_binary.hpp"

// What certify says, and of what.
namespace lookahead::cli {
namespace {

const std::string covered_problem =
    "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\n"
    "optimizer: {name: sgd, lr: auto}\n"
    "stop: {steps: 2000}\n"
    "trace: {exact: true}\n";

TEST_CASE("what certify says fits a page, and defines its letters") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("long.yaml",
               "data: {train: t.csv, target: two, drop: [three, y]}\nmodel: logistic\n"
               "optimizer: {name: sgd, lr: 0.123456789012345, momentum: 0.9}\nstop: {epochs: 3}\nbatch: 8\n");
  folder.write("r.yaml", covered_problem);
  folder.write("e.yaml",
               "objective: {expression: \"x[0]^4 - x[1]\", dim: 2}\noptimizer: {name: sgd, lr: 0.3}\n"
               "stop: {target: 1}\n");
  folder.write("g.yaml", "objective: {game: bilinear}\noptimizer: gda\nstop: {steps: 5}\n");
  for (const char* file : {"long.yaml", "r.yaml", "e.yaml", "g.yaml"}) {
    const Result told =
        run(folder, {"certify", file, "--grid", "--epsilon", "0.1", "-s", "stop={steps: 20}"});
    REQUIRE_MESSAGE(told.code == 0, told.err);
    for (const std::string& line : lines(told.out)) CHECK_MESSAGE(line.size() <= 80, line);
    for (const char* word : {"    L ", "    sigma^2, rho ", "    f_inf, Delta ", "    T ", "    bound "})
      CHECK_MESSAGE(contains(told.out, word), told.out);
  }
  const Result unknown = run(folder, {"certify", "e.yaml", "-s", "stop={grad_norm: 1}"});
  CHECK_MESSAGE(contains(unknown.out, "f_inf          not known; objective.minimum gives one\n"),
                unknown.out);
  CHECK_MESSAGE(contains(unknown.out, "no lower bound of f is known; objective.minimum\n"), unknown.out);
  CHECK(contains(run(folder, {"certify", "g.yaml"}).out, "f_inf          none: a game has no f\n"));
}

TEST_CASE("the folder of a sweep is none of a run, and certify says which are") {
  const Folder folder;
  folder.write(
      "s.yaml",
      "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 5}}\nseeds: 1..2\n");
  REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "table", "-q"}).code == 0);
  const Result table = run(folder, {"certify", "table"});
  CHECK(table.code == 4);
  CHECK_MESSAGE(
      table.err ==
          "table: error: is a sweep directory, and certify takes runs (a sweep with keep: everything "
          "has folders of runs)\n",
      table.err);
  folder.write("k.yaml", folder.read("s.yaml") + "keep: everything\n");
  REQUIRE(run(folder, {"sweep", "k.yaml", "-o", "all", "-q"}).code == 0);
  const Result all = run(folder, {"certify", "all"});
  CHECK_MESSAGE(contains(all.err, "(give folders of runs/ in it, that differ by their seeds)"), all.err);
}

}  // namespace
TEST_CASE("the limit of the rate is told for so many workers and for one where these differ") {
  const Folder folder;
  const auto certified = [&](const std::string& noise) {
    folder.write("p.yaml",
                 "objective: {function: quadratic_diag, dim: 5, condition: 4" + noise +
                     "}\noptimizer: {name: sgd, lr: 0.1}\nlookahead: {k: 5, alpha: 0.5, workers: 3}\n"
                     "stop: {steps: 100}\n");
    return run(folder, {"certify", "p.yaml"}).out;
  };
  // L = 1: kappa = lr^2 k (k - 1) reaches 1 at 0.2236; lr / 2 + lr^2 k (k - 1) / 4 = 1 at 0.4.
  CHECK(contains(certified(", noise: {gaussian: 0.1}"),
                 "lr up to       0.223606 for this k and alpha and for so many workers, 0.4 for\n"));
  CHECK_FALSE(contains(certified(""), "for so many workers"));
}

}  // namespace lookahead::cli
