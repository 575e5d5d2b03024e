#include "laws/allocations.hpp"
#include "laws/written_problems.hpp"
#include "spec/yaml.hpp"
#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Optimizers and Lookahead settings that together touch all of the engine's state.
const std::vector<std::string> settings = {
    "optimizer: {name: sgd, lr: 1e-3, momentum: 0.9}\nlookahead: {k: 5, alpha: 0.5}\n",
    "optimizer: {name: adam, lr: 1e-2}\nlookahead: {k: 4, alpha: 0.8, at_sync: reset}\n",
    "optimizer: {name: adam, lr: {cosine: {from: 1e-2, to: 1e-4, warmup: 10}}, amsgrad: true}\nlookahead: "
    "{k: 3, alpha: 0.3, at_sync: pullback}\n",
    "optimizer: {name: rmsprop, lr: 1e-3, momentum: 0.5, clip: {norm: 1.0}}\nlookahead: {k: {step: {from: 6, "
    "factor: 0.5, every: 12}}, alpha: 0.5}\n",
    "optimizer: {name: adamw, lr: 1e-2, clip: {value: 0.1}}\nlookahead: false\n",
    "optimizer: {name: sgd, lr: {plateau: {from: 1e-3, factor: 0.5, patience: 0, threshold: 0.5, every: 3, "
    "cooldown: 1, warmup: 4}}}\nlookahead: {k: 2, alpha: {linear: {from: 0.4, to: 0.8}}}\n",
    "optimizer: {name: adam, lr: 1e-2}\nlookahead: [{k: 2, alpha: 0.6, at_sync: pullback}, {k: {step: {from: "
    "4, factor: 0.5, every: 10}}, alpha: 0.7, at_sync: reset}, {k: 2, alpha: 0.5, at_sync: pullback}]\n",
    "optimizer: {name: sgd, lr: 1e-3, momentum: 0.9}\nlookahead: {k: 3, alpha: 0.5, workers: 3, at_sync: "
    "average, outer: {name: slowmo, beta: 0.4}}\n",
    "optimizer: {name: sgd, lr: {plateau: {from: 1e-3, factor: 0.5, patience: 0, threshold: 0.5, every: "
    "3}}}\n"
    "lookahead: [{k: 2, alpha: 0.5}, {k: 2, alpha: 0.6, workers: 3}]\n",
    "optimizer: {name: asgd, lr: 1e-3, t0: 7}\nlookahead: {k: 3, alpha: 0.5}\n",
    "optimizer: {name: asgd, lr: 1e-3, t0: 2}\nlookahead: {k: 2, alpha: 0.5, workers: 2, at_sync: reset}\n",
    "optimizer: lbfgs\nlookahead: {k: 3, alpha: 0.5}\n",
    "optimizer: {name: rmsprop, lr: 1e-3}\nlookahead: [{k: 2, alpha: 0.5}, {k: 3, alpha: 0.6, workers: 2, "
    "at_sync: pullback, outer: nesterov}]\n",
    "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {k: 4, alpha: 0.05, workers: 4, outer: yogi}\n",
    "optimizer: {name: sgd, lr: 1e-3}\nlookahead: [{k: 4, alpha: {adaptive: {low: 0.1, high: 0.9}}}, {k: 2, "
    "alpha: 0.01, outer: rmsprop}]\n"};

// Games, whose rules evaluate at several points of a step.
const std::vector<std::string> game_problems = {
    "objective: {game: bilinear, dim: 10, seed: 2, noise: {gaussian: 0.1}}\noptimizer: {name: gda, "
    "alternating: "
    "true, momentum: -0.3}\nlookahead: {k: 5, alpha: 0.5}\n",
    "objective: {game: cyclic, players: 4, dim: 8}\noptimizer: {name: extra_adam, lr: 1e-2}\nlookahead: {k: "
    "4, "
    "alpha: 0.8, at_sync: reset}\n",
    "objective: rock_paper_scissors\noptimizer: {name: optimistic_adam, lr: 1e-2}\nlookahead: {k: 3, alpha: "
    "0.3, at_sync: pullback}\n",
    "objective: forsaken\noptimizer: {name: optimistic, clip: {norm: 1.0}}\nlookahead: {k: 6, alpha: 0.5, "
    "at_sync: pullback}\n",
    "objective: {game: quadratic_game, dim: 6}\noptimizer: extragradient\nlookahead: false\n"};

std::vector<std::string> all_problems() {
  std::vector<std::string> all;
  for (const std::string& kind : kinds_of_problems()) {
    for (const std::string& setting : settings)
      all.push_back(kind + setting + "seed: 11\nstop: {steps: 43}\ntrace: {every: 1, points: true}\n");
  }
  // Every formula with some settings, all of them in turn.
  std::size_t next = 0;
  for (const std::string& kind : written_problems()) {
    for (int i = 0; i < 4; ++i)
      all.push_back(kind + settings[next++ % settings.size()] +
                    "seed: 11\nstop: {steps: 43}\ntrace: {every: 1, points: true}\n");
  }
  for (const char* rule : {"{name: extra_adam, lr: 1e-2}\nlookahead: {k: 4, alpha: 0.8, at_sync: reset}\n",
                           "{name: gda, lr: 0.05}\nlookahead: {k: 3, alpha: 0.5, workers: 2}\n"})
    all.push_back(written_game() + "optimizer: " + rule +
                  "seed: 11\nstop: {steps: 43}\ntrace: {every: 1, points: true}\n");
  // Shares of the rows are for data alone.
  all.push_back(
      "data: {train: " + data_folder() +
      "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\nbatch: 7\n" +
      "optimizer: adam\nlookahead: {k: 4, alpha: 0.5, workers: 3, shard: true}\nseed: 11\nstop: {steps: "
      "43}\ntrace: {every: 1, points: true}\n");
  // 60 rows among 7 workers.
  all.push_back("data: {train: " + data_folder() + "points.csv, target: y}\nmodel: linear\nbatch: full\n" +
                "optimizer: {name: adam, lr: 1e-2}\nlookahead: {k: 3, alpha: 0.5, workers: 7, shard: true, "
                "at_sync: average}\nseed: 11\nstop: {steps: 43}\ntrace: {every: 1, points: true}\n");
  // Puts back the weights of an epoch before its end.
  all.push_back("data: {train: " + data_folder() +
                "points.csv, target: y, validation: 0.3}\nmodel: linear\n" +
                "optimizer: {name: sgd, lr: 0.3}\nbatch: 5\nlookahead: {k: 4, alpha: 0.5}\nseed: 11\nstop: "
                "{steps: 43, patience: {metric: val_loss, epochs: 20, min_delta: 0.01}}\n"
                "trace: {every: 1, points: true}\n");
  for (const char* sampling : {"replacement", "blocks"}) {
    all.push_back(
        "data: {train: " + data_folder() +
        "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\nbatch: 7\nsampling: " + sampling +
        "\noptimizer: adam\nlookahead: {k: 4, alpha: 0.5, workers: 2, shard: true}\nseed: 11\nstop: "
        "{steps: 43}\ntrace: {every: 1, points: true}\n");
  }
  for (const std::string& game : game_problems)
    all.push_back(game + "seed: 11\nstop: {steps: 43}\ntrace: {every: 1, points: true}\n");
  return all;
}

template <Scalar T>
void check_split_and_restore(const Spec& spec) {
  Trial<T> whole(spec);
  whole.run();
  const std::string trace = trace_text(spec, whole.sink.records);
  for (const Index cut : {1, 2, 7, 20, 38}) {
    CAPTURE(cut);
    // advance(a) then advance(b)
    Trial<T> parts(spec);
    parts.run(cut);
    Archive saved;
    parts.session->exchange(saved);
    const auto head = parts.sink.records;
    parts.run();
    CHECK(trace_text(spec, parts.sink.records) == trace);
    CHECK(parts.slow() == whole.slow());
    // saved in the middle, restored into a new session: the same bits from there on
    Trial<T> restored(spec);
    Archive loaded(saved.bytes());
    restored.session->exchange(loaded);
    CHECK(loaded.intact());
    CHECK(loaded.exhausted());
    restored.sink.records = head;
    restored.run();
    CHECK(trace_text(spec, restored.sink.records) == trace);
    CHECK(restored.slow() == whole.slow());
    CHECK(restored.fast() == whole.fast());
  }
}

template <Scalar T>
void check_untraced(const Spec& spec) {
  Trial<T> traced(spec), untraced(spec), sparse(spec);
  const Outcome a = traced.run();
  const Outcome b = untraced.run(0, false);
  CHECK(traced.slow() == untraced.slow());
  CHECK(traced.fast() == untraced.fast());
  CHECK(a.best.loss == b.best.loss);
  CHECK(a.best.step == b.best.step);
  CHECK(a.loss_slow == b.loss_slow);
}

template <Scalar T>
std::string trace_with_threads(const std::string& problem, int threads) {
  const Spec spec = spec_of(problem + "threads: " + std::to_string(threads) + "\n");
  Trial<T> trial(spec);
  trial.run();
  return trace_text(spec, trial.sink.records);
}

}  // namespace

TEST_CASE("law: a run may be cut anywhere, saved and restored, and keeps its bits") {
  for (const std::string& problem : all_problems()) {
    CAPTURE(problem);
    check_split_and_restore<double>(spec_of(problem));
    check_split_and_restore<float>(spec_of(problem + "precision: single\n"));
  }
}

TEST_CASE("law: a state that was damaged or belongs to another run is refused") {
  const Spec spec = spec_of(all_problems().front());
  Trial<double> trial(spec);
  trial.run(9);
  Archive saved;
  trial.session->exchange(saved);
  std::vector<char> bytes = saved.bytes();
  bytes.resize(bytes.size() - 5);
  Archive cut(bytes);
  Trial<double> other(spec);
  other.session->exchange(cut);
  CHECK(!cut.intact());
  Archive wrong(saved.bytes());
  Trial<double> different("objective: {function: sphere, dim: 3}\noptimizer: adam\n");
  different.session->exchange(wrong);
  CHECK(!wrong.intact());
}

TEST_CASE("law: tracing changes nothing") {
  for (const std::string& problem : all_problems()) {
    CAPTURE(problem);
    check_untraced<double>(spec_of(problem));
    check_untraced<float>(spec_of(problem + "precision: single\n"));
  }
}

TEST_CASE("law: threads change nothing") {
  for (const std::string& problem : all_problems()) {
    CAPTURE(problem);
    const std::string one = trace_with_threads<double>(problem, 1);
    CHECK(trace_with_threads<double>(problem, 2) == one);
    CHECK(trace_with_threads<double>(problem, 5) == one);
  }
}

TEST_CASE(
    "law: lookahead false, and k = 1 with alpha = 1, are the inner optimizer bit for bit, for any k with "
    "alpha = 1 too") {
  for (const std::string& kind : kinds_of_problems()) {
    for (const char* optimizer :
         {"sgd", "{name: sgd, momentum: 0.9, nesterov: true}", "adam", "adamw", "rmsprop"}) {
      CAPTURE(kind);
      CAPTURE(optimizer);
      const std::string rest =
          kind + "optimizer: " + optimizer + "\nstop: {steps: 31}\ntrace: {every: 1, points: true}\n";
      const auto path = [&](const std::string& lookahead) {
        const Spec spec = spec_of(rest + "lookahead: " + lookahead + "\n");
        Trial<double> trial(spec);
        trial.run();
        return std::pair{trace_text(spec, trial.sink.records), trial.fast()};
      };
      const auto alone = path("false");
      CHECK(path("{k: 1, alpha: 1}") == alone);
      CHECK(path("{k: 6, alpha: 1}").second == alone.second);
    }
  }
}

TEST_CASE("law: no step allocates") {
  std::size_t measured = 0;
  for (const std::string& problem : all_problems()) {
    CAPTURE(problem);
    const Spec spec = spec_of(problem, {"stop.steps=400"});
    Trial<double> trial(spec);
    trial.run(100, false);
    // A call of two steps allocates no more than one of a single step.
    const long single = least_allocations(trial, 1), two = least_allocations(trial, 2);
    if (two == std::numeric_limits<long>::max()) continue;
    CHECK(two <= single);
    ++measured;
  }
  // Some come to rest before.
  CHECK(2 * measured > all_problems().size());
}

TEST_CASE("law: the resolved problem reads back to itself") {
  for (const std::string& problem : all_problems()) {
    CAPTURE(problem);
    const std::string once = to_yaml(echo(spec_of(problem)));
    CHECK(to_yaml(echo(spec_of(once))) == once);
  }
}
