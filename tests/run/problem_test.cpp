// One problem serves any number of plans and runs.
#include "support/problem.hpp"

#include <thread>

#include "run/folds.hpp"
#include "run/run.hpp"

namespace lookahead::test {
namespace {

struct Ended {
  Outcome outcome;
  std::string text;
};

// The run of a spec on a problem that is there already.
Ended run_on(const std::shared_ptr<const Problem>& problem, const Spec& spec) {
  Pool pool(useful_threads(spec));
  const auto plan = make_plan(spec, problem, pool);
  REQUIRE(static_cast<bool>(plan));
  Watcher watcher;
  const auto run = start_run(**plan, pool);
  Outcome outcome = run->run(nullptr, watcher);
  return {std::move(outcome), run->result().text};
}

Ended run_alone(const Spec& spec) {
  const auto problem = open_problem(spec);
  REQUIRE(static_cast<bool>(problem));
  return run_on(*problem, spec);
}

// Runs that differ in all that a problem knows nothing of.
std::vector<Spec> variants(const std::string& problem) {
  std::vector<Spec> specs;
  for (const char* rule : {"{name: sgd, lr: 1e-3}", "adam", "{name: lbfgs, lr: 1}"}) {
    for (const char* lookahead : {"{k: 3, alpha: 0.5}", "{k: 2, alpha: 0.8, workers: 3}"}) {
      for (const char* seed : {"1", "2"}) {
        specs.push_back(spec_of(problem + "optimizer: " + rule + "\nlookahead: " + lookahead +
                                "\nseed: " + seed + "\nstop: {steps: 24}\n"));
      }
    }
  }
  return specs;
}

}  // namespace

TEST_CASE(
    "runs that share a problem end as those do that open it themselves, one after the other or at once") {
  const std::vector<std::string> problems = {
      "objective: {function: rosenbrock_chained, dim: 9}\n",
      "objective: {function: pca, dim: 8}\nprecision: single\n",
      "data: {train: " + data_folder() +
          "points.csv, target: y, validation: {folds: 3}}\nmodel: linear\nbatch: full\n",
      "data: {train: " + data_folder() +
          "points.csv, target: class}\nmodel: {type: softmax, class_weight: balanced}\nbatch: full\nprecision: single\n"};
  for (const std::string& text : problems) {
    CAPTURE(text);
    const std::vector<Spec> specs = variants(text);
    const auto problem = open_problem(specs.front());
    REQUIRE(static_cast<bool>(problem));
    std::vector<std::string> at_once(specs.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < specs.size(); ++i)
      threads.emplace_back([&, i] { at_once[i] = run_on(*problem, specs[i]).text; });
    for (std::thread& thread : threads) thread.join();
    for (std::size_t i = 0; i < specs.size(); ++i) {
      CAPTURE(i);
      const std::string alone = run_alone(specs[i]).text;
      CHECK(at_once[i] == alone);
      CHECK(run_on(*problem, specs[i]).text == alone);
    }
  }
}

TEST_CASE("a plan leaves its problem as it was, cross-validation too") {
  const Spec spec = spec_of("data: {train: " + data_folder() +
                            "points.csv, target: y, validation: {folds: 3}}\nmodel: linear\noptimizer: adam\n"
                            "metrics: [r2]\nstop: {epochs: 2}\n");
  const auto problem = open_problem_of<double>(spec);
  REQUIRE(static_cast<bool>(problem));
  const Dataset<double>& rows = (*problem)->data->train;
  const auto targets = rows.targets;
  const auto weights = rows.weights;
  const auto notes = (*problem)->notes;
  Pool pool(2);
  const auto plan = make_plan_of<double>(spec, *problem, pool);
  REQUIRE(static_cast<bool>(plan));
  Watcher watcher;
  CHECK(static_cast<bool>(cross_validate(**plan, pool, watcher)));
  CHECK(start_run(**plan, pool)->run(nullptr, watcher).status == Status::finished);
  CHECK(rows.targets == targets);
  CHECK(rows.weights == weights);
  CHECK((*problem)->notes == notes);
}

TEST_CASE("lists of facts that repeat are cut, and every coordinate starts where it should") {
  Trial<double> trial("objective: {function: rosenbrock_extended, dim: 1000}\noptimizer: sgd\n");
  const Facts& facts = trial.plan->facts();
  CHECK(facts.start.size() == 2);
  CHECK(facts.lower.size() == 1);
  for (std::size_t i = 0; i < 1000; ++i) {
    if (trial.plan->start[i] != (i % 2 == 0 ? -1.2 : 1.0)) FAIL("coordinate " << i);
  }
  const Trial<double> random(
      "objective: {function: rosenbrock_extended, dim: 1000}\noptimizer: sgd\nstart: random\n");
  for (const double x : random.plan->start) CHECK((x >= facts.lower[0] && x < facts.upper[0]));
}

}  // namespace lookahead::test
