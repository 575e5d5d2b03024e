#include "run/memory_need.hpp"

#include "base/memory.hpp"
#include "run/agents.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Vectors of the dimension that a rule remembers, counted on a small instance, and those that pull back among them.
struct RuleVectors {
  double all = 0, linear = 0;
};
template <Scalar T>
RuleVectors rule_vectors(const Chosen<OptimizerEntry>& rule, const OptimizerSeat& seat) {
  constexpr Index small = 16;
  const auto instance = rule.entry->template make<T>(
      rule.values, OptimizerSeat{small, std::min(seat.terms, small), {}, seat.minimum, false});
  RuleVectors vectors;
  const Memory<T> memory = instance->memory();
  for (const Segment<T>& segment : memory.segments) {
    const double part = static_cast<double>(segment.values.size()) / static_cast<double>(small);
    vectors.all += part;
    if (segment.linear) vectors.linear += part;
  }
  return vectors;
}

// The numbers of a point's length that a run's agents hold, and with them its state.
template <Scalar T>
double vectors_of(const PlanOf<T>& plan) {
  const auto& levels = plan.spec.lookahead.levels;
  const auto& rule = plan.spec.optimizer.rule;
  const Index dimension = plan.objective().dimension();
  const OptimizerSeat seat{dimension, plan.terms().size(), {}, plan.facts().minimum, false};
  // The rule and its gradient; what a level of Lookahead holds of it, and of the slow point.
  RuleVectors own{3, 3};
  if (!rule.entry->numbers) own = rule_vectors<T>(rule, seat);
  double vectors = own.all + static_cast<double>(rule.entry->working_vectors) + 1;
  double outermost = 0;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    double level = 2;
    // Of every worker, the outermost level too.
    if (levels[l].at_sync == AtSync::pullback) vectors += own.linear;
    if (levels[l].alpha.adaptive) level += 2;
    if (!levels[l].outer.entry->plain_slow_step)
      level += 2 + rule_vectors<T>(levels[l].outer, {dimension, 0, {}, {}, false}).all;
    (l + 1 < levels.size() ? vectors : outermost) += level;
  }
  const auto workers = static_cast<double>(levels.back().workers);
  if (workers > 1) ++vectors;
  return workers * vectors + outermost;
}

// What judges the point beside what trains: an evaluator of so many rows aside, or what shows rows to metrics after
// the others have ended.
template <Scalar T>
double judging_bytes(const PlanOf<T>& plan, Pool& pool, Index aside) {
  const double values = aside == 0 ? 0
                                   : WholeEvaluator<T>::bytes(plan.objective(), pool, Batch::range(0, aside),
                                                              plan.division(), Evaluates::values);
  if (plan.metric_seat().classes == 0 && !plan.test) return values;
  const Index rows = plan.test ? plan.test.rows().size() : plan.terms().size();
  return std::max(values, bytes_of_metrics(*plan.train.model, rows, pool));
}

// The bytes of one training: a session and its agents, with `pool` to evaluate on, judged by so many rows aside.
template <Scalar T>
double session_bytes(const PlanOf<T>& plan, Pool& pool, Index aside) {
  const Objective<T>& objective = plan.objective();
  const auto workers = static_cast<double>(plan.spec.lookahead.outermost().workers);
  const Index terms = plan.terms().size();
  // The session's point, gradient, mean point, and perhaps the best weights and the settled ones.
  const double session =
      3 + (plan.spec.stop.patience ? 1 : 0) + (strength_of_l1(plan.spec.model) > 0 ? 1 : 0);
  double bytes = sizeof(T) * static_cast<double>(objective.dimension()) * (vectors_of(plan) + session);

  Pool alone(1);
  bytes += WholeEvaluator<T>::bytes(objective, pool, plan.terms(), plan.division()) +
           workers * Evaluator<T>::bytes(objective, workers > 1 ? alone : pool, largest_batch(plan)) +
           workers * optimizer_bytes(plan);
  if (plan.train) bytes += judging_bytes(plan, pool, aside);
  constexpr double order = sizeof(std::uint32_t);  // of the rows, for every worker
  if (terms > plan.terms_per_step()) bytes += workers * order * static_cast<double>(terms);
  return bytes;
}

}  // namespace

template <Scalar T>
double optimizer_bytes(const PlanOf<T>& plan) {
  const auto& rule = plan.spec.optimizer.rule;
  if (!rule.entry->numbers) return 0;
  return sizeof(T) * rule.entry->numbers(rule.values, plan.dimension, plan.objective().terms());
}

// As many models of folds as there are threads, when the run's own is still there.
template <Scalar T>
double folds_bytes(const PlanOf<T>& plan, Pool& pool) {
  const Index folds = plan.spec.data ? plan.spec.data->validation.folds : 0;
  if (folds == 0) return 0;
  Pool alone(1);
  return static_cast<double>(std::min(folds, pool.threads())) *
         session_bytes(plan, alone, plan.terms().size() / folds);
}

// The run's own.
template <Scalar T>
double training_bytes(const PlanOf<T>& plan, Pool& pool) {
  return session_bytes(plan, pool, plan.validation ? plan.validation.rows().size() : 0);
}

// The text of model.json or solution.csv, while it is put together.
template <Scalar T>
double text_bytes(const PlanOf<T>& plan) {
  const double number_bytes = plan.train ? 64 : 40;
  return number_bytes * static_cast<double>(plan.objective().dimension());
}

// The points of a row of the trace, and its text, which may have grown to twice its length.
template <Scalar T>
double row_bytes(const PlanOf<T>& plan) {
  const double coordinate_bytes = plan.spec.trace.points ? 2 * (sizeof(double) + 2 * 30) : 0;
  return coordinate_bytes * static_cast<double>(plan.dimension);
}

template <Scalar T>
double run_bytes(const PlanOf<T>& plan, Pool& pool) {
  return training_bytes(plan, pool) + row_bytes(plan) + std::max(folds_bytes(plan, pool), text_bytes(plan));
}

// The copy of a run's state that a checkpoint takes.
template <Scalar T>
double state_bytes(const PlanOf<T>& plan) {
  const double own = plan.spec.stop.patience ? 2 : 1;
  const auto workers = static_cast<double>(plan.spec.lookahead.outermost().workers);
  // The gradient and what a rule works with are no part of it.
  return sizeof(T) * static_cast<double>(plan.dimension) * (vectors_of(plan) - 2 * workers + own) +
         workers * optimizer_bytes(plan);
}

double peak_bytes(const Plan& plan, Pool& pool) {
  // The copy is there until the result is written.
  const double bytes = in_precision(plan, [&](const auto& typed) {
    return training_bytes(typed, pool) + row_bytes(typed) +
           std::max(folds_bytes(typed, pool) + state_bytes(typed), text_bytes(typed));
  });
  return std::max(peak_memory(), resident_memory() + bytes);
}

template double optimizer_bytes(const PlanOf<float>&);
template double optimizer_bytes(const PlanOf<double>&);
template double run_bytes(const PlanOf<float>&, Pool&);
template double run_bytes(const PlanOf<double>&, Pool&);

}  // namespace lookahead
