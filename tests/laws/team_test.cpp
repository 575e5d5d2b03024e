#include <doctest/doctest.h>

#include <mutex>

#include "laws/written_problems.hpp"
#include "run/folds.hpp"
#include "support/problem.hpp"
#include "support/thread_team.hpp"
#include "support/variants.hpp"

// A run is the same to the bit on any number of processes. Threads play them here.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// What a run comes to, as texts that are the same where it is the same to the bit.
template <Scalar T>
struct Result {
  std::string trace, folds;
  std::vector<T> slow, fast;
  Outcome outcome;
  // The states that were kept, on the first rank, and the records before each.
  std::vector<std::vector<char>> states;
  std::vector<std::size_t> records;
};

template <Scalar T>
struct EveryState final : StateKeeper {
  EveryState(const MemorySink& of, Result<T>& in) : sink(of), result(in) {}
  bool due(std::chrono::steady_clock::time_point) override { return true; }
  void keep(Run& run, const Counts&, bool) override {
    Archive archive;
    run.exchange(archive);
    result.states.push_back(archive.bytes());
    result.records.push_back(sink.records.size());
  }
  const MemorySink& sink;
  Result<T>& result;
};

// The run of a problem as a rank of a team sees it, continued from `state` where that is not null.
template <Scalar T>
Result<T> result_of(const Spec& given, Team& team, const std::vector<char>* state = nullptr,
                    bool keeps = true) {
  Spec spec = given;
  // As of data too large for one machine.
  if (spec.data && !team.alone()) spec.data->order.on_disk = true;
  Pool pool(1);
  auto plan = plan_in<T>(spec, pool);
  if (!plan) throw std::runtime_error(to_string(plan.faults().front()));
  Session<T> session(**plan, pool, Run::Clock::now(), team);
  if (state != nullptr) {
    Archive archive(*state);
    session.exchange(archive);
    if (!archive.intact() || !archive.exhausted()) throw std::runtime_error("not a state of this run");
  }
  MemorySink sink;
  Watcher watcher;
  Result<T> result;
  EveryState<T> keeper(sink, result);
  result.outcome = session.run(&sink, watcher, 0, keeps && team.first() ? &keeper : nullptr);
  if (spec.data && spec.data->validation.folds > 0) {
    const auto validation = cross_validate(**plan, pool, watcher, {}, {}, team);
    if (validation && team.first()) result.folds = folds_csv(*validation, spec);
  }
  result.trace = trace_text(spec, sink.records);
  result.slow.assign(session.slow().begin(), session.slow().end());
  result.fast.assign(session.fast().begin(), session.fast().end());
  return result;
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

template <Scalar T>
void check_same(const Result<T>& one, const Result<T>& other) {
  CHECK(one.trace == other.trace);
  CHECK(one.folds == other.folds);
  CHECK(one.slow == other.slow);
  CHECK(one.fast == other.fast);
  CHECK(one.outcome.status == other.outcome.status);
  CHECK(one.outcome.stop == other.outcome.stop);
  CHECK(one.outcome.best.step == other.outcome.best.step);
  CHECK(one.outcome.counts.grad_evals == other.outcome.counts.grad_evals);
  CHECK(one.outcome.remarks == other.outcome.remarks);
  REQUIRE(one.outcome.metrics.size() == other.outcome.metrics.size());
  for (std::size_t i = 0; i < one.outcome.metrics.size(); ++i)
    CHECK(same_number(one.outcome.metrics[i].value, other.outcome.metrics[i].value));
  REQUIRE(one.outcome.classes.has_value() == other.outcome.classes.has_value());
  if (one.outcome.classes)
    CHECK(one.outcome.classes->counts.matrix() == other.outcome.classes->counts.matrix());
}

template <Scalar T>
Result<T> on_ranks(const Spec& spec, Index size, const std::vector<char>* state = nullptr,
                   bool keeps = true) {
  Result<T> first;
  const std::string failure = on_team(size, [&](Team& team) {
    Result<T> own = result_of<T>(spec, team, state, keeps);
    if (team.first()) first = std::move(own);
  });
  CHECK(failure == "");
  return first;
}

template <Scalar T>
void check_ranks(const Spec& spec) {
  const Result<T> whole = result_of<T>(spec, alone(), nullptr, false);
  for (const Index size : {2, 3, 5}) {
    CAPTURE(size);
    check_same(on_ranks<T>(spec, size, nullptr, false), whole);
  }
}

void check_precisions(const std::string& problem) {
  CAPTURE(problem);
  check_ranks<double>(spec_of(problem));
  check_ranks<float>(spec_of(problem + "precision: single\n"));
}

const std::string short_run = "seed: 4\nstop: {steps: 23}\ntrace: {every: 3, points: true}\n";
const std::string points = data_folder() + "points.csv";

}  // namespace

TEST_CASE("law: a run is the same on any number of processes, for every optimizer and way of syncing") {
  for (const OptimizerEntry& rule : optimizer_catalog()) {
    for (const char* at_sync : {"keep", "reset", "pullback", "average"}) {
      check_precisions(problem_for(rule) + "optimizer: " + rule.card.name +
                       "\nlookahead: {k: 3, workers: 5, at_sync: " + at_sync + "}\n" + short_run);
    }
  }
}

TEST_CASE("law: a run is the same on any number of processes, for every outer rule, alone and over levels") {
  for (const OptimizerEntry& outer : optimizer_catalog()) {
    if (!outer.outer_seat) continue;
    for (const std::string& problem : kinds_of_problems()) {
      const std::string rule = "outer: " + outer.card.name;
      check_precisions(problem + "optimizer: adam\nlookahead: {k: 3, workers: 6, " + rule + "}\n" +
                       short_run);
      check_precisions(
          problem + "optimizer: adam\nlookahead: [{k: 2, alpha: 0.6}, {k: 2, workers: 5, at_sync: average, " +
          rule + "}]\n" + short_run);
    }
  }
}

TEST_CASE("law: shards, folds, patience, schedules and plateaus are the same on any number of processes") {
  const std::string data =
      "data: {train: " + points + ", target: y, validation: {fraction: 0.3}}\nmodel: linear\n";
  const std::string five = "lookahead: {k: 3, workers: 5, shard: true";
  const std::string rest = "seed: 4\nbatch: 3\n";
  for (const char* at_sync : {"keep", "pullback", "average"}) {
    check_precisions(data + "optimizer: {name: adam, lr: 0.05}\n" + five + ", at_sync: " + at_sync + "}\n" +
                     rest +
                     "stop: {epochs: 9, patience: {metric: val_loss, epochs: 2}}\ntrace: {exact: true}\n");
  }
  check_precisions(data + "optimizer: {name: sgd, lr: {plateau: {from: 0.1, patience: 3}}}\n" + five + "}\n" +
                   rest + "stop: {epochs: 9}\n");
  check_precisions(
      data +
      "optimizer: {name: sgd, lr: {cosine: {from: 0.1, to: 0.001}}}\nlookahead: {k: {linear: {from: 1, to: "
      "5}}, workers: 5, shard: true}\n" +
      rest + "stop: {epochs: 9}\n");
  check_precisions(
      "data: {train: " + points +
      ", target: y, validation: {folds: 3}}\nmodel: {type: linear, l1: 0.2}\noptimizer: {name: sgd, lr: 0.1}\n" +
      five + "}\n" + rest + "stop: {epochs: 4}\n");
  check_precisions("data: {train: " + points +
                   ", target: class, validation: {folds: 4}}\nmodel: softmax\noptimizer: adam\n" + five +
                   "}\n" + rest + "stop: {epochs: 3}\n");
}

TEST_CASE("law: shards of sparse rows, which lie on disk, are the same on any number of processes") {
  const std::string sparse = data_folder() + "points.svm";
  const std::string rest =
      "lookahead: {k: 3, workers: 5, shard: true}\nseed: 4\nbatch: 3\nstop: {epochs: 6}\n";
  for (const char* data :
       {", validation: {fraction: 0.3}", ", standardize: true, test: {fraction: 0.2}", ""}) {
    const std::string rows = "data: {train: " + sparse + data + "}\n";
    check_precisions(
        rows + "model: {type: logistic, class_weight: balanced}\noptimizer: {name: sgd, lr: auto}\n" + rest);
    check_precisions(rows + "model: softmax\noptimizer: {name: adam, lr: 0.05}\n" + rest);
    check_precisions(rows + "model: {type: mlp, hidden: [3]}\noptimizer: {name: adam, lr: 0.05}\n" + rest);
  }
}

TEST_CASE("law: every metric of rows that are divided is the same on any number of processes") {
  // The smaller fraction leaves some workers without a row to judge by.
  for (const char* fraction : {"0.3", "0.06"}) {
    for (const bool classes : {false, true}) {
      std::string names;
      for (const MetricEntry& entry : metric_catalog())
        if (entry.for_classes == classes) names += (names.empty() ? "" : ", ") + entry.card.name;
      check_precisions("data: {train: " + points + ", target: " + (classes ? "class" : "y") +
                       ", validation: {fraction: " + fraction +
                       ", stratify: false}, test: {fraction: 0.2, stratify: false}}\n" +
                       (classes ? "model: {type: softmax, class_weight: balanced}\n"
                                : "model: {type: mlp, hidden: [3]}\n") +
                       "optimizer: adam\nlookahead: {k: 3, workers: 5, shard: true}\nbatch: 4\nmetrics: [" +
                       names + "]\nstop: {epochs: 4}\n");
    }
  }
}

TEST_CASE("law: written objectives are the same on any number of processes") {
  for (const std::string& problem : written_problems())
    check_precisions(problem + "optimizer: adam\nlookahead: {k: 3, workers: 5}\n" + short_run);
}

TEST_CASE("law: a worker that diverges ends the run at the same step on any number of processes") {
  const std::string problem =
      "objective: {function: rosenbrock, noise: {gaussian: 300}}\noptimizer: {name: sgd, lr: 2e-3}\n"
      "lookahead: {k: 5, workers: 7}\nseed: 3\nstop: {steps: 400}\ntrace: {every: 3, points: true}\n";
  CHECK(result_of<double>(spec_of(problem), alone()).outcome.status == Status::diverged);
  check_precisions(problem);
}

TEST_CASE("law: a state that any number of processes keep is continued by any other number to the same run") {
  const Spec spec = spec_of(
      "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\noptimizer: adam\n"
      "lookahead: [{k: 2}, {k: 3, workers: 5, at_sync: pullback, outer: nesterov}]\nseed: 4\nstop: {steps: 40}\n"
      "trace: {every: 4, points: true}\n");
  const Result<double> whole = result_of<double>(spec, alone(), nullptr, false);
  for (const Index size : {1, 2, 5}) {
    const Result<double> kept = on_ranks<double>(spec, size);
    check_same(kept, whole);
    REQUIRE(kept.states.size() >= 3);
    for (const std::size_t s : {std::size_t{0}, kept.states.size() / 2, kept.states.size() - 1}) {
      for (const Index other : {1, 3, 4}) {
        CAPTURE(size);
        CAPTURE(other);
        CAPTURE(s);
        const Result<double> rest = on_ranks<double>(spec, other, &kept.states[s], false);
        CHECK(rest.slow == whole.slow);
        CHECK(rest.fast == whole.fast);
        CHECK(rest.outcome.counts.grad_evals == whole.outcome.counts.grad_evals);
      }
    }
  }
}
