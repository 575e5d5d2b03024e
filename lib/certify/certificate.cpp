#include "certify/certificate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "certify/assumptions.hpp"
#include "run/automatic_rate.hpp"
#include "run/constants.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

Assumption step_size(const Certificate& c, bool admitted) {
  const std::string spread = "L^2 (1 - alpha)^2 lr^2 ";
  const std::string condition =
      c.numbers.deterministic() ? "L alpha lr + " + spread + "k (k - 1) / 2 <= 1, condition (C')"
      : c.workers.count > 1     ? "condition (W), that of several workers"
      : c.numbers.relative_variance > 0
          ? "(1 + rho) L alpha lr + " + spread + "(k - 1) (k + 2 rho) <= 1, condition (D)"
          : "L alpha lr + " + spread + "k (k - 1) <= 1, condition (C)";
  // Six digits, unless these make one number of two or change their order.
  constexpr int digits = 6;
  std::string limit = short_text_below(c.gamma_limit, digits);
  std::string lr = c.gamma == c.gamma_limit ? limit : short_text(c.gamma, digits);
  const bool equal = lr == limit && c.gamma != c.gamma_limit;
  const bool turned = admitted && parse_number(lr).value_or(0) > parse_number(limit).value_or(0);
  if (equal || turned) lr = to_text(c.gamma), limit = to_text(c.gamma_limit);
  const std::string rate = "lr = " + lr;
  return {"step_size", admitted, c.constants.smoothness.status,
          rate + (admitted ? " is at most " : " is above ") + limit + ", the limit by " + condition};
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
    warn("k = " + to_text(c.k) + " and alpha = " + short_text(c.alpha, 6) + " admit lr up to " +
         short_text(c.gamma_limit * L, 3) + "/L only; a smaller k or an alpha nearer to 1 admits more");
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
std::optional<theory::BoundTerms> bound_of(const Certificate& c, const Plan& plan) {
  std::optional<theory::BoundTerms> bound;
  if (c.constant_rates) {
    bound = theory::bound(c.numbers, {c.k, c.alpha, c.gamma}, c.workers, *c.steps);
  } else if (c.workers.count == 1) {
    if (const auto rounds = scheduled_rounds(plan, *c.steps))
      bound = theory::bound_of_rounds(c.numbers, *rounds);
  }
  return bound && std::isfinite(bound->total()) ? bound : std::nullopt;
}

Certificate assess(const Plan& plan, ProblemConstants constants) {
  const RateLimits limits = rate_limits(plan, constants);
  const Method& method = limits.method;
  Certificate c;
  c.constants = std::move(constants);
  c.start_loss = plan.start_loss;
  c.gap_rounding = limits.gap_rounding;
  c.numbers = limits.numbers;
  c.k = method.largest_k;
  c.alpha = method.largest_alpha;
  c.gamma = method.largest_rate;
  c.workers = limits.workers;
  c.constant_rates = method.constant;
  c.steps = limits.steps;
  c.applies = plain_sgd(plan.spec.optimizer) && plain_lookahead(plan.spec.lookahead) && !is_game(plan.spec);
  c.assumptions = assumptions_of(plan, c.constants, method);
  warn_of_agents(c, plan.spec);
  const double L = c.numbers.smoothness;
  if (!(L > 0 && std::isfinite(L))) return c;

  c.gamma_safe = limits.safe;
  c.gamma_limit = limits.limit;
  if (!c.applies) return c;
  const bool finite = std::isfinite(c.numbers.variance) && std::isfinite(c.numbers.gap);
  if (c.constant_rates) c.gamma_best = limits.best();
  if (c.gamma == 0) return c;
  const double gamma = c.gamma / (1 + rate_rounding);
  if (c.constant_rates && c.workers.count == 1) c.largest_k = theory::largest_k(c.numbers, c.alpha, gamma);
  const std::array ends = {method.least_alpha, method.largest_alpha};
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

Checked<Certificate> certify(const Plan& plan, Pool& pool) {
  if (plan.constants) return certificate_of_rate(plan);
  auto constants = problem_constants(plan, pool);
  if (!constants) return constants.faults();
  return assess(plan, std::move(*constants));
}

Certificate certificate_of_rate(const Plan& plan) {
  Certificate certificate = assess(plan, *plan.constants);
  if (!certificate.steps && !certificate.numbers.deterministic())
    certificate.warnings.push_back("without a number of steps there is no best lr under noise");
  return certificate;
}

std::vector<Note> rate_notes(const Certificate& certificate) {
  std::vector<Note> notes;
  for (const Assumption& assumption : certificate.assumptions) {
    if (!assumption.holds)
      notes.push_back(warning("the convergence theorem does not cover this run: " + assumption.reason));
  }
  for (const std::string& text : certificate.warnings) notes.push_back(warning(text));
  return notes;
}

}  // namespace lookahead
