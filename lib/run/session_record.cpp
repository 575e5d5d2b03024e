// What a session shows while it goes on: the rows of its trace, its milestones, how it stands.
#include <algorithm>
#include <cmath>

#include "run/session.hpp"
#include "simd/lanes.hpp"
#include "spec/metric_names.hpp"

namespace lookahead {

template <Scalar T>
void Session<T>::record(Sink* sink, const std::string& event, bool full) {
  if (sink == nullptr) return;
  const auto begin = Clock::now();
  const Telemetry& told = agent_->telemetry();
  Record row;
  row.step = told.steps;
  row.round = told.rounds;
  row.synced = told.synced;
  row.grad_evals = told.grad_evals;
  if (on_data()) row.epoch = counts().epochs;
  row.time_s = seconds_;
  row.elapsed_s = look_at_clock(begin);
  row.loss_batch = told.loss_batch;
  row.lr = told.rate;
  row.alpha = told.alpha;
  row.k = told.k;
  const std::span<const T> fast = agent_->fast(x_);
  row.disagreement = told.synced ? (told.rounds == 0 ? 0.0 : told.disagreement)
                                 : std::sqrt(squared_distance(fast, agent_->settled(x_)));
  row.best_loss = std::min(best_.loss, agent_->best().loss);
  // On data a row of an epoch's end looks at no more than the slow point's values.
  const TraceSpec& wanted = plan_.spec.trace;
  const bool first_or_last = !event.empty() && event != "epoch";
  const bool all = full && (!on_data() || first_or_last);
  const bool gradients = all || (full && (wanted.gradients || wanted.exact));
  // What a stop rule asks for is known anyway.
  if (gradients || (full && rules_.grad_norm)) row.grad_norm_slow = slow_grad_norm();
  if (full) {
    row.metrics = slow_metrics();
    row.loss_slow = slow_loss();
    if (all || wanted.fast)
      row.loss_fast = fast.data() == x_.data() ? fast_loss() : whole_loss(seen(observer_.value(fast)), fast);
    if (plan_.facts().minimum) row.gap = row.loss_slow - *plan_.facts().minimum;
    // On minibatches the best loss is looked for at epoch ends alone, elsewhere at every slow point.
    if (!minibatches()) row.best_loss = std::min(row.best_loss, row.loss_slow);
  } else if (fault() != nullptr) {
    row.loss_slow = known_.round == told.rounds ? known_.loss : Record::none;
  }
  const bool exact = wanted.exact && fault() == nullptr;
  if (gradients || exact || (full && rules_.grad_norm && told.synced)) {
    row.grad_norm = mean_grad_norm();
    observe_mean_point();
    row.grad_sq_mean = grad_sq_sum_ / static_cast<double>(grad_sq_count_);
  }
  if (wanted.points) {
    const std::span<const T> point = slow();
    row.fast.assign(fast.begin(), fast.end());
    row.slow.assign(point.begin(), point.end());
  }
  row.event = event;
  // What it lacks is no row: that of the run's end stands in its place.
  if (full && fault() != nullptr) return;
  sink->put(row);
  last_recorded_ = told.steps;
  trace_seconds_ += seconds_since(begin);
}

template <Scalar T>
double Session<T>::excess() {
  return slow_loss() - plan_.facts().minimum.value_or(0.0);
}

template <Scalar T>
double Session<T>::target_excess() {
  const double height = excess();
  return height < 0 && outside_domain() ? -height : height;
}

template <Scalar T>
bool Session<T>::outside_domain() {
  const Facts& facts = plan_.facts();
  if (!facts.unbounded_outside) return false;
  const std::span<const T> point = slow();
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto [low, high] = facts.domain_of(i);
    const double x = static_cast<double>(point[i]);
    if (x < low || x > high) return true;
  }
  return false;
}

template <Scalar T>
void Session<T>::pass_milestone() {
  const Telemetry& told = agent_->telemetry();
  const bool moment =
      on_data() ? told.steps % steps_per_epoch_ == 0 : told.synced && told.rounds != rounds_before_;
  if (!moment || told.steps <= milestones_->after()) return;
  const auto begin = Clock::now();
  milestones_->pass(counts(), seconds_, excess(), target_excess());
  trace_seconds_ += seconds_since(begin);
}

template <Scalar T>
std::vector<ResultMetric> Session<T>::standing() {
  std::vector<ResultMetric> values;
  const std::vector<std::string> columns = metric_columns(plan_.spec);
  const std::vector<double>& metrics = slow_metrics();
  values.push_back({"loss_slow", slow_loss()});
  if (plan_.facts().minimum) values.push_back({"gap", excess()});
  for (std::size_t i = 0; i < columns.size(); ++i) values.push_back({columns[i], metrics[i]});
  return values;
}

template void Session<float>::record(Sink*, const std::string&, bool);
template void Session<double>::record(Sink*, const std::string&, bool);
template double Session<float>::excess();
template double Session<double>::excess();
template double Session<float>::target_excess();
template double Session<double>::target_excess();
template bool Session<float>::outside_domain();
template bool Session<double>::outside_domain();
template void Session<float>::pass_milestone();
template void Session<double>::pass_milestone();
template std::vector<ResultMetric> Session<float>::standing();
template std::vector<ResultMetric> Session<double>::standing();

}  // namespace lookahead
