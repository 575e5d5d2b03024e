#include "run/requirement.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "run/folds.hpp"
#include "run/json.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

using Relation = Requirement::Relation;

std::string symbol(Relation relation) {
  switch (relation) {
    case Relation::above:
      return ">";
    case Relation::at_least:
      return ">=";
    case Relation::below:
      return "<";
    case Relation::at_most:
      break;
  }
  return "<=";
}

bool holds(double value, const Requirement& requirement) {
  switch (requirement.relation) {
    case Relation::above:
      return value > requirement.figure;
    case Relation::at_least:
      return value >= requirement.figure;
    case Relation::below:
      return value < requirement.figure;
    case Relation::at_most:
      break;
  }
  return value <= requirement.figure;
}

Place place_of(const std::string& requirement) { return {"--require " + requirement, 0, 0}; }

}  // namespace

std::string Requirement::text() const { return key + symbol(relation) + to_text(figure); }

Checked<Requirement> read_requirement(const std::string& text) {
  const Fault malformed{FaultKind::usage, place_of(quoted(text)),
                        "must be a key of result, one of > >= < <=, and a number",
                        "for example --require 'val_accuracy>=0.85'"};
  const std::size_t sign = text.find_first_of("<>");
  if (sign == std::string::npos) return malformed;
  const bool equal = text.compare(sign + 1, 1, "=") == 0, above = text[sign] == '>';
  Requirement requirement;
  requirement.key = trimmed(std::string_view(text).substr(0, sign));
  requirement.relation =
      above ? (equal ? Relation::at_least : Relation::above) : (equal ? Relation::at_most : Relation::below);
  const auto figure = parse_number(trimmed(std::string_view(text).substr(sign + (equal ? 2 : 1))));
  const bool named = !requirement.key.empty() && requirement.key.find('=') == std::string::npos;
  if (!named || !figure || !std::isfinite(*figure)) return malformed;
  requirement.figure = *figure;
  return requirement;
}

std::vector<std::string> result_keys(const Spec& spec) {
  std::vector<std::string> keys;
  const Json whole = run_json(spec, Outcome{}, RunFacts{});
  for (const auto& [key, value] : whole["result"].items()) keys.push_back(key);
  for (const std::string& name : metric_columns(spec)) keys.push_back(name);
  if (spec.data && spec.data->validation.folds > 0) {
    for (const std::string& name : validation_columns(spec)) {
      keys.push_back(name);
      keys.push_back(deviation_name(name));
    }
  }
  if (spec.data && spec.data->test) {
    for (const std::string& name : test_columns(spec)) keys.push_back(name);
  }
  return keys;
}

Faults unknown_keys(const std::vector<Requirement>& requirements, const Spec& spec) {
  if (requirements.empty()) return {};
  const auto keys = result_keys(spec);
  Faults faults;
  for (const Requirement& requirement : requirements) {
    if (std::find(keys.begin(), keys.end(), requirement.key) != keys.end()) continue;
    const std::string near = suggestion(requirement.key, keys);
    faults.push_back({FaultKind::usage, place_of(requirement.text()),
                      "there is no " + quoted(requirement.key) + " in the result of this problem",
                      (near.empty() ? "" : near + " ") + "there are " + joined(keys, ", ")});
  }
  return faults;
}

Faults missed(const std::vector<Requirement>& requirements, const std::string& run_json) {
  if (requirements.empty()) return {};
  const Json json = Json::parse(run_json, nullptr, false);
  const auto found = json.is_object() ? json.find("result") : json.end();
  const Json result = found != json.end() && found->is_object() ? *found : Json::object();
  Faults faults;
  for (const Requirement& requirement : requirements) {
    const Json value = result.value(requirement.key, Json());
    if (value.is_number() && holds(value.get<double>(), requirement)) continue;
    faults.push_back({FaultKind::data, place_of(requirement.text()),
                      requirement.key + " is " +
                          (value.is_number() ? to_text(value.get<double>()) : "undefined") +
                          ", required is " + symbol(requirement.relation) + " " + to_text(requirement.figure),
                      ""});
  }
  return faults;
}

}  // namespace lookahead
