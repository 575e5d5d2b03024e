#include "run/certificate.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "run/assumptions.hpp"
#include "run/method.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Rates that are the limit itself must not fail by a rounding.
constexpr double rounding = 1e-12;

Assumption step_size(const Certificate& c) {
  const bool fits = c.gamma <= c.gamma_limit * (1 + rounding);
  const std::string condition = c.numbers.deterministic() ? "(C')" : c.workers.count > 1 ? "(W)" : "(C)";
  return {"step_size", fits, c.constants.smoothness.status,
          "lr = " + to_text(c.gamma) + (fits ? " is at most " : " is above ") + to_text(c.gamma_limit) +
              ", the largest that condition " + condition + " admits"};
}

// Adds what section "What a step size should be" of the theorem's page warns of.
template <Scalar T>
void add_warnings(Certificate& c, const Plan<T>& plan) {
  const double L = c.numbers.smoothness;
  const auto warn = [&](std::string text) { c.warnings.push_back(std::move(text)); };
  if (c.gamma * L >= 2 && c.gamma > c.gamma_limit) {
    warn("lr L = " + short_text(c.gamma * L, 3) +
         " >= 2: where the curvature is L even gradient descent grows without end");
  }
  if (c.steps && !c.numbers.deterministic() && c.gamma_best &&
      *c.gamma_best >= c.gamma_limit * (1 - rounding)) {
    warn("the run is too short for noise to matter: the best lr is the largest admitted one");
  }
  if (c.alpha < 1 && c.k > 1 && c.gamma_limit * L < 0.1) {
    warn("k = " + to_text(static_cast<std::int64_t>(c.k)) + " and alpha = " + to_text(c.alpha) +
         " admit lr up to " + short_text(c.gamma_limit * L, 3) +
         "/L only; a smaller k or an alpha nearer to 1 admits more");
  }
  if (c.bound && c.numbers.gap > 0 && c.bound->total() >= 2 * L * c.numbers.gap) {
    warn("the bound says nothing: smoothness alone gives |grad f(start)|^2 <= 2 L Delta = " +
         short_text(2 * L * c.numbers.gap, 6));
  }
  if (c.alpha > 1) warn("alpha > 1 extrapolates");
  for (const LevelSpec& level : plan.spec.lookahead.levels) {
    if (level.at_sync == AtSync::reset && !plain_sgd(plan.spec.optimizer))
      warn("at_sync: reset with momentum can diverge where momentum alone converges");
  }
}

template <Scalar T>
Certificate assess(const Plan<T>& plan, ProblemConstants constants) {
  const Method method = method_of(plan.spec);
  Certificate c;
  c.constants = std::move(constants);
  c.start_loss = plan.start_loss;
  c.numbers = {c.constants.smoothness.value, c.constants.variance.value, c.constants.relative_variance.value,
               std::max(0.0, plan.start_loss - c.constants.infimum.value)};
  c.k = method.largest_k;
  c.alpha = method.largest_alpha;
  c.gamma = method.largest_rate;
  c.workers = {method.workers, c.constants.heterogeneity.value};
  c.constant_rates = method.constant;
  c.steps = planned_steps(plan);
  c.applies = plain_sgd(plan.spec.optimizer) && plain_lookahead(plan.spec.lookahead) && !is_game(plan.spec);
  c.assumptions = assumptions_of(plan, c.constants, method);
  const double L = c.numbers.smoothness;
  if (!(L > 0 && std::isfinite(L))) return c;

  // The condition is convex in alpha, so that one of the ends is the worst.
  const auto worst = [&](auto limit) {
    return std::min(limit(method.least_alpha), limit(method.largest_alpha));
  };
  c.gamma_safe =
      worst([&](double alpha) { return theory::gamma_safe(L, c.k, alpha, c.numbers.relative_variance); });
  c.gamma_limit = worst([&](double alpha) { return theory::gamma_limit(c.numbers, c.k, alpha, c.workers); });
  const bool finite = std::isfinite(c.numbers.variance) && std::isfinite(c.numbers.gap);
  if (c.steps && finite) {
    const double best = theory::gamma_best(c.numbers, c.k, c.alpha, c.workers, *c.steps);
    c.gamma_best = std::min(best, c.gamma_limit);
  }
  if (c.gamma == 0 || !c.applies) return c;
  c.largest_k = theory::largest_k(c.numbers, c.alpha, c.gamma / (1 + rounding));
  c.assumptions.push_back(step_size(c));
  if (c.steps && finite && c.constant_rates) {
    const theory::Rates rates{c.k, c.alpha, c.gamma};
    c.bound = theory::bound(c.numbers, rates, c.workers, *c.steps);
    if (c.workers.count == 1) c.sharper_bound = theory::bound_virtual(c.numbers, rates, *c.steps);
  } else if (c.steps && finite && c.workers.count == 1) {
    if (const auto rounds = scheduled_rounds(plan, *c.steps); rounds && !rounds->empty())
      c.bound = theory::bound_of_rounds(c.numbers, *rounds);
  }
  add_warnings(c, plan);
  return c;
}

}  // namespace

Verdict Certificate::verdict() const {
  Verdict verdict = Verdict::covered;
  for (const Assumption& assumption : assumptions) {
    if (!assumption.holds) return Verdict::not_covered;
    if (!assumption.certified()) verdict = Verdict::heuristic;
  }
  return verdict;
}

template <Scalar T>
Certificate certify(const Plan<T>& plan) {
  return assess(plan, problem_constants(plan));
}

template <Scalar T>
Checked<Done> settle_rate(Plan<T>& plan) {
  ProblemConstants constants = problem_constants(plan);
  const Certificate before = assess(plan, constants);
  const auto refuse = [&](const std::string& why) {
    return Fault{FaultKind::problem, plan.spec.optimizer_place, "optimizer.lr: auto finds no step: " + why,
                 "give a number"};
  };
  if (!std::isfinite(before.numbers.variance)) return refuse(constants.variance.reason);
  const double gamma = before.gamma_best.value_or(before.gamma_limit);
  if (gamma == 0 && before.numbers.gap == 0 && before.gamma_limit > 0)
    return refuse("the start is a minimum already, and noise makes every step a loss");
  if (!(gamma > 0 && std::isfinite(gamma))) return refuse("the objective has no curvature");
  plan.spec.optimizer.rate = {Scheduled::constant(gamma), false};
  auto settled = std::make_shared<Certificate>(assess(plan, std::move(constants)));
  plan.notes.push_back("optimizer.lr: auto is " + to_text(gamma) +
                       (before.gamma_best && gamma < before.gamma_limit
                            ? ", the best for " + to_text(*before.steps) + " steps (up to " +
                                  to_text(before.gamma_limit) + " is admitted)"
                            : ", the largest that the convergence theorem admits") +
                       ", for k = " + to_text(static_cast<std::int64_t>(before.k)) +
                       ", alpha = " + to_text(before.alpha));
  for (const auto& [name, constant] :
       {std::pair("L", &settled->constants.smoothness), std::pair("sigma^2", &settled->constants.variance),
        std::pair("f_inf", &settled->constants.infimum)}) {
    if (!std::isfinite(constant->value)) continue;
    plan.notes.push_back(std::string("optimizer.lr: auto takes ") + name + " = " +
                         short_text(constant->value, 6) + " (" + Codec<Knowledge>::word(constant->status) +
                         ": " + constant->reason + ")");
  }
  if (!before.steps && !before.numbers.deterministic()) {
    settled->warnings.push_back("without a number of steps there is no best lr under noise");
  }
  for (const Assumption& assumption : settled->assumptions) {
    if (!assumption.holds)
      plan.notes.push_back("warning: the convergence theorem does not cover this run: " + assumption.reason);
  }
  for (const std::string& warning : settled->warnings) plan.notes.push_back("warning: " + warning);
  plan.certificate = std::move(settled);
  return Done{};
}

template Certificate certify(const Plan<float>&);
template Certificate certify(const Plan<double>&);
template Checked<Done> settle_rate(Plan<float>&);
template Checked<Done> settle_rate(Plan<double>&);

}  // namespace lookahead
