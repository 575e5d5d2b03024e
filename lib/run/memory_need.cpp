#include "run/memory_need.hpp"

#include "base/memory.hpp"
#include "run/agents.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Vectors of the dimension that a rule holds: those it remembers, counted on a small instance, and one to
// work with.
template <Scalar T>
double rule_vectors(const Chosen<OptimizerEntry>& rule, const OptimizerSeat& seat) {
  constexpr Index small = 16;
  const auto instance = rule.entry->template make<T>(
      rule.values, OptimizerSeat{small, std::min(seat.terms, small), {}, seat.minimum, false});
  std::size_t numbers = 0;
  const Memory<T> memory = instance->memory();
  for (const Segment<T>& segment : memory.segments) numbers += segment.values.size();
  return static_cast<double>(numbers) / static_cast<double>(small) + 1;
}

// The numbers of a point's length that a run's agents hold, and with them its state.
template <Scalar T>
double vectors_of(const PlanOf<T>& plan) {
  const auto& levels = plan.spec.lookahead.levels;
  const auto& rule = plan.spec.optimizer.rule;
  const Index dimension = plan.objective().dimension();
  const OptimizerSeat seat{dimension, plan.terms().size(), {}, plan.facts().minimum, false};
  // The rule and its gradient; what a level of Lookahead holds of it, and of the slow point.
  const double own = rule.entry->numbers ? 4 : rule_vectors<T>(rule, seat);
  double vectors = own + 1;
  double outermost = 0;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    double level = 2;
    // What the rule works with is not pulled back.
    if (levels[l].at_sync == AtSync::pullback) level += own - 1;
    if (levels[l].alpha.adaptive) level += 2;
    if (!levels[l].outer.entry->plain_slow_step)
      level += 1 + rule_vectors<T>(levels[l].outer, {dimension, 0, {}, {}, false});
    (l + 1 < levels.size() ? vectors : outermost) += level;
  }
  const auto workers = static_cast<double>(levels.back().workers);
  if (workers > 1) ++vectors;
  return workers * vectors + outermost;
}

// The bytes of one training: a session and its agents, with `pool` to evaluate on.
template <Scalar T>
double session_bytes(const PlanOf<T>& plan, Pool& pool) {
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
  // What an evaluation of metrics takes, or one of the validation rows, while the others stand by. Neither
  // has slopes, for which a network keeps the other half of its working space.
  if (plan.train) {
    constexpr Index block = 256;
    const double metrics = sizeof(T) * static_cast<double>(plan.train.model->scratch(block));
    const bool validated = plan.validation || plan.spec.data->validation.folds > 0;
    bytes +=
        std::max(metrics,
                 validated ? WholeEvaluator<T>::bytes(objective, pool, plan.terms(), plan.division()) : 0) /
        2;
  }
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
  Pool alone(1);
  return folds == 0 ? 0 : static_cast<double>(std::min(folds, pool.threads())) * session_bytes(plan, alone);
}

// The text of model.json or solution.csv, while it is put together.
template <Scalar T>
double text_bytes(const PlanOf<T>& plan) {
  const double number_bytes = plan.train ? 64 : 40;
  return number_bytes * static_cast<double>(plan.objective().dimension());
}

template <Scalar T>
double run_bytes(const PlanOf<T>& plan, Pool& pool) {
  return session_bytes(plan, pool) + std::max(folds_bytes(plan, pool), text_bytes(plan));
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
    return session_bytes(typed, pool) +
           std::max(folds_bytes(typed, pool) + state_bytes(typed), text_bytes(typed));
  });
  return std::max(peak_memory(), resident_memory() + bytes);
}

template double optimizer_bytes(const PlanOf<float>&);
template double optimizer_bytes(const PlanOf<double>&);
template double run_bytes(const PlanOf<float>&, Pool&);
template double run_bytes(const PlanOf<double>&, Pool&);

}  // namespace lookahead
