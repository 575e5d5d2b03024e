#include "run/milestones.hpp"

#include "run/method.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Whether a step lies in the last fifth of a run that ends at `last`: above 0.8 times it.
bool in_tail(Index step, Index last) { return 5 * step > 4 * last; }

// Whether the run can end before its planned steps: rules on values or time, on rounds or evaluations whose steps are
// not known beforehand, or, where nothing is drawn, a standstill.
bool may_end_early(const Plan& plan) {
  const StopSpec& stop = plan.spec.stop;
  if (stop.target || stop.grad_norm || stop.time || stop.patience) return true;
  if (stop.rounds && !steps_of_rounds(plan)) return true;
  if (stop.evals && !constant_evaluations(plan.spec)) return true;
  const bool drawn = plan.spec.data ? plan.batch < plan.terms().size() : plan.randomized() || plan.drawn > 0;
  return !drawn;
}

}  // namespace

Milestones::Milestones(const Plan& plan, std::vector<double> targets)
    : targets_(std::move(targets)), reached_(targets_.size()) {
  const std::optional<double> planned = planned_steps(plan);
  constexpr double countable = 1e15;
  if (targets_.empty() && planned && *planned < countable && !may_end_early(plan))
    after_ = static_cast<Index>(*planned) * 4 / 5;
}

void Milestones::pass(const Counts& counts, double time_s, double excess, double target_excess) {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (!reached_[i] && target_excess <= targets_[i])
      reached_[i] = Reached{counts.steps, counts.grad_evals, time_s};
  }
  if (counts.steps <= after_ || counts.steps == 0) return;
  while (!tail_.empty() && !in_tail(tail_.front().step, counts.steps)) tail_.pop_front();
  tail_.push_back({counts.steps, excess});
}

double Milestones::tail_mean(Index last_step) const {
  double sum = 0;
  Index count = 0;
  for (const Moment& moment : tail_) {
    if (!in_tail(moment.step, last_step)) continue;
    sum += moment.excess;
    ++count;
  }
  return count == 0 ? last_ : sum / static_cast<double>(count);
}

}  // namespace lookahead
