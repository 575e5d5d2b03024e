#include "run/json.hpp"

#include <algorithm>
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

namespace {

std::string plain_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

void append_json(std::string& out, const Json& json, std::size_t depth) {
  constexpr std::size_t line_length = 100;
  const auto is_structured = [](const Json& value) { return value.is_structured(); };
  const auto is_text = [](const Json& value) { return value.is_string(); };
  if (json.empty() || !json.is_structured()) {
    out += plain_text(json);
    return;
  }
  if (json.is_array() && std::none_of(json.begin(), json.end(), is_structured)) {
    std::vector<std::string> items;
    for (const Json& item : json) items.push_back(plain_text(item));
    const std::string line = joined(items, ", ");
    if (line.size() <= line_length || std::none_of(json.begin(), json.end(), is_text)) {
      out += "[" + line + "]";
      return;
    }
  }
  const std::string indent(2 * depth + 2, ' ');
  bool first = true;
  out += json.is_object() ? '{' : '[';
  for (const auto& [key, value] : json.items()) {
    out += (first ? "\n" : ",\n") + indent;
    if (json.is_object()) out += plain_text(Json(key)) + ": ";
    append_json(out, value, depth + 1);
    first = false;
  }
  out += "\n" + std::string(2 * depth, ' ') + (json.is_object() ? '}' : ']');
}

// Counts and what follows from them, class by class.
Json confusion_json(const ClassReport& report, const std::vector<std::string>& names) {
  const ClassCounts& counts = report.counts.counts();
  const auto of_classes = [&](const auto& value) {
    Json list = Json::array();
    for (std::size_t c = 0; c < names.size(); ++c) list.push_back(value(c));
    return list;
  };
  Json matrix = nullptr;
  if (const auto& cells = report.counts.matrix(); !cells.empty()) {
    matrix = of_classes([&](std::size_t row) {
      return of_classes(
          [&](std::size_t column) { return static_cast<Index>(cells[row * names.size() + column]); });
    });
  }
  return {{"part", report.part},
          {"classes", names},
          {"matrix", matrix},
          {"precision", of_classes([&](std::size_t c) { return number_or_null(counts.precision(c)); })},
          {"recall", of_classes([&](std::size_t c) { return number_or_null(counts.recall(c)); })},
          {"f1", of_classes([&](std::size_t c) { return number_or_null(counts.f1(c)); })},
          {"support", of_classes([&](std::size_t c) { return static_cast<Index>(counts.support(c)); })}};
}

}  // namespace

std::string text_of(const Json& json) {
  std::string out;
  append_json(out, json, 0);
  return out + "\n";
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
  if (spec.stop.patience) {
    result["best_epoch"] = outcome.best_epoch ? Json(*outcome.best_epoch) : Json(nullptr);
    result["best_metric"] = number_or_null(outcome.best_metric);
  }
  for (const auto& [name, metric] : outcome.metrics) result[name] = number_or_null(metric);
  if (outcome.classes) result["confusion"] = confusion_json(*outcome.classes, facts.classes);
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
          {"read_s", facts.read_s},
          {"time_s", outcome.time_s},
          {"elapsed_s", outcome.elapsed_s},
          {"trace_s", outcome.trace_s},
          {"started", facts.started},
          {"machine", machine()},
          {"data", data},
          {"certificate", facts.certificate},
          {"warnings", facts.warnings}};
}

}  // namespace lookahead
