#include "laws/allocations.hpp"
#include "support/problem.hpp"
#include "support/variants.hpp"

// The laws of the engine on rules that evaluate elsewhere than at x, a varying number of times, or remember
// points.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::vector<std::string> lookaheads = {"{k: 5, alpha: 0.5}", "{k: 4, alpha: 0.8, at_sync: reset}",
                                             "{k: 3, alpha: 0.3, at_sync: pullback}", "false"};

// Problems that meet a rule's needs: deterministic and noisy functions, minibatches, the full batch.
std::vector<std::string> problems_for(const OptimizerEntry& entry) {
  std::vector<std::string> all;
  const auto kinds = kinds_of_problems();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const bool data = i >= 2;
    if (entry.needs == Needs::finite_sum && !data) continue;
    if (entry.needs == Needs::minimum && data) continue;
    all.push_back(kinds[i]);
  }
  return all;
}

// Calls check(spec) for every rule, setting and kind of problem, each with another Lookahead.
template <class Check>
void for_all(const std::string& rest, Check check) {
  std::size_t turn = 0;
  for (const std::string& name : special_rules()) {
    const OptimizerEntry& entry = *optimizer_catalog().find(name);
    for (const std::string& problem : problems_for(entry)) {
      for (const std::string& variant : special_variants(name)) {
        const std::string text = problem + "optimizer: " + variant +
                                 "\nlookahead: " + lookaheads[turn++ % lookaheads.size()] + "\n" + rest;
        CAPTURE(text);
        // Rates that suit a small quadratic are too long for a steep valley.
        check(name == "schedule_free_sgd" ? spec_of(text, {"optimizer.lr=1e-3"}) : spec_of(text));
      }
    }
  }
}

template <Scalar T>
void check_cuts(const Spec& spec) {
  Trial<T> whole(spec);
  CHECK(whole.run().status == Status::finished);
  const std::string trace = trace_text(spec, whole.sink.records);
  for (const Index cut : {1, 5, 9, 16, 30}) {
    CAPTURE(cut);
    Trial<T> parts(spec);
    parts.run(cut);
    Archive saved;
    parts.session->exchange(saved);
    Trial<T> restored(spec);
    Archive loaded(saved.bytes());
    restored.session->exchange(loaded);
    CHECK(loaded.intact());
    CHECK(loaded.exhausted());
    restored.sink.records = parts.sink.records;
    restored.run();
    parts.run();
    CHECK(trace_text(spec, parts.sink.records) == trace);
    CHECK(trace_text(spec, restored.sink.records) == trace);
    CHECK(restored.fast() == whole.fast());
  }
}

}  // namespace

TEST_CASE("law: rules over a sum of terms drop units in every gradient of a step, as sgd does") {
  // From the first step's full gradient on they have what sgd has of all rows.
  const auto end = [](const std::string& rule) {
    Trial<double> trial("data: {train: " + data_folder() +
                        "points.csv, target: y}\nmodel: {type: mlp, hidden: [4], dropout: 0.5}\nbatch: full\n"
                        "optimizer: {name: " +
                        rule + ", lr: 0.1}\nlookahead: false\nstop: {steps: 1}\n");
    trial.run();
    return trial.slow();
  };
  const std::vector<double> expected = end("sgd");
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (entry.needs != Needs::finite_sum) continue;
    CAPTURE(entry.card.name);
    const std::vector<double> point = end(entry.card.name);
    // Means of a few rows in another order.
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(point[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

TEST_CASE("law: a run of a special rule may be cut anywhere, saved and restored, and keeps its bits") {
  for_all("seed: 11\nstop: {steps: 37}\ntrace: {every: 1, points: true}\n", [](Spec spec) {
    check_cuts<double>(spec);
    spec.precision = Precision::single_precision;
    check_cuts<float>(spec);
  });
}

TEST_CASE("law: tracing and threads change nothing for a special rule") {
  for_all("stop: {steps: 37}\ntrace: {every: 1, points: true}\n", [](const Spec& spec) {
    Spec more_threads = spec;
    more_threads.threads.count = 3;
    Trial<double> traced(spec), untraced(spec), threaded(more_threads);
    const Outcome a = traced.run(), b = untraced.run(0, false);
    threaded.run();
    CHECK(traced.fast() == untraced.fast());
    CHECK(a.best.loss == b.best.loss);
    CHECK(a.counts.grad_evals == b.counts.grad_evals);
    CHECK(trace_text(spec, traced.sink.records) == trace_text(spec, threaded.sink.records));
  });
}

TEST_CASE("law: k = 1 with alpha = 1, and any k with alpha = 1, are a special rule alone, bit for bit") {
  for_all("stop: {steps: 31}\ntrace: {every: 1, points: true}\n", [](Spec spec) {
    const auto run_with = [&](bool enabled, double k) {
      spec.lookahead = LookaheadSpec{};
      spec.lookahead.enabled = enabled;
      spec.lookahead.levels.front().k = Scheduled::constant(k);
      spec.lookahead.levels.front().alpha.value = Scheduled::constant(1);
      Trial<double> trial(spec);
      trial.run();
      return std::pair{trace_text(spec, trial.sink.records), trial.fast()};
    };
    const auto alone = run_with(false, 1);
    CHECK(run_with(true, 1) == alone);
    CHECK(run_with(true, 6).second == alone.second);
  });
}

TEST_CASE("law: no step of a special rule allocates") {
  int measured = 0;
  for_all("stop: {steps: 200}\n", [&](const Spec& spec) {
    Trial<double> trial(spec);
    trial.run(50, false);
    // A call of two steps allocates no more than one of a single step.
    const long single = least_allocations(trial, 1), two = least_allocations(trial, 2);
    if (two == std::numeric_limits<long>::max()) return;
    CHECK(two <= single);
    ++measured;
  });
  CHECK(measured > 0);
}

TEST_CASE("law: stop.evals is overshot by less than a step, whatever a step costs") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const Index evals : {100, 333}) {
      CAPTURE(entry.card.name);
      const Spec spec =
          spec_of(problem_for(entry) + "optimizer: {name: " + entry.card.name +
                  ", lr: 1e-2}\nstop: {evals: " + std::to_string(evals) + "}\ntrace: {every: 1}\n");
      Trial<double> untraced(spec), traced(spec);
      const Outcome outcome = untraced.run(0, false);
      traced.run();
      CHECK(*outcome.stop == StopReason::evals);
      CHECK(outcome.counts.grad_evals >= evals);
      const auto& records = traced.sink.records;
      REQUIRE(records.size() >= 2);
      CHECK(records.back().step == outcome.counts.steps);
      CHECK(records[records.size() - 2].grad_evals < evals);
    }
  }
}
