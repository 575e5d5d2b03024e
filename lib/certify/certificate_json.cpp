#include "certify/certificate_json.hpp"

#include "certify/prospects.hpp"

namespace lookahead {
namespace {

Json number(const std::optional<double>& value) { return value ? number_or_null(*value) : Json(nullptr); }

// Counts of steps are whole, as far as doubles count them.
Json steps_json(const std::optional<double>& steps) {
  constexpr double most = 9e15;
  if (steps && *steps <= most) return static_cast<Index>(*steps);
  return number(steps);
}

Json known(const Constant& constant) {
  return {{"value", number_or_null(constant.value)},
          {"status", Codec<Knowledge>::word(constant.status)},
          {"reason", constant.reason}};
}

Json assumption_json(const Assumption& assumption) {
  return {{"name", assumption.name},
          {"holds", assumption.holds},
          {"status", Codec<Knowledge>::word(assumption.status)},
          {"reason", assumption.reason}};
}

Json terms_json(const Certificate& c) {
  if (!c.bound) return nullptr;
  Json terms = {number_or_null(c.bound->start), number_or_null(c.bound->noise),
                number_or_null(c.bound->disagreement)};
  if (c.workers.count > 1) terms.push_back(number_or_null(c.bound->workers));
  return terms;
}

}  // namespace

Json certificate_json(const Certificate& c, std::optional<double> epsilon) {
  Json assumptions = Json::array();
  for (const Assumption& assumption : c.assumptions) assumptions.push_back(assumption_json(assumption));
  const auto of_agents = [&](double gamma) {
    return c.applies && gamma > 0 ? number_or_null(gamma) : Json(nullptr);
  };
  const auto steps = epsilon ? steps_for_epsilon(c, *epsilon) : std::nullopt;
  const auto best = epsilon ? steps_for_epsilon_best(c, *epsilon) : std::nullopt;
  Json json = {{"L", number_or_null(c.numbers.smoothness)},
               {"sigma2", number_or_null(c.numbers.variance)},
               {"rho", number_or_null(c.numbers.relative_variance)},
               {"f_inf", number_or_null(c.constants.infimum.value)},
               {"delta", number_or_null(c.numbers.gap)},
               {"k", c.k},
               {"alpha", c.alpha},
               {"workers", c.workers.count},
               {"steps", steps_json(c.steps)},
               {"gamma", number_or_null(c.gamma)},
               {"gamma_safe", of_agents(c.gamma_safe)},
               {"gamma_limit", of_agents(c.gamma_limit)},
               {"gamma_best", number(c.gamma_best)},
               {"largest_k", c.largest_k ? Json(*c.largest_k) : Json(nullptr)},
               {"bound", c.bound ? number_or_null(c.bound->total()) : Json(nullptr)},
               {"bound_terms", terms_json(c)},
               {"bound_of", c.constant_rates ? "mean" : "mean weighted by alpha lr"},
               {"bound_sharper", number_or_null(c.sharper_bound)},
               {"epsilon", number(epsilon)},
               {"steps_for_epsilon", steps_json(steps)},
               {"steps_for_epsilon_best", steps_json(best)},
               {"constants",
                {{"L", known(c.constants.smoothness)},
                 {"sigma2", known(c.constants.variance)},
                 {"rho", known(c.constants.relative_variance)},
                 {"f_inf", known(c.constants.infimum)}}},
               {"assumptions", assumptions},
               {"warnings", c.warnings},
               {"verdict", Codec<Verdict>::word(c.verdict())}};
  if (c.workers.count > 1) json["constants"]["zeta2"] = known(c.constants.heterogeneity);
  return json;
}

Json grid_json(const Certificate& certificate, std::optional<double> epsilon) {
  Json table = Json::array();
  for (const Prospect& row : prospects(certificate, epsilon)) {
    table.push_back({{"k", row.k},
                     {"alpha", row.alpha},
                     {"gamma_limit", number_or_null(row.gamma_limit)},
                     {"gamma_best", number(row.gamma_best)},
                     {"bound", number(row.bound)},
                     {"steps_for_epsilon", steps_json(row.steps)}});
  }
  return table;
}

Json evidence_json(const Evidence& evidence, std::optional<double> epsilon) {
  Json json = certificate_json(evidence.certificate, epsilon);
  const EvidenceRow* last = evidence.rows.empty() ? nullptr : &evidence.rows.back();
  const EvidenceRow* worst = evidence.worst();
  json["name"] = evidence.name;
  json["status"] = Codec<Status>::word(evidence.status);
  json["runs"] = evidence.runs;
  json["rows"] = evidence.rows.size();
  json["lacks"] = evidence.lacks_gradients ? Json("trace.gradients") : Json(nullptr);
  json["measured_over"] = evidence.exact ? "every step" : "recorded rows";
  json["measured_steps"] = last == nullptr ? Json(nullptr) : Json(last->step);
  json["measured"] = last == nullptr ? Json(nullptr) : number_or_null(last->measured);
  json["measured_bound"] =
      last == nullptr || !last->bound ? Json(nullptr) : number_or_null(last->bound->total());
  const EvidenceRow* posterior = evidence.last_posterior();
  json["posterior_bound"] = posterior == nullptr ? Json(nullptr) : number_or_null(posterior->posterior);
  json["worst_ratio"] =
      worst == nullptr ? Json(nullptr) : number_or_null(worst->measured / worst->bound->total());
  json["verdict"] = Codec<RunVerdict>::word(evidence.verdict());
  return json;
}

}  // namespace lookahead
