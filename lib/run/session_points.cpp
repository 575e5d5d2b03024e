// What a session knows of its points: the slow one, evaluated as far as somebody asked, the fast one and their mean.
#include <algorithm>
#include <cmath>

#include "parallel/sums.hpp"
#include "run/proximal_of.hpp"
#include "run/session.hpp"
#include "spec/problem.hpp"

namespace lookahead {

template <Scalar T>
void Session<T>::forget_other_rounds() {
  const Index round = agent_->telemetry().rounds;
  if (known_.round == round) return;
  known_ = SlowPoint{};
  known_.round = round;
}

// The points are others than the counts tell.
template <Scalar T>
void Session<T>::forget_points() {
  known_ = SlowPoint{};
  mean_norm_step_ = fast_loss_step_ = -1;
}

// From the agent's settled point along its whole gradient.
template <Scalar T>
void Session<T>::take_proximal_step() {
  forget_other_rounds();
  if (known_.stepped) return;
  const std::span<const T> point = agent_->settled(x_);
  seen(observer_.value_and_gradient(point, gradient_));
  if (observer_.gave_up() || fault_ != nullptr) return;
  proximal_->step(point, gradient_, settled_, settling_rate(plan_.spec));
  known_.stepped = true;
}

// Of the gradient just evaluated, at `point`, or of a proximal step along it.
template <Scalar T>
double Session<T>::norm_of_gradient(std::span<const T> point) const {
  if (proximal_) return proximal_->step_norm(point, gradient_, settling_rate(plan_.spec));
  return norm(observer_.shards(), std::span<const T>(gradient_));
}

template <Scalar T>
std::span<const T> Session<T>::slow() {
  if (steps_proximally()) take_proximal_step();
  return settled();
}

template <Scalar T>
double Session<T>::slow_loss() {
  forget_other_rounds();
  if (std::isnan(known_.loss)) known_.loss = whole_loss(seen(observer_.value(slow())), slow());
  return known_.loss;
}

// At x, the fast point after any sync.
template <Scalar T>
double Session<T>::fast_loss() {
  if (std::equal(x_.begin(), x_.end(), slow().begin())) return slow_loss();
  const Index step = agent_->telemetry().steps;
  if (fast_loss_step_ != step) {
    fast_loss_ = whole_loss(seen(observer_.value(x_)), x_);
    fast_loss_step_ = step;
  }
  return fast_loss_;
}

template <Scalar T>
double Session<T>::slow_grad_norm() {
  forget_other_rounds();
  if (std::isnan(known_.grad_norm)) {
    const std::span<const T> point = slow();
    const double loss = seen(observer_.value_and_gradient(point, gradient_));
    if (observer_.gave_up() || fault_ != nullptr) return Record::none;
    known_.loss = whole_loss(loss, point);
    known_.grad_norm = norm_of_gradient(point);
  }
  return known_.grad_norm;
}

// At y, the point of the convergence theorem.
template <Scalar T>
double Session<T>::mean_grad_norm() {
  const Telemetry& told = agent_->telemetry();
  if (told.synced && !steps_proximally()) return slow_grad_norm();
  if (mean_norm_step_ != told.steps) {
    agent_->mean_point(x_, mean_);
    seen(observer_.value_and_gradient(mean_, gradient_));
    if (observer_.gave_up() || fault_ != nullptr) return Record::none;
    mean_norm_ = norm_of_gradient(mean_);
    mean_norm_step_ = told.steps;
  }
  return mean_norm_;
}

// One more point of the running mean of squares, once a step at most.
template <Scalar T>
void Session<T>::observe_mean_point() {
  const Index step = agent_->telemetry().steps;
  if (last_observed_ == step) return;
  last_observed_ = step;
  const double norm = mean_grad_norm();
  grad_sq_sum_ += norm * norm;
  ++grad_sq_count_;
}

// Of other rows than the training's.
template <Scalar T>
WholeEvaluator<T> Session<T>::evaluator_of(const Part<T>& part) {
  WholeEvaluator<T> evaluator(*part.model, pool_, part.rows(), plan_.division(part), team_,
                              Evaluates::values);
  evaluator.give_up_at(observer_.deadline());
  return evaluator;
}

template <Scalar T>
std::vector<double> Session<T>::test_metrics() {
  WholeEvaluator<T> evaluator = evaluator_of(plan_.test);
  return evaluate_metrics<T>(evaluator, *plan_.test.model, *plan_.test.data, slow(), plan_.spec.metrics,
                             plan_.metric_seat());
}

template <Scalar T>
const std::vector<double>& Session<T>::slow_metrics() {
  forget_other_rounds();
  if (known_.metrics.empty() && on_data()) {
    const std::span<const T> point = slow();
    const auto look = [&](WholeEvaluator<T>& evaluator, const Part<T>& part) {
      return evaluate_value_and_metrics<T>(evaluator, *part.model, *part.data, point, plan_.spec.metrics,
                                           plan_.metric_seat());
    };
    const ValueAndMetrics train = look(observer_, plan_.train);
    known_.loss = whole_loss(seen(train.value), point);
    known_.metrics = train.metrics;
    if (plan_.validation) {
      WholeEvaluator<T> evaluator = evaluator_of(plan_.validation);
      const ValueAndMetrics validation = look(evaluator, plan_.validation);
      known_.metrics.push_back(seen(validation.value));
      known_.metrics.insert(known_.metrics.end(), validation.metrics.begin(), validation.metrics.end());
    }
  }
  if (known_.metrics.empty() && is_game(plan_.spec)) {
    const double norm = slow_grad_norm();
    known_.metrics = {norm};
    if (!plan_.facts().minimizers.empty())
      known_.metrics.insert(known_.metrics.begin(), distance_to_equilibrium());
  }
  return known_.metrics;
}

template <Scalar T>
double Session<T>::distance_to_equilibrium() {
  double nearest = std::numeric_limits<double>::infinity();
  const std::span<const T> point = slow();
  for (const std::vector<double>& equilibrium : plan_.facts().minimizers) {
    double sum = 0;
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double gap = static_cast<double>(point[i]) - equilibrium[i];
      sum += gap * gap;
    }
    nearest = std::min(nearest, sum);
  }
  return std::sqrt(nearest);
}

template void Session<float>::forget_other_rounds();
template void Session<double>::forget_other_rounds();
template void Session<float>::forget_points();
template void Session<double>::forget_points();
template void Session<float>::take_proximal_step();
template void Session<double>::take_proximal_step();
template double Session<float>::norm_of_gradient(std::span<const float>) const;
template double Session<double>::norm_of_gradient(std::span<const double>) const;
template std::span<const float> Session<float>::slow();
template std::span<const double> Session<double>::slow();
template double Session<float>::slow_loss();
template double Session<double>::slow_loss();
template double Session<float>::fast_loss();
template double Session<double>::fast_loss();
template double Session<float>::slow_grad_norm();
template double Session<double>::slow_grad_norm();
template double Session<float>::mean_grad_norm();
template double Session<double>::mean_grad_norm();
template void Session<float>::observe_mean_point();
template void Session<double>::observe_mean_point();
template WholeEvaluator<float> Session<float>::evaluator_of(const Part<float>&);
template WholeEvaluator<double> Session<double>::evaluator_of(const Part<double>&);
template std::vector<double> Session<float>::test_metrics();
template std::vector<double> Session<double>::test_metrics();
template const std::vector<double>& Session<float>::slow_metrics();
template const std::vector<double>& Session<double>::slow_metrics();
template double Session<float>::distance_to_equilibrium();
template double Session<double>::distance_to_equilibrium();

}  // namespace lookahead
