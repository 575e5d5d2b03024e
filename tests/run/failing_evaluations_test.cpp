#include <atomic>
#include <cmath>

#include "certify/certificate.hpp"
#include "certify/gradcheck.hpp"
#include "run/constants.hpp"
#include "support/problem.hpp"
#include "support/thread_team.hpp"

// An evaluation that cannot be made ends a run, wherever it is asked for, and is no divergence.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// Rosenbrock's function, of which so many evaluations can be made and no more.
class Failing final : public Objective<double> {
 public:
  explicit Failing(Index evaluations) : left_(evaluations) {}
  Index dimension() const override { return 2; }
  Evaluation value(std::span<const double> x, const Batch&, std::span<double>) const override {
    if (left_-- <= 0) return Evaluation(fault_);
    return 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]) + (1 - x[0]) * (1 - x[0]);
  }
  Evaluation value_and_gradient(std::span<const double> x, const Batch& batch, std::span<double> gradient,
                                std::span<double> scratch) const override {
    const Evaluation f = value(x, batch, scratch);
    // Whoever looks at it regardless sees that it is none.
    std::fill(gradient.begin(), gradient.end(), 1e300);
    if (f.fault != nullptr) return f;
    const double a = x[1] - x[0] * x[0];
    gradient[0] = -400 * a * x[0] - 2 * (1 - x[0]);
    gradient[1] = 200 * a;
    return f;
  }

 private:
  mutable std::atomic<Index> left_;
  Fault fault_{FaultKind::data, {"the objective", 0, 0}, "can do no more", ""};
};

// The problem with that function in the place of its own.
Spec failing_after(Index evaluations, const std::string& rest) {
  Spec spec = spec_of("objective: rosenbrock\n" + rest);
  auto own = std::make_shared<FunctionEntry>(*spec.objective->function.entry);
  own->make_double = [=](const Values&, Index) { return std::make_unique<Failing>(evaluations); };
  spec.objective->own = own;
  spec.objective->function.entry = own.get();
  return spec;
}

const char* const small_steps = "stop: {steps: 40}\ntrace: {points: true}\n";

std::string rate_of(const OptimizerEntry& entry) {
  return "optimizer: {name: " + entry.card.name + ", lr: 1e-4}\n";
}

// What is left of such a run.
void look_at(Trial<double>& trial, const Outcome& outcome) {
  CHECK(outcome.status == Status::failed);
  CHECK(outcome.stop == StopReason::evaluation);
  REQUIRE(outcome.fault.has_value());
  CHECK(outcome.fault->text == "can do no more");
  for (const double x : trial.slow()) CHECK(std::isfinite(x));
  for (const double x : trial.fast()) CHECK(std::isfinite(x));
  CHECK(std::abs(trial.slow()[0]) < 1e3);
  CHECK(std::abs(trial.fast()[0]) < 1e3);
  const auto& records = trial.sink.records;
  CHECK(records.back().step == outcome.counts.steps);
  for (std::size_t i = 1; i < records.size(); ++i) CHECK(records[i].step > records[i - 1].step);
  CHECK(std::isfinite(outcome.best.loss));
}

}  // namespace

TEST_CASE("law: an evaluation that fails at any time ends the run of every rule at its last good points") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (entry.needs != Needs::gradients && entry.needs != Needs::minimum) continue;
    CAPTURE(entry.card.name);
    for (const Index evaluations : {1, 2, 3, 4, 5, 7, 20, 21}) {
      CAPTURE(evaluations);
      Trial<double> trial(failing_after(evaluations, rate_of(entry) + small_steps));
      look_at(trial, trial.run());
    }
  }
}

TEST_CASE("an evaluation that fails ends runs of workers, of levels and of an adaptive alpha") {
  for (const char* lookahead :
       {"false", "{workers: 3}", "{alpha: {adaptive: {low: 0.1, high: 1}}}", "[{k: 2}, {k: 3, alpha: 0.7}]",
        "[{k: 2, alpha: {adaptive: {low: 0.1, high: 1}}}, {k: 3, workers: 3}]",
        "{outer: {name: slowmo, beta: 0.5}, workers: 2, at_sync: average}"}) {
    CAPTURE(lookahead);
    for (const char* rule : {"sgd", "extragradient", "lbfgs"}) {
      CAPTURE(rule);
      for (const Index evaluations : {1, 2, 3, 6, 9, 15, 22, 31}) {
        CAPTURE(evaluations);
        Trial<double> trial(failing_after(evaluations, "optimizer: {name: " + std::string(rule) +
                                                           ", lr: 1e-4}\n" + small_steps +
                                                           "lookahead: " + lookahead + "\n"));
        look_at(trial, trial.run());
      }
    }
  }
}

TEST_CASE("a run whose evaluations fail where it is only looked at ends as well") {
  // The trace's own, the target's, and those of the mean of squares.
  for (const char* rest : {"stop: {steps: 40, target: 1e-20}\n", "stop: {steps: 40, grad_norm: 1e-20}\n",
                           "stop: {steps: 40}\ntrace: {every: 1, exact: true}\n"}) {
    CAPTURE(rest);
    for (Index evaluations = 1; evaluations < 40; ++evaluations) {
      CAPTURE(evaluations);
      Trial<double> trial(
          failing_after(evaluations, "optimizer: {name: sgd, lr: 1e-4}\n" + std::string(rest)));
      look_at(trial, trial.run());
    }
  }
}

TEST_CASE(
    "an evaluation that fails on one rank alone, at any time, ends the run of all with that rank's words") {
  for (const char* rest : {"stop: {steps: 12, target: 1e-20}\n", "stop: {steps: 12, grad_norm: 1e-20}\n",
                           "stop: {steps: 12}\ntrace: {every: 1, exact: true}\n"}) {
    CAPTURE(rest);
    Index failed = 0;
    for (const Index rank : {0, 1, 2}) {
      CAPTURE(rank);
      // The first one is the plan's; the last ones are more than the run makes.
      for (Index evaluations = 1; evaluations < 60; ++evaluations) {
        CAPTURE(evaluations);
        std::vector<Outcome> outcomes(3);
        const std::string lost = on_team(3, [&](Team& team) {
          Pool pool(1);
          const Index own = team.rank() == rank ? evaluations : 1000;
          const auto plan = plan_in<double>(
              failing_after(own, "optimizer: {name: sgd, lr: 1e-4}\nlookahead: {k: 3, workers: 3}\n" +
                                     std::string(rest)),
              pool);
          if (!plan) throw std::runtime_error(to_string(plan.faults().front()));
          Session<double> session(**plan, pool, Run::Clock::now(), team);
          MemorySink sink;
          Watcher watcher;
          outcomes[static_cast<std::size_t>(team.rank())] = session.run(&sink, watcher);
        });
        CHECK(lost == "");
        failed += outcomes[0].fault ? 1 : 0;
        for (const Outcome& outcome : outcomes) {
          CHECK(outcome.status == (outcomes[0].fault ? Status::failed : Status::finished));
          CHECK(outcome.counts.steps == outcomes[0].counts.steps);
          REQUIRE(outcome.fault.has_value() == outcomes[0].fault.has_value());
          if (!outcome.fault) continue;
          CHECK(outcome.fault->text == "can do no more");
          CHECK(outcome.fault->place.source == "rank " + std::to_string(rank) + ": the objective");
        }
      }
    }
    CHECK(failed > 50);
  }
}

TEST_CASE("an evaluation that fails is a fault of the plan, of the measured constants and of gradcheck") {
  Pool pool(1);
  const auto first_fault = [](const Faults& faults) { return faults.empty() ? "" : faults.front().text; };
  const auto at_start = plan_in<double>(failing_after(0, "optimizer: sgd\n"), pool);
  CHECK(first_fault(at_start.faults()) == "can do no more");
  const auto in_pilot = plan_in<double>(failing_after(5, "optimizer: {name: sgd, lr: auto}\n"), pool);
  CHECK(first_fault(in_pilot.faults()) == "can do no more");
  for (const Index evaluations : {1, 2, 5}) {
    const auto plan = plan_in<double>(failing_after(evaluations, "optimizer: sgd\n"), pool);
    REQUIRE(static_cast<bool>(plan));
    CHECK(first_fault(gradcheck(**plan, pool, {}).faults()) == "can do no more");
    CHECK(first_fault(problem_constants(**plan, pool).faults()) == "can do no more");
    CHECK(first_fault(certify(**plan, pool).faults()) == "can do no more");
  }
}
