#include "run/json.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/file.hpp"
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

Json json_of(const std::vector<Note>& notes) {
  Json list = Json::array();
  for (const Note& note : notes) list.push_back(to_string(note));
  return list;
}

Node node_of(const JsonRead& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return Node::scalar(json.get<bool>() ? "true" : "false");
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool beyond = json.is_number_unsigned() && json.get<std::uint64_t>() > largest;
  if (json.is_number_integer() && !beyond) return Node::scalar(to_text(json.get<std::int64_t>()));
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

// Whether brackets stand inside of each other more often than a file of this program has them: every level of
// nodes takes stack. A callback of the parser would tell as well, but with one the parser goes through a whole
// list again at the end of every object in it.
bool nests_deeply(std::string_view content) {
  constexpr int most_depth = 20;
  int depth = 0;
  bool text = false;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (text) {
      if (c == '\\') ++i;
      if (c == '"') text = false;
    } else if (c == '"') {
      text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > most_depth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Checked<JsonRead> read_json(const std::string& file, std::size_t most_bytes, const std::string& what,
                            const std::string& cure) {
  const auto content = read_file(file, FaultKind::data, most_bytes);
  if (!content) return content.faults();
  return json_object(*content, file, what, cure);
}

std::optional<Json> ordered_object(const std::string& content) {
  if (nests_deeply(content)) return std::nullopt;
  Json json = Json::parse(content, nullptr, false);
  return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
}

Checked<JsonRead> json_object(const std::string& content, const std::string& file, const std::string& what,
                              const std::string& cure) {
  const auto refuse = [&](const std::string& text) {
    return Fault{FaultKind::data, {file, 0, 0}, "is not " + what + ": " + text, cure};
  };
  if (nests_deeply(content)) return refuse("its brackets are nested too deeply");
  try {
    JsonRead json = JsonRead::parse(content);
    if (!json.is_object()) return refuse("it is not a JSON object");
    return json;
  } catch (const JsonRead::parse_error& error) {
    const std::string_view before = std::string_view(content).substr(0, error.byte);
    return refuse("it is not a JSON object, as line " +
                  std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + " tells");
  } catch (const JsonRead::exception&) {
    return refuse("it holds a number beyond the range of doubles");
  }
}

namespace {

// Without the control characters U+007F to U+009F, which JSON allows and terminals obey.
std::string plain_text(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!json.is_string()) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool high = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (!high && byte != 0x7F) {
      out += text[i];
      continue;
    }
    const auto code = high ? static_cast<unsigned char>(text[++i]) : byte;
    append_hex(out += "\\u", code, 4);
  }
  return out;
}

void append_json(std::string& out, const Json& json, std::size_t depth) {
  constexpr std::size_t line_length = 100;
  const auto is_structured = [](const Json& value) { return value.is_structured(); };
  const auto is_text = [](const Json& value) { return value.is_string(); };
  if (json.empty() || !json.is_structured()) {
    out += plain_text(json);
    return;
  }
  if (json.is_array() && std::none_of(json.begin(), json.end(), is_structured) &&
      std::none_of(json.begin(), json.end(), is_text)) {
    // Of numbers alone, as many as a model has weights.
    char before = '[';
    for (const Json& item : json) {
      out += before;
      if (before == ',') out += ' ';
      out += plain_text(item);
      before = ',';
    }
    out += ']';
    return;
  }
  if (json.is_array() && std::none_of(json.begin(), json.end(), is_structured)) {
    std::vector<std::string> items;
    for (const Json& item : json) items.push_back(plain_text(item));
    const std::string line = joined(items, ", ");
    if (line.size() <= line_length) {
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

// Counts of rows, and shares of them by their weights, class by class.
Json confusion_json(const ClassReport& report, const std::vector<std::string>& names) {
  const ClassCounts& counts = report.counts.counts();
  const ClassCounts& shares = report.counts.shares();
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
  Json told = {{"part", Codec<RowsPart>::word(report.part)}, {"classes", names}, {"matrix", matrix}};
  // Shares that do not follow from the matrix say so.
  if (report.counts.weighted()) told["weighted"] = {"precision", "recall", "f1"};
  told["precision"] = of_classes([&](std::size_t c) { return number_or_null(shares.precision(c)); });
  told["recall"] = of_classes([&](std::size_t c) { return number_or_null(shares.recall(c)); });
  told["f1"] = of_classes([&](std::size_t c) { return number_or_null(shares.f1(c)); });
  told["support"] = of_classes([&](std::size_t c) { return static_cast<Index>(counts.support(c)); });
  return told;
}

}  // namespace

std::string text_of(const Json& json) {
  std::string out;
  append_json(out, json, 0);
  return out + "\n";
}

namespace {

template <Scalar T>
std::string text_with(const Json& object, const std::string& key, std::span<const T> numbers) {
  std::string out = text_of(object);
  out.resize(out.size() - std::string_view("\n}\n").size());
  out += ",\n  " + plain_text(Json(key)) + ": [";
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) out += ", ";
    out += Json(static_cast<double>(numbers[i])).dump();
  }
  return out + "]\n}\n";
}

}  // namespace

std::string text_of(const Json& object, const std::string& key, std::span<const float> numbers) {
  return text_with(object, key, numbers);
}

std::string text_of(const Json& object, const std::string& key, std::span<const double> numbers) {
  return text_with(object, key, numbers);
}

Json run_json(const Spec& spec, const Outcome& outcome, const RunFacts& facts) {
  const bool ran = outcome.status != Status::running;
  const auto value = [&](double x) { return ran ? number_or_null(x) : Json(nullptr); };
  const Node resolved = echo(spec);
  Json result = {
      {"loss_slow", value(outcome.loss_slow)},
      {"loss_fast", value(outcome.loss_fast)},
      {"best_loss", value(outcome.best.loss)},
      {"best_step", ran && std::isfinite(outcome.best.loss) ? Json(outcome.best.step) : Json(nullptr)},
      {"grad_norm", value(outcome.grad_norm)},
      {"gap", ran && outcome.gap ? number_or_null(*outcome.gap) : Json(nullptr)}};
  if (spec.stop.patience) {
    result["best_epoch"] = outcome.best_epoch ? Json(*outcome.best_epoch) : Json(nullptr);
    result["best_metric"] = number_or_null(outcome.best_metric);
  }
  for (const ResultMetric& metric : outcome.metrics) {
    result[metric.name] = number_or_null(metric.value);
    if (metric.deviation) result[deviation_name(metric.name)] = number_or_null(*metric.deviation);
  }
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
          {"id", facts.id},
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
          {"ends", json_of(*resolved.find("stop"))},
          {"result", result},
          {"read_s", facts.read_s},
          {"time_s", number_or_null(outcome.time_s)},
          {"elapsed_s", outcome.elapsed_s},
          {"trace_s", number_or_null(outcome.trace_s)},
          {"started", facts.started},
          {"machine", machine()},
          {"pid", process_id()},
          {"host", host_name()},
          {"data", data},
          {"trace", facts.trace.empty() ? Json(nullptr) : Json(facts.trace)},
          {"checkpoint", facts.checkpoint ? Json(*facts.checkpoint) : Json(nullptr)},
          {"certificate", facts.certificate},
          {"warnings", json_of(facts.warnings)}};
}

}  // namespace lookahead
