#pragma once
#include <chrono>
#include <cmath>
#include <optional>

#include "engine/agent.hpp"
#include "engine/proximal.hpp"
#include "engine/stopping.hpp"
#include "run/agents.hpp"
#include "run/agreement.hpp"
#include "run/milestones.hpp"
#include "run/patience.hpp"
#include "run/run.hpp"

namespace lookahead {

// A run in precision T.
template <Scalar T>
class Session final : public Run {
 public:
  explicit Session(const PlanOf<T>& plan, Pool& pool, Clock::time_point began = Clock::now(),
                   Team& team = alone());

  Outcome run(Sink* sink, Watcher& watcher, Index most_steps = 0, StateKeeper* keeper = nullptr) override;
  void watch(Milestones& milestones) override { milestones_ = &milestones; }
  std::vector<ResultMetric> standing() override;
  void exchange(Archive& archive) override;
  Nearest nearest() const override;
  std::string result_item() const override;
  ResultFile result() const override;

  std::span<const T> fast() const { return x_; }
  // The point that is the run's result: the agent's settled point, or the proximal step from it. Evaluates where that
  // is to be made.
  std::span<const T> slow();
  // The same as far as it has been evaluated.
  std::span<const T> settled() const {
    return steps_proximally() && known_.stepped && known_.round == agent_->telemetry().rounds
               ? std::span<const T>(settled_)
               : agent_->settled(x_);
  }

 private:
  // What is known of the slow point, evaluated as far as somebody asked.
  struct SlowPoint {
    Index round = -1;
    bool stepped = false;  // whether settled_ is the proximal step of this round
    double loss = Record::none, grad_norm = Record::none;
    std::vector<double> metrics;
  };

  // The value, and takes note of a fault.
  double seen(Evaluation evaluation) {
    if (!team_.alone()) evaluation = agreed(evaluation);
    if (evaluation.fault != nullptr) fault_ = evaluation.fault;
    return evaluation.value;
  }
  // Why an evaluation of the run, or of what is looked at beside it, could not be made.
  const Fault* fault() const { return fault_ != nullptr ? fault_ : agent_->telemetry().fault; }
  double slow_loss();
  double fast_loss();
  double slow_grad_norm();
  double mean_grad_norm();
  void observe_mean_point();
  const std::vector<double>& slow_metrics();
  WholeEvaluator<T> evaluator_of(const Part<T>& part);
  std::vector<double> test_metrics();
  std::optional<ClassReport> class_report();
  double distance_to_equilibrium();
  // Whether a proximal step leads from the agent's settled point to the result: not from the start, and not from
  // weights that are put back.
  bool steps_proximally() const { return proximal_ && !restored_ && agent_->telemetry().rounds > 0; }
  void take_proximal_step();
  double norm_of_gradient(std::span<const T> point) const;
  // The loss at `point` with what the objective leaves out.
  double whole_loss(double loss, std::span<const T> point) const {
    return proximal_ ? loss + proximal_->value(point) : loss;
  }
  void forget_other_rounds();
  void forget_points();
  Index next_chunk(bool tracing) const;
  Index next_piece(bool tracing) const;
  void agree(Sink* sink, Watcher& watcher, StateKeeper* keeper);
  Evaluation agreed(const Evaluation& evaluation);
  bool interrupted(Watcher& watcher) const;
  void keep(StateKeeper* keeper, bool at_end);
  std::optional<StopReason> look(Sink* sink, Watcher& watcher, Outcome& outcome);
  std::optional<StopReason> judge();
  void mark_epoch();
  void record(Sink* sink, const std::string& event, bool full);
  void pass_milestone();
  double excess();
  // The excess as targets are held against it: where the minimum is that of the domain, a loss below it outside is as
  // far from it as one above.
  double target_excess();
  // Whether the slow point has left the domain of a function that has no lower bound outside.
  bool outside_domain();
  // Why a run has diverged, empty where it has not; whether no point but the start was left.
  struct Divergence {
    std::string cause;
    bool keeps_start = false;
  };
  void finish(Outcome& outcome, Sink* sink);
  Divergence leave_divergence(Outcome& outcome);
  void tell_gap(Outcome& outcome);
  void fill(Outcome& outcome);
  void add_remarks(Outcome& outcome, const Divergence& divergence);
  void fail(Outcome& outcome, Sink* sink);
  void restore_best(Outcome& outcome, Sink* sink);
  double look_at_clock(Clock::time_point now = Clock::now());
  Counts counts() const;
  bool on_data() const { return static_cast<bool>(plan_.train); }
  bool minibatches() const { return steps_per_epoch_ > 1; }
  bool wants_values() const { return rules_.target || rules_.grad_norm; }
  // Whether the best loss takes an evaluation at every slow point: no step shows the objective's loss there.
  bool looks_for_best() const {
    return plan_.tells_best && !minibatches() &&
           (!crew_.exact_losses || std::isnan(agent_->telemetry().first_loss));
  }

  const PlanOf<T>& plan_;
  Pool& pool_;
  Team& team_;
  Agreement agreement_;  // of a team
  Index piece_ = 1;      // steps; grows until a piece of work takes long enough
  Milestones* milestones_ = nullptr;
  StopRules rules_;
  WholeEvaluator<T> observer_;
  const Fault* fault_ = nullptr;  // of the observer
  Fault shared_fault_;            // of the observer of any rank of a team
  double loss_limit_;
  Crew<T> crew_;
  Agent<T>* agent_;  // the crew's
  std::optional<Proximal<T>> proximal_;
  Aligned<T> settled_;     // empty: there is no proximal step
  bool restored_ = false;  // the agent's settled point is the result as it is
  Index steps_per_epoch_;
  Aligned<T> x_, gradient_, mean_;
  Best best_;
  Patience<T> patience_;
  SlowPoint known_;
  Index last_judged_round_ = -1;
  double least_grad_norm_ = Record::none;  // that stop.grad_norm was held against
  double seconds_ = 0, trace_seconds_ = 0;
  Clock::time_point began_;
  // On the wall since `began`, as of the last look at the clock, and what earlier sittings of the run took.
  double elapsed_ = 0, earlier_ = 0;
  bool paused_ = false;  // run() has ended before the run did
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
  // Steps were made that look() has not seen yet; before them the run had made so many rounds.
  bool unseen_ = false;
  Index rounds_before_ = 0;
};

extern template class Session<float>;
extern template class Session<double>;

}  // namespace lookahead
