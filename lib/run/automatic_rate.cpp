#include "run/automatic_rate.hpp"

#include <array>
#include <cmath>

#include "base/text.hpp"
#include "run/constants.hpp"

namespace lookahead {

std::optional<double> RateLimits::best() const {
  if (!steps || !std::isfinite(numbers.variance) || !std::isfinite(numbers.gap)) return std::nullopt;
  return theory::gamma_best(numbers, method.largest_k, method.largest_alpha, workers, *steps);
}

RateLimits rate_limits(const Plan& plan, const ProblemConstants& constants) {
  RateLimits limits;
  limits.method = method_of(plan.spec);
  const double infimum = constants.infimum.value;
  limits.numbers = {constants.smoothness.value, constants.variance.value, constants.relative_variance.value,
                    std::max(0.0, plan.start_loss - infimum)};
  limits.workers = {limits.method.workers, constants.heterogeneity.value};
  const double unit = plan.about().precision == Precision::single_precision
                          ? std::numeric_limits<float>::epsilon()
                          : std::numeric_limits<double>::epsilon();
  limits.gap_rounding = unit * (std::abs(plan.start_loss) + std::abs(infimum));
  limits.steps = planned_steps(plan);
  const double L = limits.numbers.smoothness;
  if (!(L > 0 && std::isfinite(L))) return limits;
  // The condition is convex in alpha, so that one of the ends is the worst.
  limits.safe = limits.limit = limits.moderate = std::numeric_limits<double>::infinity();
  const Index k = limits.method.largest_k;
  for (const double alpha : std::array{limits.method.least_alpha, limits.method.largest_alpha}) {
    limits.safe = std::min(limits.safe, theory::gamma_safe(L, k, alpha, limits.numbers.relative_variance));
    limits.limit = std::min(limits.limit, theory::gamma_limit(limits.numbers, k, alpha, limits.workers));
    limits.moderate =
        std::min(limits.moderate, theory::gamma_limit(limits.numbers, k, alpha, limits.workers, 0.5));
  }
  return limits;
}

Checked<Done> settle_rate(Plan& plan, Pool& pool) {
  auto constants = problem_constants(plan, pool);
  if (!constants) return constants.faults();
  plan.constants = std::move(*constants);
  const RateLimits limits = rate_limits(plan, *plan.constants);
  const auto refuse = [&](const std::string& why) {
    return Fault{FaultKind::problem, plan.spec.optimizer_place, "optimizer.lr: auto finds no step: " + why,
                 "give a number"};
  };
  const theory::Constants& numbers = limits.numbers;
  if (!std::isfinite(numbers.variance)) return refuse(plan.constants->variance.reason);
  if (!std::isfinite(numbers.smoothness)) return refuse("no smoothness constant was found");
  // Under schedules of k and alpha the best of the largest ones stands for all.
  const std::optional<double> best = limits.best();
  const double gamma = std::min(best.value_or(limits.moderate), limits.limit);
  if (gamma == 0 && numbers.gap == 0 && numbers.smoothness > 0)
    return refuse("the start is a minimum already, and noise makes every step a loss");
  if (!(gamma > 0 && std::isfinite(gamma))) return refuse("the objective has no curvature");
  plan.spec.optimizer.rate = {Scheduled::constant(gamma), false};
  const Method& method = limits.method;
  plan.notes.push_back(
      {Note::Kind::rate,
       "optimizer.lr: auto is " + to_text(gamma) +
           (gamma == limits.limit ? std::string(", the largest that the convergence theorem admits")
                                  : (best ? ", the best for " + to_text(*limits.steps) + " steps"
                                          : std::string(", with kappa at most 1/2 in condition (W)")) +
                                        " (up to " + to_text(limits.limit) + " is admitted)") +
           ", for " + (method.constant ? "" : "constant rates of ") + "k = " + to_text(method.largest_k) +
           ", alpha = " + to_text(method.largest_alpha)});
  for (const auto& [name, constant] :
       {std::pair("L", &plan.constants->smoothness), std::pair("sigma^2", &plan.constants->variance),
        std::pair("f_inf", &plan.constants->infimum)}) {
    if (!std::isfinite(constant->value)) continue;
    plan.notes.push_back({Note::Kind::rate, std::string("optimizer.lr: auto takes ") + name + " = " +
                                                short_text(constant->value, 6) + " (" +
                                                Codec<Knowledge>::word(constant->status) + ": " +
                                                constant->reason + ")"});
  }
  return Done{};
}

}  // namespace lookahead
