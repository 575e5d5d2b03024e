#include "certify/assumptions.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

Assumption met(std::string name, Knowledge status, std::string reason) {
  return {std::move(name), true, status, std::move(reason)};
}
Assumption missed(std::string name, std::string reason) {
  return {std::move(name), false, Knowledge::exact, std::move(reason)};
}

Assumption smooth(const Plan& plan, const ProblemConstants& constants) {
  if (strength_of_l1(plan.spec.model) > 0)
    return missed("smooth", "model.l1 has no gradient where a weight is zero");
  const Constant& smoothness = constants.smoothness;
  if (!constants.smooth)
    return missed("smooth",
                  "near some points, a kink, a jump or a pole, the gradient has no Lipschitz constant");
  if (!std::isfinite(smoothness.value)) return missed("smooth", "the gradient has no Lipschitz constant");
  const std::string value = short_text(smoothness.value, 6);
  if (constants.met_curvature > 0)
    return missed("smooth", "the curvature at the start is " + short_text(constants.met_curvature, 6) +
                                ", above the declared L = " + value);
  return met("smooth", smoothness.status,
             smoothness.status == Knowledge::estimated
                 ? "curvature up to L = " + value + " was met; no L for all points is proved"
                 : "the gradient is Lipschitz with L = " + value);
}

Assumption bounded_below(const ProblemConstants& constants) {
  const Constant& infimum = constants.infimum;
  if (!std::isfinite(infimum.value)) {
    constexpr std::string_view unknown = "not known";
    return missed("bounded_below",
                  infimum.reason.starts_with(unknown)
                      ? "no lower bound of f is known" + infimum.reason.substr(unknown.size())
                      : "there is no lower bound of f: " + infimum.reason);
  }
  return met("bounded_below", infimum.status, "f >= " + short_text(infimum.value, 6));
}

// Whether the workers' parts of the rows weigh the same: their functions then count alike.
bool equal_parts(const Plan& plan) {
  return in_precision(plan, [](const auto& typed) {
    if (typed.row_weights().empty()) return true;
    const std::vector<double> sums = typed.weights_of_workers();
    return std::count(sums.begin(), sums.end(), sums.front()) == std::ssize(sums);
  });
}

Assumption unbiased(const Plan& plan, const Method& method) {
  const std::string name = "unbiased";
  const Spec& spec = plan.spec;
  if (spec.optimizer.clip.norm || spec.optimizer.clip.value)
    return missed(name, "clipped gradients are biased; leave out optimizer.clip");
  if (plan.randomized()) return missed(name, "with dropout the gradients are those of another function");
  const bool shard = spec.lookahead.outermost().shard;
  const Index rows = plan.terms().size();
  if (shard && rows % method.workers != 0) {
    return missed(name, "the workers' parts of " + to_text(rows) +
                            " rows are not of one size, so that f is not the mean of their functions");
  }
  if (shard && !equal_parts(plan)) {
    return missed(name,
                  "the workers' parts of the rows are not of one weight, so that f is not the plain mean of "
                  "their functions");
  }
  const Index own = shard ? rows / method.workers : rows;
  if (plan.batch > 0 && plan.batch < own && spec.sampling != Sampling::replacement) {
    return missed(name,
                  "sampling: " + std::string(Codec<Sampling>::word(spec.sampling)) +
                      " does not draw the rows of an epoch independently; sampling: replacement or batch: "
                      "full does");
  }
  if (plan.drawn > 0 && !plan.replacement) {
    return missed(name,
                  "noise minibatch without replacement does not draw the terms of an epoch "
                  "independently; replacement: true does");
  }
  const auto* noise = spec.objective && spec.objective->noise ? &*spec.objective->noise : nullptr;
  const bool noisy = plan.drawn > 0 || (noise != nullptr && !noise->entry->terms_drawn);
  const bool exact = !noisy && (plan.batch == 0 || plan.batch >= own);
  return met(name, Knowledge::exact,
             exact ? "the gradients are exact" : "noise and draws of a step are independent of all others");
}

Assumption bounded_variance(const ProblemConstants& constants) {
  const Constant& variance = constants.variance;
  if (!std::isfinite(variance.value))
    return missed("bounded_variance", "no bound of the gradients' variance is known" +
                                          (variance.reason == "not known" ? "" : ": " + variance.reason));
  std::string text = "sigma^2 = " + short_text(variance.value, 6);
  if (constants.relative_variance.value > 0)
    text += ", rho = " + short_text(constants.relative_variance.value, 6);
  return met("bounded_variance", variance.status, text);
}

Assumption inner_sgd(const OptimizerSpec& optimizer) {
  if (plain_sgd(optimizer)) return met("inner_sgd", Knowledge::exact, "the fast agent is plain SGD");
  const OptimizerEntry& rule = *optimizer.rule.entry;
  const bool can_be_plain = rule.plain_descent != nullptr;
  return missed("inner_sgd", can_be_plain ? "the theorem knows neither momentum nor weight decay"
                                          : "the theorem is about sgd, not " + rule.card.name);
}

Assumption slow_step(const LookaheadSpec& lookahead, const Method& method) {
  const std::string name = "plain_lookahead";
  const bool nested = lookahead.levels.size() > 1;
  if (!plain_lookahead(lookahead)) {
    for (const LevelSpec& level : lookahead.levels) {
      if (level.alpha.adaptive)
        return missed(name, "an adaptive alpha is chosen from the round's own noisy end");
    }
    return missed(name, "the slow step is another than z := alpha x + (1 - alpha) z");
  }
  for (const LevelSpec& level : lookahead.levels) {
    const auto& alpha = level.alpha.value.schedule;
    if (nested && alpha.entry->range(alpha.values).second > 1)
      return missed(name, "nested levels are covered with alpha at most 1 only");
  }
  if (nested && method.workers > 1) return missed(name, "workers over nested levels are not covered");
  return met(name, Knowledge::exact,
             nested ? "nested levels count as one with the products of k and alpha"
                    : "z := alpha x + (1 - alpha) z every k steps");
}

Assumption fixed_rates(const Plan& plan, const Method& method) {
  const std::string name = "fixed_rates";
  if (method.constant) return met(name, Knowledge::exact, "k, alpha and the learning rate are constant");
  const auto steps = planned_steps(plan);
  if (!steps) return missed(name, "schedules are covered for a known number of steps only");
  if (method.workers > 1) return missed(name, "schedules are covered for one fast agent only");
  if (const auto rounds = scheduled_rounds(plan, *steps); !rounds)
    return missed(name, rounds.faults().front().text);
  return met(name, Knowledge::exact, "k, alpha and the learning rate change between rounds only");
}

}  // namespace

std::vector<Assumption> assumptions_of(const Plan& plan, const ProblemConstants& constants,
                                       const Method& method) {
  std::vector<Assumption> all;
  if (is_game(plan.spec)) {
    all.push_back(missed("function", "the field of a game is no function's gradient"));
  } else {
    all.push_back(smooth(plan, constants));
    all.push_back(bounded_below(constants));
  }
  all.push_back(unbiased(plan, method));
  all.push_back(bounded_variance(constants));
  if (plan.spec.lookahead.outermost().shard) {
    all.push_back(met("bounded_heterogeneity", constants.heterogeneity.status,
                      "zeta^2 = " + short_text(constants.heterogeneity.value, 6)));
  }
  all.push_back(inner_sgd(plan.spec.optimizer));
  all.push_back(slow_step(plan.spec.lookahead, method));
  all.push_back(fixed_rates(plan, method));
  return all;
}

}  // namespace lookahead
