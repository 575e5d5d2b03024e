#include <cstring>
#include <limits>
#include <set>

#include "laws/written_problems.hpp"
#include "support/variants.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Keeps the state before every look at the run, and how many records there were.
template <Scalar T>
struct AllStates final : StateKeeper {
  explicit AllStates(const MemorySink& of) : sink(of) {}
  bool due(std::chrono::steady_clock::time_point) override { return true; }
  void keep(Run& run, const Counts&, bool) override {
    Archive archive;
    run.exchange(archive);
    states.push_back(archive.bytes());
    records.push_back(sink.records.size());
  }
  const MemorySink& sink;
  std::vector<std::vector<char>> states;
  std::vector<std::size_t> records;
};

// Whether the run continued from each of its states, its end included, is the run.
template <Scalar T>
void check_every_state(const Spec& spec) {
  Trial<T> whole(spec);
  AllStates<T> all(whole.sink);
  Watcher watcher;
  const Outcome outcome = whole.session->run(&whole.sink, watcher, 0, &all);
  const std::string trace = trace_text(spec, whole.sink.records);
  REQUIRE(all.states.size() >= 2);
  Trial<T> rest(spec);
  for (std::size_t s = 0; s < all.states.size(); ++s) {
    CAPTURE(s);
    rest.session = std::make_unique<Session<T>>(*rest.plan, rest.pool);
    Archive archive(all.states[s]);
    rest.session->exchange(archive);
    REQUIRE(archive.intact());
    REQUIRE(archive.exhausted());
    const auto end = whole.sink.records.begin() + static_cast<std::ptrdiff_t>(all.records[s]);
    rest.sink.records.assign(whole.sink.records.begin(), end);
    const Outcome again = rest.run();
    CHECK(trace_text(spec, rest.sink.records) == trace);
    CHECK(rest.slow() == whole.slow());
    CHECK(rest.fast() == whole.fast());
    CHECK(again.status == outcome.status);
    CHECK(again.stop == outcome.stop);
    CHECK(again.best.step == outcome.best.step);
    CHECK(again.counts.grad_evals == outcome.counts.grad_evals);
  }
}

void check_states(const std::string& problem) {
  CAPTURE(problem);
  check_every_state<double>(spec_of(problem));
  check_every_state<float>(spec_of(problem + "precision: single\n"));
}

const std::vector<std::string> ways_of_syncing = {"keep", "reset", "pullback", "average"};
// Three rounds, and a step of a fourth.
const std::string three_rounds = "seed: 4\nstop: {steps: 10}\ntrace: {every: 1, points: true}\n";

}  // namespace

TEST_CASE(
    "law: a run continued from any step is the same run, for every optimizer, outer rule and way of syncing") {
  for (const OptimizerEntry& rule : optimizer_catalog()) {
    for (const OptimizerEntry& outer : optimizer_catalog()) {
      if (!outer.outer_seat) continue;
      for (const std::string& at_sync : ways_of_syncing) {
        const std::string problem = problem_for(rule) + "optimizer: " + rule.card.name +
                                    "\nlookahead: {k: 3, outer: " + outer.card.name +
                                    ", at_sync: " + at_sync + "}\n" + three_rounds;
        CAPTURE(problem);
        check_every_state<double>(spec_of(problem));
        if (outer.plain_slow_step) check_every_state<float>(spec_of(problem + "precision: single\n"));
      }
    }
  }
}

TEST_CASE("law: a state with made-up numbers is refused, or goes on to an end without harm") {
  const std::string levels =
      "lookahead: [{k: 2, at_sync: pullback}, {k: 3, alpha: 0.6, workers: 2, outer: nesterov}]\n";
  constexpr Index least = std::numeric_limits<Index>::min(), most = std::numeric_limits<Index>::max();
  std::vector<std::string> problems;
  for (const OptimizerEntry& rule : optimizer_catalog())
    problems.push_back(problem_for(rule) + "optimizer: " + rule.card.name + "\n" + levels + three_rounds);
  problems.push_back(
      problem_for(*optimizer_catalog().find("lbfgs")) +
      "optimizer: {name: lbfgs, line_search: none}\nlookahead: {k: {step: {from: 8, every: 3, factor: "
      "0.5}}}\n" +
      three_rounds);
  problems.push_back("data: {train: " + data_folder() +
                     "points.csv, target: y}\nmodel: linear\nsampling: replacement\n"
                     "batch: 7\noptimizer: {name: sgd, lr: {plateau: {from: 1e-2, every: 3}}}\n"
                     "stop: {epochs: 4, patience: {metric: train_rmse, epochs: 3}}\n");
  std::set<std::string> refused;
  for (const std::string& problem : problems) {
    CAPTURE(problem);
    const Spec spec = spec_of(problem);
    Trial<double> some(spec);
    some.run(7);
    Archive archive;
    some.session->exchange(archive);
    const std::vector<char>& state = archive.bytes();
    Trial<double> other(spec);
    std::span<const char> rest(state);
    while (const auto item = next_item(rest)) {
      if (item->bytes.size() != sizeof(Index)) continue;
      CAPTURE(std::string(item->name));
      for (const Index value : {least, Index{-1}, Index{1} << 40, Index{1} << 62, most}) {
        std::vector<char> changed = state;
        std::memcpy(changed.data() + (item->bytes.data() - state.data()), &value, sizeof value);
        Archive made_up(std::move(changed));
        other.session = std::make_unique<Session<double>>(*other.plan, other.pool);
        other.session->exchange(made_up);
        if (made_up.intact()) other.run(40, false);
        const bool counts = item->name == "pairs" || item->name == "telemetry.count" ||
                            item->name == "lookahead.position" || item->name == "sampler.position";
        if (counts && value != Index{1} << 40) CHECK_FALSE(made_up.intact());
        if (item->name == "lookahead.k") CHECK_FALSE(made_up.intact());
        if (!made_up.intact()) refused.insert(std::string(item->name));
      }
    }
  }
  for (const char* name :
       {"pairs", "telemetry.count", "lookahead.position", "sampler.position", "lookahead.k"})
    CHECK_MESSAGE(refused.count(name) == 1, name);
}

TEST_CASE("law: a run of workers with noise continued from any step is the same run, for every outer rule") {
  for (const OptimizerEntry& rule : optimizer_catalog()) {
    if (!rule.outer_seat || rule.plain_slow_step) continue;
    for (const std::string& at_sync : ways_of_syncing) {
      check_states("objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\noptimizer: adam\n" +
                   std::string("lookahead: {k: 3, alpha: 0.1, outer: ") + rule.card.name +
                   ", workers: 3, at_sync: " + at_sync + "}\n" + three_rounds);
    }
  }
}

TEST_CASE("law: a run of a formula continued from any step is the same run") {
  for (const std::string& problem : written_problems()) {
    const std::string some_levels =
        "lookahead: [{k: 2, at_sync: average}, {k: 2, alpha: 0.1, workers: 3, outer: adam}]\n";
    check_states(problem + "optimizer: {name: adam, lr: 1e-2}\n" + some_levels + three_rounds);
    check_states(problem + "optimizer: lbfgs\nlookahead: {k: 3, at_sync: pullback}\n" + three_rounds);
    const bool sum = problem.find("terms:") != std::string::npos ||
                     problem.find("sampled") != std::string::npos || problem.starts_with("data");
    for (const char* rule : {"saga", "svrg"}) {
      if (sum)
        check_states(problem + "optimizer: {name: " + rule + ", lr: 1e-2}\nlookahead: {k: 3, workers: 2}\n" +
                     three_rounds);
    }
  }
  for (const char* rule : {"extragradient", "optimistic_adam"})
    check_states(written_game() + "optimizer: " + rule + "\nlookahead: {k: 3, workers: 2, at_sync: reset}\n" +
                 three_rounds);
}

TEST_CASE("law: a run continued from any step is the same run, whatever ends it or is kept") {
  const std::string points = "data: {train: " + data_folder() + "points.csv, target: y, validation: 0.3}\n" +
                             "model: linear\nbatch: 7\nseed: 11\n";
  for (const char* rest :
       {"optimizer: {name: sgd, lr: 0.3}\nstop: {epochs: 9, patience: {metric: val_loss, epochs: 3, "
        "min_delta: 0.01}}\ntrace: {exact: true}\n",
        "optimizer: {name: sgd, lr: 0.3}\nlookahead: {k: 4, workers: 3, shard: true}\nstop: {epochs: 9}\n"
        "trace: {every: sync, fast: true, gradients: true}\n",
        "optimizer: {name: sgd, lr: 50}\nstop: {epochs: 20}\n",
        "optimizer: {name: sgd, lr: {plateau: {from: 1e-2, factor: 0.5, patience: 0, every: 3}}}\n"
        "lookahead: [{k: 2, alpha: {adaptive: {low: 0.1, high: 0.9}}}, {k: 3, alpha: 0.6, workers: 2}]\n"
        "stop: {epochs: 9}\n",
        "optimizer: {name: asgd, lr: 0.1, t0: 5}\nsampling: replacement\nstop: {evals: 300}\n"})
    check_states(points + rest);
  const std::string sparse = "data: {train: " + data_folder() + "points.csv, target: y, validation: 0.3}\n" +
                             "model: {type: linear, l1: 0.2}\nbatch: 7\nseed: 11\n";
  for (
      const char* rest :
      {"optimizer: {name: sgd, lr: 0.1}\nstop: {epochs: 5, patience: {metric: val_loss, epochs: 2}}\n",
       "optimizer: {name: svrg, lr: 0.1}\nlookahead: {k: 4, workers: 2}\nstop: {epochs: 3, grad_norm: 0.01}\n"})
    check_states(sparse + rest);
  for (const char* rest : {"optimizer: {name: sgd, lr: 0.02}\nstop: {target: 1, steps: 90}\n",
                           "optimizer: {name: sgd, lr: 0.02}\nstop: {grad_norm: 3, steps: 90}\n",
                           "optimizer: {name: sgd, lr: 0.5}\nstop: {rounds: 20}\n",
                           "optimizer: {name: sgd, lr: 3}\nlookahead: {k: 4, workers: 2}\n"})
    check_states(std::string("objective: {function: sphere, dim: 3}\nstart: [1, 2, -3]\n") + rest);
}
