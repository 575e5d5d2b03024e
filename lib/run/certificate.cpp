#include "run/certificate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "run/assumptions.hpp"
#include "run/method.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

Assumption step_size(const Certificate& c, bool admitted) {
  const std::string condition = c.numbers.deterministic()         ? "(C')"
                                : c.workers.count > 1             ? "(W)"
                                : c.numbers.relative_variance > 0 ? "(D)"
                                                                  : "(C)";
  const std::string rate = "lr = " + to_text(c.gamma), limit = to_text(c.gamma_limit);
  const bool below = c.gamma <= c.gamma_limit * (1 + rate_rounding);
  return {"step_size", admitted, c.constants.smoothness.status,
          admitted && !below ? rate + " is admitted by condition " + condition +
                                   ", though lr: auto takes no more than " + limit
          : admitted ? rate + " is at most " + limit + ", as condition " + condition + " asks"
                     : rate + " is beyond condition " + condition + ", which admits " + limit};
}

// What to know of the agents, covered or not.
void warn_of_agents(Certificate& c, const Spec& spec) {
  if (c.alpha > 1) c.warnings.push_back("alpha > 1 extrapolates");
  for (const LevelSpec& level : spec.lookahead.levels) {
    if (level.at_sync == AtSync::reset && !plain_sgd(spec.optimizer))
      c.warnings.push_back("at_sync: reset with momentum can diverge where momentum alone converges");
  }
}

// What to know of the rates and the bound.
void warn_of_rates(Certificate& c, const Spec& spec) {
  const double L = c.numbers.smoothness;
  const auto warn = [&](std::string text) { c.warnings.push_back(std::move(text)); };
  if (c.gamma * L >= 2 && c.gamma > c.gamma_limit) {
    warn("lr L = " + short_text(c.gamma * L, 3) +
         " >= 2: where the curvature is L even gradient descent grows without end");
  }
  if (c.steps && !c.numbers.deterministic() && c.gamma_best &&
      *c.gamma_best >= c.gamma_limit * (1 - rate_rounding)) {
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
  if (c.constants.convex && c.numbers.deterministic() && c.alpha <= 1 && c.gamma > c.gamma_limit &&
      c.gamma * L < 2)
    warn("f is convex and the gradients are exact: every lr below 2/L converges, though without this bound");
  if (spec.stop.target || spec.stop.grad_norm || spec.stop.time || spec.stop.patience)
    warn("the run may end itself before T; its bound is one of numbers of steps that are fixed beforehand");
  if (spec.precision == Precision::single_precision)
    warn("the theorem is about exact arithmetic: gradients in single precision are rounded");
}

// After the planned steps; none where it is not finite, or the rates change in a way that has no bound.
template <Scalar T>
std::optional<theory::BoundTerms> bound_of(const Certificate& c, const Plan<T>& plan) {
  std::optional<theory::BoundTerms> bound;
  if (c.constant_rates) {
    bound = theory::bound(c.numbers, {c.k, c.alpha, c.gamma}, c.workers, *c.steps);
  } else if (c.workers.count == 1) {
    if (const auto rounds = scheduled_rounds(plan, *c.steps))
      bound = theory::bound_of_rounds(c.numbers, *rounds);
  }
  return bound && std::isfinite(bound->total()) ? bound : std::nullopt;
}

template <Scalar T>
Certificate assess(const Plan<T>& plan, ProblemConstants constants) {
  const Method method = method_of(plan.spec);
  Certificate c;
  c.constants = std::move(constants);
  c.start_loss = plan.start_loss;
  // A game has no function to be bounded.
  if (is_game(plan.spec)) {
    c.constants.infimum = {-std::numeric_limits<double>::infinity(), Knowledge::exact, "a game has no f"};
  }
  constexpr double unit = std::numeric_limits<T>::epsilon();
  c.gap_rounding = unit * (std::abs(plan.start_loss) + std::abs(c.constants.infimum.value));
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
  warn_of_agents(c, plan.spec);
  const double L = c.numbers.smoothness;
  if (!(L > 0 && std::isfinite(L))) return c;

  // The condition is convex in alpha, so that one of the ends is the worst.
  const std::array ends = {method.least_alpha, method.largest_alpha};
  c.gamma_safe = c.gamma_limit = std::numeric_limits<double>::infinity();
  for (const double alpha : ends) {
    c.gamma_safe = std::min(c.gamma_safe, theory::gamma_safe(L, c.k, alpha, c.numbers.relative_variance));
    c.gamma_limit = std::min(c.gamma_limit, theory::gamma_limit(c.numbers, c.k, alpha, c.workers));
  }
  if (!c.applies) return c;
  const bool finite = std::isfinite(c.numbers.variance) && std::isfinite(c.numbers.gap);
  if (c.steps && finite && c.constant_rates)
    c.gamma_best = theory::gamma_best(c.numbers, c.k, c.alpha, c.workers, *c.steps);
  if (c.gamma == 0) return c;
  const double gamma = c.gamma / (1 + rate_rounding);
  if (c.constant_rates && c.workers.count == 1) c.largest_k = theory::largest_k(c.numbers, c.alpha, gamma);
  c.assumptions.push_back(step_size(c, std::all_of(ends.begin(), ends.end(), [&](double alpha) {
                                      return theory::admits(c.numbers, {c.k, alpha, gamma}, c.workers);
                                    })));
  if (c.steps && finite) c.bound = bound_of(c, plan);
  if (c.bound && c.constant_rates && c.workers.count == 1)
    c.sharper_bound = theory::bound_virtual(c.numbers, {c.k, c.alpha, c.gamma}, *c.steps);
  warn_of_rates(c, plan.spec);
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
  const theory::Constants& numbers = before.numbers;
  if (!std::isfinite(numbers.variance)) return refuse(before.constants.variance.reason);
  if (!std::isfinite(numbers.smoothness)) return refuse("no smoothness constant was found");
  // Under schedules of k and alpha the best of the largest ones stands for all.
  const bool timed = before.steps && std::isfinite(numbers.gap);
  const double best = timed
                          ? theory::gamma_best(numbers, before.k, before.alpha, before.workers, *before.steps)
                          : before.gamma_limit;
  const double gamma = std::min(best, before.gamma_limit);
  if (gamma == 0 && numbers.gap == 0 && numbers.smoothness > 0)
    return refuse("the start is a minimum already, and noise makes every step a loss");
  if (!(gamma > 0 && std::isfinite(gamma))) return refuse("the objective has no curvature");
  plan.spec.optimizer.rate = {Scheduled::constant(gamma), false};
  auto settled = std::make_shared<Certificate>(assess(plan, std::move(constants)));
  plan.notes.push_back(
      "optimizer.lr: auto is " + to_text(gamma) +
      (timed && gamma < before.gamma_limit ? ", the best for " + to_text(*before.steps) + " steps (up to " +
                                                 to_text(before.gamma_limit) + " is admitted)"
                                           : ", the largest that the convergence theorem admits") +
      ", for " + (before.constant_rates ? "" : "constant rates of ") +
      "k = " + to_text(static_cast<std::int64_t>(before.k)) + ", alpha = " + to_text(before.alpha));
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
