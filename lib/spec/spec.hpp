#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/options.hpp"
#include "metric/metric.hpp"
#include "objective/function.hpp"
#include "objective/model.hpp"
#include "objective/noise_entry.hpp"
#include "optimizer/at_sync.hpp"
#include "optimizer/clip.hpp"
#include "optimizer/optimizer.hpp"
#include "sampling/sampler.hpp"
#include "schedule/adaptive_alpha.hpp"
#include "schedule/schedule.hpp"
#include "spec/run_files.hpp"
#include "trace/cadence.hpp"

namespace lookahead {

// objective: a built-in function or game, or one of the user's own, with its dimension, parameters and gradient noise.
struct ObjectiveSpec {
  Chosen<FunctionEntry> function;  // an entry of either catalog, or `own`
  // The entry of an objective of the user's own, which is in no catalog; null: it is one of a catalog.
  std::shared_ptr<const FunctionEntry> own = {};
  Index dimension = 0;
  std::optional<Chosen<NoiseEntry>> noise;
};

// start: where a function's run begins; a model's only from another run.
struct StartSpec {
  enum class Kind { standard, random, uniform, point, run };
  Kind kind = Kind::standard;
  double low = 0, high = 0;   // uniform
  std::vector<double> point;  // one number per coordinate
  std::string run;            // the directory of a run whose result is the start
};

// optimizer.lr: a number, a schedule, or the step that the convergence theorem gives for the problem.
struct RateSpec {
  Scheduled value;  // no schedule: not given; automatic: settled when the objective is known
  bool automatic = false;
};

struct OptimizerSpec {
  Chosen<OptimizerEntry> rule;
  RateSpec rate;
  Clip clip;
};

// lookahead.alpha: a number, a schedule, or chosen at every sync.
struct AlphaSpec {
  Scheduled value;  // no schedule: not given
  std::optional<AdaptiveAlpha> adaptive;
};

// One slow point over what is below it.
struct LevelSpec {
  Scheduled k = Scheduled::constant(5);
  AlphaSpec alpha;  // not given: 0.5, or the outer optimizer's own
  AtSync at_sync = AtSync::keep;
  bool extrapolate = false;
  Chosen<OptimizerEntry> outer = Chosen<OptimizerEntry>::of(plain_slow_step());
  Index workers = 1;
  bool shard = false;
};

// lookahead: the levels from the innermost out, at least one. Off is one level of k = 1, alpha = 1.
struct LookaheadSpec {
  bool enabled = true;
  std::vector<LevelSpec> levels{LevelSpec{}};

  LookaheadSpec();
  const LevelSpec& outermost() const { return levels.back(); }
  // Inner steps per outermost round, where no schedule changes them.
  std::optional<Index> steps_per_round() const;
};

// stop.patience: ends a data run whose metric has not become better, by more than min_delta, for so many of
// the epochs in which the slow point moved.
struct PatienceSpec {
  std::string metric = "val_loss";
  Index epochs = 5;
  double min_delta = 0;
};

// stop: the first condition met ends the run.
struct StopSpec {
  std::optional<Index> steps, rounds, epochs, evals;
  std::optional<double> target, grad_norm;
  std::optional<Duration> time;
  std::optional<PatienceSpec> patience;
  double divergence = 1e12;
};

// batch: rows per step; `full` is all of them.
struct BatchSpec {
  static constexpr Index most = Index{1} << 32;  // more rows than a data set can have
  Index size = 32;
  bool full = false;
};

// sampling: how the steps of a data run choose their rows.
template <>
struct Words<Sampling> {
  static constexpr std::pair<const char*, Sampling> table[] = {{"shuffle", Sampling::shuffle},
                                                               {"replacement", Sampling::replacement},
                                                               {"sequential", Sampling::sequential},
                                                               {"blocks", Sampling::blocks}};
};

// threads: 0 is auto.
struct ThreadsSpec {
  static constexpr Index most = 1024;
  Index count = 0;
};

enum class Precision { double_precision, single_precision };
template <>
struct Words<Precision> {
  static constexpr std::pair<const char*, Precision> table[] = {{"double", Precision::double_precision},
                                                                {"single", Precision::single_precision}};
};

struct TraceSpec {
  Cadence every;
  bool points = false;
  bool time = true;
  bool exact = false;
  bool fast = false, gradients = false;  // data: more of the full-data columns at epoch ends
  std::string file = run_files::usual_trace;
};

// A whole problem file.
struct Spec {
  Index version = 1;
  std::string name;
  std::optional<ObjectiveSpec> objective;
  std::optional<DataOptions> data;
  std::optional<Chosen<ModelEntry>> model;
  StartSpec start;
  Place start_place;  // where the file says so, or names the objective: for faults that only the start shows
  OptimizerSpec optimizer;
  Place optimizer_place;
  LookaheadSpec lookahead;
  BatchSpec batch;
  Sampling sampling = Sampling::shuffle;     // data
  std::vector<Chosen<MetricEntry>> metrics;  // data; every entry once at most
  StopSpec stop;
  Index seed = 1;
  ThreadsSpec threads;
  Precision precision = Precision::double_precision;
  TraceSpec trace;
};

// A block of a problem file and the parameters declared in it, for help and documentation.
struct Section {
  std::string name;  // "stop.patience"
  const Parameters* parameters;
  Values defaults;  // the struct they are members of
};
const std::vector<Section>& sections();

}  // namespace lookahead
