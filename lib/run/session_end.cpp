#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "run/cautions.hpp"
#include "run/model_file.hpp"
#include "run/session.hpp"
#include "simd/lanes.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "trace/csv_text.hpp"

// How a session ends: which point is the result, and what is said of it.
namespace lookahead {
namespace {

// What is wrong with a loss, or with the gradient beside it, at the place that `where` names.
std::string cause_of(const std::string& where, double loss, bool gradient_finite, const StopSpec& stop,
                     double start_loss) {
  if (!gradient_finite) return "the gradient " + where + " is not finite";
  constexpr int digits = 6;
  std::string text = "the loss " + where + " is " + short_text(loss, digits);
  if (std::isfinite(loss)) {
    text += ", above that of the start, " + short_text(start_loss, digits) +
            ", by more than stop.divergence = " + short_text(stop.divergence, digits) +
            " times max(1, |f(start)|)";
  }
  return text;
}

// How long an interrupted run may evaluate where it ends: whoever has interrupted it waits.
constexpr std::chrono::milliseconds last_look{300};

template <Scalar T>
std::string solution_csv(std::span<const T> slow, std::span<const T> fast) {
  std::string out = "i,slow,fast\n";
  // Of a text that grows the memory would hold two copies at times.
  constexpr std::size_t longest_row = 64;
  out.reserve(out.size() + slow.size() * longest_row);
  for (std::size_t i = 0; i < slow.size(); ++i) {
    append_text(out, static_cast<std::int64_t>(i));
    out += ',';
    append_real(out, slow[i]);
    out += ',';
    append_real(out, fast[i]);
    out += '\n';
  }
  return out;
}

}  // namespace

template <Scalar T>
void Session<T>::finish(Outcome& outcome, Sink* sink) {
  if (outcome.status == Status::interrupted) {
    observer_.give_up_at(Deadline(last_look));
    // The loss and the metrics come in one pass.
    if (all_finite(slow())) slow_metrics();
  }
  const Divergence divergence = leave_divergence(outcome);
  // The state where the run ended, before other weights are put in its place.
  slow_grad_norm();
  best_.consider(agent_->best().loss, agent_->best().step);
  best_.consider(slow_loss(), agent_->telemetry().steps);
  if (milestones_ != nullptr) milestones_->end(excess());
  if (outcome.stop) record(sink, Codec<StopReason>::word(*outcome.stop), true);
  restore_best(outcome, sink);
  fill(outcome);
  add_remarks(outcome, divergence);
}

// Goes back to a point that is no divergence, where the run has ended in one.
template <Scalar T>
typename Session<T>::Divergence Session<T>::leave_divergence(Outcome& outcome) {
  const Telemetry& told = agent_->telemetry();
  const double start_loss = plan_.start_loss;
  Divergence divergence;
  // A loss that was given up says nothing.
  const auto diverged = [&] {
    const bool beyond = has_diverged(slow_loss(), loss_limit_) && !observer_.gave_up();
    return beyond || !all_finite(slow());
  };
  if (told.diverged) {
    const Index workers = plan_.spec.lookahead.outermost().workers;
    const std::string of = workers > 1 ? "at the fast point of worker " + to_text(told.agent + 1)
                                       : std::string("at the fast point");
    const bool batch = plan_.terms_per_step() < plan_.terms().size();
    divergence.cause = cause_of((batch ? "of its batch " : "") + of, told.loss_batch, told.gradient_finite,
                                plan_.spec.stop, start_loss);
    if (told.undefined != nullptr) divergence.cause += ": " + *told.undefined;
  }
  if (!diverged()) return divergence;
  if (divergence.cause.empty()) {
    divergence.cause = has_diverged(slow_loss(), loss_limit_)
                           ? cause_of("at the slow point", slow_loss(), true, plan_.spec.stop, start_loss)
                           : std::string("the slow point is not finite");
    if (all_finite(slow()) && !std::isfinite(slow_loss())) {
      if (const std::string why = plan_.objective().undefined_at(slow()); !why.empty())
        divergence.cause += ": " + why;
    }
  }
  agent_->retreat(x_);
  forget_points();
  // Batches may have shown nothing of it for several rounds.
  divergence.keeps_start = diverged();
  if (divergence.keeps_start) {
    std::copy(plan_.start.begin(), plan_.start.end(), x_.begin());
    agent_->adopt(x_, true);
    restored_ = true;
    forget_points();
  }
  // An interrupted run can go on, and diverges where it would have done without the interrupt.
  if (outcome.status != Status::interrupted) {
    outcome.status = Status::diverged;
    outcome.stop = StopReason::divergence;
  }
  return divergence;
}

// How far the result is above the minimum, and whether it can be held against it.
template <Scalar T>
void Session<T>::tell_gap(Outcome& outcome) {
  outcome.outside_domain = outside_domain();
  const auto minimum = plan_.facts().minimum;
  if (!minimum) return;
  outcome.gap = outcome.loss_slow - *minimum;
  const double start = std::isfinite(plan_.start_loss) ? std::abs(plan_.start_loss) : 0;
  const double rounding = (std::same_as<T, double> ? 1e-9 : 1e-4) *
                          std::max({start, std::abs(*minimum), std::abs(outcome.loss_slow)});
  outcome.below_minimum = *outcome.gap < -rounding;
}

// With the values at the point that is the result.
template <Scalar T>
void Session<T>::fill(Outcome& outcome) {
  outcome.grad_norm = slow_grad_norm();
  outcome.loss_slow = slow_loss();
  outcome.loss_fast = fast_loss();
  tell_gap(outcome);
  outcome.best = best_;
  const auto& columns = metric_columns(plan_.spec);
  const auto& values = slow_metrics();
  for (std::size_t i = 0; i < columns.size(); ++i) outcome.metrics.push_back({columns[i], values[i]});
  outcome.classes = class_report();
  if (!plan_.test) return;
  const auto names = test_columns(plan_.spec);
  const auto test = test_metrics();
  for (std::size_t i = 0; i < test.size(); ++i) outcome.metrics.push_back({names[i], test[i]});
}

template <Scalar T>
void Session<T>::add_remarks(Outcome& outcome, const Divergence& divergence) {
  const Telemetry& told = agent_->telemetry();
  const auto missing = [](const ResultMetric& metric) { return std::isnan(metric.value); };
  const bool all_there = !std::isnan(outcome.loss_slow + outcome.loss_fast + outcome.grad_norm) &&
                         std::none_of(outcome.metrics.begin(), outcome.metrics.end(), missing);
  if (observer_.gave_up() && !all_there) {
    outcome.remarks.push_back(
        "what could not be evaluated soon after the interrupt is missing in the result and the last row");
  }
  const bool at_start = std::equal(plan_.start.begin(), plan_.start.end(), slow().begin());
  if (!divergence.cause.empty()) {
    const std::string kept =
        outcome.best_epoch
            ? "the weights of epoch " + to_text(*outcome.best_epoch) + ", the best by stop.patience, are kept"
        : divergence.keeps_start ? "the slow points before are not finite either: the start is kept"
                                 : "the last finite slow point is kept";
    // No rate takes a first step along a gradient that is none.
    const bool no_step =
        at_start && !std::isfinite(outcome.grad_norm) && !observer_.gave_up() && fault_ == nullptr;
    std::string remark = "diverged at step " + to_text(told.steps) + ": " + divergence.cause + "; " + kept;
    remark += no_step ? " (the gradient is not finite at the start: another start may help)"
                      : " (a smaller optimizer.lr may help)";
    outcome.remarks.push_back(std::move(remark));
  } else if (told.rounds == 0 && outcome.stop != StopReason::target &&
             outcome.stop != StopReason::grad_norm && !ends_before_first_round(plan_)) {
    outcome.remarks.push_back("the run ended after " + to_text(told.steps) + " steps, before the first " +
                              "slow step: the result is the start (a smaller lookahead.k, or a longer run)");
  } else if (outcome.stop == StopReason::stalled && outcome.grad_norm == 0 && at_start) {
    outcome.remarks.emplace_back(
        "the gradient is 0 at the start, and no step leaves it (start sets another point)");
  }
}

// Nothing more can be evaluated: what is known is told.
template <Scalar T>
void Session<T>::fail(Outcome& outcome, Sink* sink) {
  const Telemetry& told = agent_->telemetry();
  outcome.status = Status::failed;
  outcome.stop = StopReason::evaluation;
  outcome.fault = *fault();
  forget_other_rounds();
  if (!all_finite(std::span<const T>(x_))) std::copy(slow().begin(), slow().end(), x_.begin());
  best_.consider(agent_->best().loss, agent_->best().step);
  outcome.loss_slow = known_.loss;
  outcome.grad_norm = known_.grad_norm;
  const bool together = std::equal(x_.begin(), x_.end(), slow().begin());
  outcome.loss_fast = together ? known_.loss : fast_loss_step_ == told.steps ? fast_loss_ : Record::none;
  tell_gap(outcome);
  if (milestones_ != nullptr) milestones_->end(known_.loss - plan_.facts().minimum.value_or(0.0));
  if (last_recorded_ != told.steps) record(sink, Codec<StopReason>::word(*outcome.stop), false);
  outcome.best = best_;
  outcome.metrics.clear();
  const std::vector<std::string> columns = metric_columns(plan_.spec);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool known = i < known_.metrics.size();
    outcome.metrics.push_back({columns[i], known ? known_.metrics[i] : Record::none});
  }
  outcome.remarks.push_back("an evaluation failed after step " + to_text(told.steps) + ": " +
                            outcome.fault->text + "; the points of that step are kept");
}

// The weights of the best epoch are the result, however the run ended.
template <Scalar T>
void Session<T>::restore_best(Outcome& outcome, Sink* sink) {
  const auto best = patience_.best();
  if (!best) return;
  outcome.best_epoch = best->epoch;
  outcome.best_metric = best->value;
  const std::span<const T> weights = patience_.best_weights();
  if (std::equal(weights.begin(), weights.end(), slow().begin())) return;
  std::copy(weights.begin(), weights.end(), x_.begin());
  agent_->adopt(x_, true);
  restored_ = true;
  forget_points();
  best_.consider(slow_loss(), best->step);
  if (sink == nullptr) return;
  const Telemetry& told = agent_->telemetry();
  Record row;
  row.step = told.steps;
  row.round = told.rounds;
  row.synced = told.synced;
  row.grad_evals = told.grad_evals;
  row.epoch = counts().epochs;
  row.time_s = seconds_;
  row.elapsed_s = look_at_clock();
  row.grad_norm_slow = slow_grad_norm();
  row.loss_slow = slow_loss();
  row.metrics = slow_metrics();
  if (plan_.spec.trace.points) row.slow.assign(slow().begin(), slow().end());
  row.event = "restored";
  sink->put(row);
}

template <Scalar T>
std::optional<ClassReport> Session<T>::class_report() {
  if (plan_.metric_seat().classes == 0) return std::nullopt;
  const bool test = static_cast<bool>(plan_.test), validation = static_cast<bool>(plan_.validation);
  const Part<T>& part = test ? plan_.test : validation ? plan_.validation : plan_.train;
  std::vector<std::unique_ptr<Metric>> metrics;
  metrics.push_back(std::make_unique<Confusion>(NoParameters{}, plan_.metric_seat()));
  const auto add_to = [&](WholeEvaluator<T>& evaluator) {
    return add_to_metrics<T>(evaluator, *part.model, *part.data, slow(), metrics);
  };
  std::optional<WholeEvaluator<T>> of_others;
  if (test || validation) of_others.emplace(evaluator_of(part));
  if (!add_to(of_others ? *of_others : observer_)) return std::nullopt;
  return ClassReport{test         ? RowsPart::test
                     : validation ? RowsPart::validation
                                  : RowsPart::train,
                     static_cast<const Confusion&>(*metrics.front()).kernel()};
}

template <Scalar T>
Run::ResultFile Session<T>::result() const {
  if (const Encoding* encoding = plan_.encoding())
    return {run_files::model,
            model_text(model_head(plan_.spec, *encoding, id_text(plan_.identity)), settled())};
  return {run_files::solution, solution_csv(settled(), fast())};
}

template void Session<float>::finish(Outcome&, Sink*);
template void Session<double>::finish(Outcome&, Sink*);
template Session<float>::Divergence Session<float>::leave_divergence(Outcome&);
template Session<double>::Divergence Session<double>::leave_divergence(Outcome&);
template void Session<float>::tell_gap(Outcome&);
template void Session<double>::tell_gap(Outcome&);
template void Session<float>::fill(Outcome&);
template void Session<double>::fill(Outcome&);
template void Session<float>::add_remarks(Outcome&, const Divergence&);
template void Session<double>::add_remarks(Outcome&, const Divergence&);
template void Session<float>::fail(Outcome&, Sink*);
template void Session<double>::fail(Outcome&, Sink*);
template void Session<float>::restore_best(Outcome&, Sink*);
template void Session<double>::restore_best(Outcome&, Sink*);
template Run::ResultFile Session<float>::result() const;
template Run::ResultFile Session<double>::result() const;
template std::optional<ClassReport> Session<float>::class_report();
template std::optional<ClassReport> Session<double>::class_report();

}  // namespace lookahead
