#include "run/json.hpp"

#include <cmath>

#include "base/text.hpp"
#include "run/version.hpp"
#include "spec/problem.hpp"

namespace lookahead {

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return nullptr;
    case Node::Kind::list: {
      Json list = Json::array();
      for (const Node& item : node.items) list.push_back(json_of(item));
      return list;
    }
    case Node::Kind::map: {
      Json map = Json::object();
      for (const Node::Member& member : node.members) map[member.key] = json_of(member.value);
      return map;
    }
    case Node::Kind::scalar:
      break;
  }
  if (node.quoted) return node.text;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  // Decimal points and exponents make a double, so that 1e6 of an integer parameter stays an integer.
  if (const auto integer = parse_integer(node.text)) return *integer;
  if (const auto number = parse_number(node.text)) return number_or_null(*number);
  return node.text;
}

Node node_of(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return Node::scalar(json.get<bool>() ? "true" : "false");
  if (json.is_number_integer()) return Node::scalar(to_text(json.get<std::int64_t>()));
  if (json.is_number()) return Node::scalar(to_text(json.get<double>()));
  if (json.is_string()) return Node::scalar(json.get<std::string>(), true);
  Node node = json.is_array() ? Node::list({}) : Node::map();
  for (const auto& [key, value] : json.items()) {
    if (json.is_array()) {
      node.items.push_back(node_of(value));
    } else {
      node.members.push_back({key, {}, node_of(value)});
    }
  }
  return node;
}

Json run_json(const Spec& spec, const Outcome& outcome, const RunFacts& facts) {
  const bool ran = outcome.status != Status::running;
  const auto value = [&](double x) { return ran ? number_or_null(x) : Json(nullptr); };
  const Node resolved = echo(spec);
  Json result = {{"loss_slow", value(outcome.loss_slow)},
                 {"loss_fast", value(outcome.loss_fast)},
                 {"best_loss", value(outcome.best.loss)},
                 {"best_step", ran ? Json(outcome.best.step) : Json(nullptr)},
                 {"grad_norm", value(outcome.grad_norm)},
                 {"gap", ran && outcome.gap ? number_or_null(*outcome.gap) : Json(nullptr)}};
  for (const auto& [name, metric] : outcome.metrics) result[name] = number_or_null(metric);
  Json data = nullptr;
  if (spec.data) {
    data = {{"train", spec.data->train.text()},
            {"rows", facts.rows},
            {"columns", facts.columns},
            {"parameters", facts.parameters}};
  }
  return {{"name", spec.name},
          {"version", version()},
          {"status", Codec<Status>::word(outcome.status)},
          {"stop", outcome.stop ? Json(Codec<StopReason>::word(*outcome.stop)) : Json(nullptr)},
          {"steps", outcome.counts.steps},
          {"rounds", outcome.counts.rounds},
          {"epochs", spec.data ? Json(outcome.counts.epochs) : Json(nullptr)},
          {"grad_evals", outcome.counts.grad_evals},
          {"seed", spec.seed},
          {"threads", facts.threads},
          {"precision", Codec<Precision>::word(spec.precision)},
          {"optimizer", json_of(*resolved.find("optimizer"))},
          {"lookahead", json_of(*resolved.find("lookahead"))},
          {"result", result},
          {"time_s", outcome.time_s},
          {"elapsed_s", outcome.elapsed_s},
          {"trace_s", outcome.trace_s},
          {"started", facts.started},
          {"machine", machine()},
          {"data", data},
          {"warnings", facts.warnings}};
}

}  // namespace lookahead
