#include "run/session.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "run/proximal_of.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

StopRules rules_of(const StopSpec& stop) {
  StopRules rules{stop.steps, stop.rounds, stop.epochs, stop.evals, stop.target, stop.grad_norm, {}, {}};
  if (stop.time) rules.seconds = stop.time->seconds;
  if (stop.patience) rules.patience = stop.patience->epochs;
  return rules;
}

}  // namespace

template <Scalar T>
Session<T>::Session(const PlanOf<T>& plan, Pool& pool, Clock::time_point began, Team& team)
    : plan_(plan),
      pool_(pool),
      team_(team),
      rules_(rules_of(plan.spec.stop)),
      observer_(plan.objective(), pool, plan.terms(), plan.division(), team),
      loss_limit_(divergence_limit(plan.spec.stop.divergence, plan.start_loss)),
      crew_(make_crew(plan, pool, team, loss_limit_)),
      agent_(crew_.agent.get()),
      proximal_(proximal_of(plan.spec.model, plan.objective(), observer_.shards())),
      settled_(proximal_ ? plan.start.size() : 0),
      steps_per_epoch_(crew_.steps_per_epoch),
      x_(plan.start),
      gradient_(plan.start.size()),
      mean_(plan.start.size()),
      began_(began) {
  best_.consider(plan.start_loss, 0);
  if (const auto& patience = plan.spec.stop.patience)
    patience_ = Patience<T>(x_.size(), *larger_is_better(patience->metric), patience->min_delta);
}

template <Scalar T>
Counts Session<T>::counts() const {
  const Telemetry& told = agent_->telemetry();
  const Index epochs = on_data() ? told.steps / steps_per_epoch_ : 0;
  return {told.steps, told.rounds, epochs, told.grad_evals, elapsed_, patience_.epochs_without_gain()};
}

template <Scalar T>
double Session<T>::look_at_clock(Clock::time_point now) {
  elapsed_ = earlier_ + std::chrono::duration<double>(now - began_).count();
  return elapsed_;
}

// The most steps that can be made before something has to be looked at.
template <Scalar T>
Index Session<T>::next_chunk(bool tracing) const {
  const Telemetry& told = agent_->telemetry();
  const Cadence& cadence = plan_.spec.trace.every;
  Index most = Index{1} << 40;
  const auto by = [&](Index steps) { most = std::min(most, std::max<Index>(1, steps)); };
  if (rules_.steps) by(*rules_.steps - told.steps);
  if (rules_.rounds) {
    // Of a schedule for k every round is asked for, so only some are at a time.
    const auto per_round = plan_.spec.lookahead.steps_per_round();
    const Index rounds =
        per_round ? std::clamp((Index{1} << 50) / *per_round, Index{1}, Index{1} << 20) : 1024;
    by(agent_->steps_until(std::min(rounds, *rules_.rounds - told.rounds)));
  }
  if (rules_.epochs) by(*rules_.epochs * steps_per_epoch_ - told.steps);
  if (rules_.evals) {
    const LookaheadSpec& lookahead = plan_.spec.lookahead;
    const bool varies = lookahead.levels.front().alpha.adaptive.has_value();
    const Index per_step = varies ? 0
                                  : plan_.terms_per_step() * lookahead.outermost().workers *
                                        evaluations_of(plan_.spec.optimizer.rule);
    by(per_step == 0 ? 1 : (*rules_.evals - told.grad_evals) / per_step);
  }
  if (tracing) {
    by(cadence.kind == Cadence::Kind::sync ? agent_->steps_until(1) : cadence.next(told.steps) - told.steps);
  }
  if (minibatches() || (on_data() && (rules_.patience || wants_values() || agent_->averages()))) {
    by((told.steps / steps_per_epoch_ + 1) * steps_per_epoch_ - told.steps);
  }
  if (looks_for_best() || (!on_data() && (wants_values() || agent_->averages()))) by(agent_->steps_until(1));
  if (milestones_ != nullptr && told.steps < milestones_->after()) {
    by(milestones_->after() - told.steps);
  } else if (milestones_ != nullptr) {
    by(on_data() ? (told.steps / steps_per_epoch_ + 1) * steps_per_epoch_ - told.steps
                 : agent_->steps_until(1));
  }
  return most;
}

// At an epoch's end, or after as many draws as there are terms: what depends on whole passes, whether or not
// it is recorded.
template <Scalar T>
void Session<T>::mark_epoch() {
  const Telemetry& told = agent_->telemetry();
  if (minibatches() && plan_.tells_best) best_.consider(slow_loss(), told.steps);
  if (!rules_.patience || !patience_.is_new(told.rounds)) return;
  const std::string& name = plan_.spec.stop.patience->metric;
  const auto columns = metric_columns(plan_.spec);
  const auto column = std::find(columns.begin(), columns.end(), name) - columns.begin();
  patience_.look(told.rounds, counts().epochs, told.steps, slow_metrics()[static_cast<std::size_t>(column)],
                 slow());
}

template <Scalar T>
std::optional<StopReason> Session<T>::judge() {
  const Telemetry& told = agent_->telemetry();
  const bool epoch_end = on_data() && told.steps % steps_per_epoch_ == 0;
  const bool moment = on_data() ? epoch_end : told.synced;
  // Of a mean of the path no step has met the loss.
  if ((wants_values() || told.averaged || looks_for_best()) && moment && told.rounds != last_judged_round_) {
    last_judged_round_ = told.rounds;
    const double loss = slow_loss();
    best_.consider(loss, told.steps);
    const double norm = rules_.grad_norm ? slow_grad_norm() : Record::none;
    least_grad_norm_ = std::fmin(least_grad_norm_, norm);
    if (const auto reason = stop_by_values(rules_, target_excess(), norm)) return reason;
  }
  const auto reason = stop_by_counts(rules_, counts());
  return !reason && told.stalled ? StopReason::stalled : reason;
}

// What is to be evaluated, recorded and decided after the steps just made. Where the run ends here, the row is
// that of its end. Looking again, in a run that goes on from here, comes to the same.
template <Scalar T>
std::optional<StopReason> Session<T>::look(Sink* sink, Watcher& watcher, Outcome& outcome) {
  if (!unseen_) return judge();
  const Telemetry& told = agent_->telemetry();
  if (told.diverged) {
    // The agent may have gone back to the slow point before; nothing is known of that one.
    forget_points();
    outcome.status = Status::diverged;
    return StopReason::divergence;
  }
  const bool tracing = sink != nullptr;
  if (tracing && plan_.spec.trace.exact) {
    const auto from = Clock::now();
    observe_mean_point();
    trace_seconds_ += seconds_since(from);
  }
  const Cadence& cadence = plan_.spec.trace.every;
  const bool pass_end = steps_per_epoch_ > 0 && told.steps % steps_per_epoch_ == 0;
  const bool epoch_end = on_data() && pass_end;
  // An epoch's end is an event; of very many epochs only as many are told as the cadence `auto` tells steps.
  const bool tell_epoch = tracing && epoch_end && minibatches() && Cadence{}.due(counts().epochs);
  std::optional<StopReason> reason;
  // Whoever ends the run does not wait for an evaluation, which a run that goes on from here makes up for.
  if ((pass_end || wants_values()) && !stop_by_counts(rules_, counts()) && interrupted(watcher)) {
    outcome.status = Status::interrupted;
    return StopReason::signal;
  }
  if (pass_end || wants_values()) {
    const auto from = Clock::now();
    // Where the metrics are wanted too, the loss comes with them in one pass.
    if (tell_epoch || (epoch_end && rules_.patience)) slow_metrics();
    if (pass_end) mark_epoch();
    reason = judge();
    trace_seconds_ += seconds_since(from);
  } else {
    reason = judge();
  }
  if (milestones_ != nullptr) pass_milestone();
  if (!reason && interrupted(watcher)) {
    outcome.status = Status::interrupted;
    reason = StopReason::signal;
  }
  if (team_.alone() ? tracing && sink->failed() : agreement_.failed) outcome.status = Status::failed;
  if (outcome.status == Status::failed) return std::nullopt;
  watcher.progress(counts(), known_.loss);
  if (reason) return reason;
  unseen_ = false;
  const bool sync_due = cadence.kind == Cadence::Kind::sync && told.rounds != rounds_before_ && told.synced;
  if (tracing && (cadence.due(told.steps) || sync_due || tell_epoch))
    record(sink, tell_epoch ? "epoch" : "", !on_data() || epoch_end);
  return std::nullopt;
}

template <Scalar T>
Outcome Session<T>::run(Sink* sink, Watcher& watcher, Index most_steps, StateKeeper* keeper) {
  const bool tracing = sink != nullptr;
  const Index last_step = most_steps == 0 ? Index{1} << 60 : agent_->telemetry().steps + most_steps;
  Outcome outcome;
  agent_->keep_fast(tracing);
  // The time of a run that was stopped on its way stands still until it goes on.
  if (std::exchange(paused_, false)) began_ = Clock::now();
  look_at_clock();
  if (agent_->telemetry().steps == 0 && last_recorded_ < 0) record(sink, "start", true);
  if (milestones_ != nullptr && agent_->telemetry().steps == 0 && milestones_->wants_start())
    milestones_->pass(counts(), 0, excess(), target_excess());
  for (;;) {
    agree(sink, watcher, keeper);
    outcome.stop = look(sink, watcher, outcome);
    if (fault() != nullptr) {
      outcome.status = Status::failed;
      outcome.stop = StopReason::evaluation;
    }
    if (outcome.stop || outcome.status == Status::failed) break;
    const Index before = agent_->telemetry().steps;
    const Index chunk = std::min(next_piece(tracing), last_step - before);
    if (chunk == 0) break;
    rounds_before_ = agent_->telemetry().rounds;
    const auto begin = Clock::now();
    const Index made = agent_->advance(x_, chunk);
    const auto end = Clock::now();
    unseen_ = true;
    const double took = std::chrono::duration<double>(end - begin).count();
    look_at_clock(end);
    seconds_ += took;
    if (took < 0.01 && made >= piece_) piece_ *= 2;
    if (took > 0.05) piece_ = std::max<Index>(1, piece_ / 2);
    if (tracing) sink->pause(end);
    // What a step with a fault has left is nothing to go on from.
    if (fault() != nullptr) continue;
    if (team_.alone() ? keeper != nullptr && keeper->due(end) : agreement_.due && agent_->telemetry().synced)
      keep(keeper, false);
  }
  if (outcome.status == Status::running && outcome.stop) outcome.status = Status::finished;
  // A rule that met a fault has moved by what was no gradient: the last copy is the one to go on from.
  if (outcome.stop && fault() == nullptr) keep(keeper, true);
  if (outcome.status != Status::running && fault() == nullptr) finish(outcome, sink);
  // Also where only the run's end has met it.
  if (fault() != nullptr) fail(outcome, sink);
  outcome.counts = counts();
  outcome.time_s = seconds_;
  outcome.elapsed_s = look_at_clock();
  outcome.trace_s = trace_seconds_;
  if (outcome.status == Status::running) {
    paused_ = true;
    earlier_ = elapsed_;
  }
  return outcome;
}

std::unique_ptr<Run> start_run(const Plan& plan, Pool& pool, Run::Clock::time_point began, Team& team) {
  return in_precision(plan, [&]<Scalar T>(const PlanOf<T>& typed) -> std::unique_ptr<Run> {
    return std::make_unique<Session<T>>(typed, pool, began, team);
  });
}

template class Session<float>;
template class Session<double>;

}  // namespace lookahead
