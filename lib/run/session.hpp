#pragma once
#include <chrono>
#include <optional>

#include "engine/agent.hpp"
#include "engine/stopping.hpp"
#include "metric/confusion.hpp"
#include "run/agents.hpp"
#include "run/patience.hpp"
#include "run/plan.hpp"
#include "trace/record.hpp"

namespace lookahead {

enum class Status { running, finished, diverged, interrupted, failed };
template <>
struct Words<Status> {
  static constexpr std::pair<const char*, Status> table[] = {{"running", Status::running},
                                                             {"finished", Status::finished},
                                                             {"diverged", Status::diverged},
                                                             {"interrupted", Status::interrupted},
                                                             {"failed", Status::failed}};
};

// What the surroundings of a run may see and say while it goes on.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Told once when everything is read and checked, before the first file is made.
  virtual void begins() {}
  // Asked between pieces of work, a few times a second at least, of cross-validation from several threads:
  // true ends the run cleanly.
  virtual bool interrupted() { return false; }
  // Told once each: what was guessed about the data, where the run writes to.
  virtual void note(const std::string& text) { (void)text; }
  // Told at the same moments as interrupted() is asked. loss is the last one evaluated at a slow point.
  virtual void progress(const Counts& counts, double loss) {
    (void)counts;
    (void)loss;
  }
};

// What became of the rows of every class in one part of the data, at the slow point.
struct ClassReport {
  std::string part;  // "train", "validation" or "test"
  ConfusionCounts counts;
};

// How a run ended.
struct Outcome {
  Status status = Status::running;
  std::optional<StopReason> stop;
  Counts counts;
  double loss_slow = 0, loss_fast = 0, grad_norm = 0;
  std::optional<double> gap;
  Best best;
  // With stop.patience the epoch whose weights are the result, and the watched metric there; the epoch is
  // missing where no epoch had a value.
  std::optional<Index> best_epoch;
  double best_metric = Record::none;
  std::vector<std::string> remarks;  // what the user is to know of how it ended: why it diverged, no rounds
  std::vector<std::pair<std::string, double>> metrics;  // train_, val_ and test_ values at the slow point
  Index folds = 0;  // models that cross-validation trained beside; their val_ values are means over them
  std::optional<ClassReport> classes;  // classification: of the test rows, or else validation, or training
  // Seconds: the optimizer's, all on the wall, those of what is evaluated and written beside the steps.
  double time_s = 0, elapsed_s = 0, trace_s = 0;
};

// A run: all that evolves, and the loop that makes it evolve. The same session continued after exchange()
// into a new one gives the same bits.
template <Scalar T>
class Session {
 public:
  using Clock = std::chrono::steady_clock;

  // plan must outlive the session. stop.time and elapsed_s count from `began`.
  explicit Session(const Plan<T>& plan, Clock::time_point began = Clock::now());

  // Runs to the end, or until `most_steps` inner steps are done in this call (for tests and checkpoints; 0 =
  // no end). Records go to `sink` if there is one; it never changes the run.
  Outcome run(Sink* sink, Watcher& watcher, Index most_steps = 0);

  std::span<const T> fast() const { return x_; }
  std::span<const T> slow() const { return agent_->settled(x_); }
  // Writes or reads everything that evolves.
  void exchange(Archive& archive);

 private:
  // What is known of the slow point, evaluated as far as somebody asked.
  struct SlowPoint {
    Index round = -1;
    double loss = Record::none, grad_norm = Record::none;
    std::vector<double> metrics;
  };

  double slow_loss();
  double fast_loss();
  double slow_grad_norm();
  double mean_grad_norm();
  void observe_mean_point();
  const std::vector<double>& slow_metrics();
  std::vector<double> metrics_of(const Part<T>& part) const;
  std::optional<ClassReport> class_report() const;
  double distance_to_equilibrium() const;
  void forget_other_rounds();
  void forget_points();
  Index next_chunk(bool tracing) const;
  std::optional<StopReason> judge();
  void mark_epoch();
  void record(Sink* sink, const std::string& event, bool full);
  void finish(Outcome& outcome, Sink* sink);
  void restore_best(Outcome& outcome, Sink* sink);
  double look_at_clock(Clock::time_point now = Clock::now());
  Counts counts() const;
  bool on_data() const { return static_cast<bool>(plan_.train); }
  bool minibatches() const { return steps_per_epoch_ > 1; }
  bool wants_values() const { return rules_.target || rules_.grad_norm; }

  const Plan<T>& plan_;
  StopRules rules_;
  Evaluator<T> observer_;
  double loss_limit_;
  Crew<T> crew_;
  Agent<T>* agent_;  // the crew's
  Index steps_per_epoch_;
  Aligned<T> x_, gradient_, mean_;
  Best best_;
  Patience<T> patience_;
  SlowPoint known_;
  Index last_judged_round_ = -1;
  double seconds_ = 0, trace_seconds_ = 0;
  Clock::time_point began_;
  // On the wall since `began`, as of the last look at the clock, and what earlier sittings of the run took.
  double elapsed_ = 0, earlier_ = 0;
  // The trace's own running mean, and the step of its last point.
  double grad_sq_sum_ = 0;
  Index grad_sq_count_ = 0;
  Index last_observed_ = -1;
  // |grad f(y)| after step mean_norm_step_.
  double mean_norm_ = Record::none;
  Index mean_norm_step_ = -1;
  // f(x) after step fast_loss_step_.
  double fast_loss_ = Record::none;
  Index fast_loss_step_ = -1;
  Index last_recorded_ = -1;
};

extern template class Session<float>;
extern template class Session<double>;

}  // namespace lookahead
