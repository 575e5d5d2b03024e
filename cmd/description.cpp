#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "loss/loss.hpp"
#include "metric/metric.hpp"
#include "objective/noise.hpp"
#include "objective/written/terms.hpp"
#include "spec/codecs.hpp"
#include "spec/synonyms.hpp"
#include "study/sweep/run_row.hpp"
#include "study/sweep/sweep_form.hpp"

namespace lookahead::cmd {
namespace {

// Empty where the parameter has none: its value stands outside its own range until it is given.
std::string default_text(const Parameter& parameter, const Values& values) {
  const Node node = parameter.write(values);
  const auto number = node.is_scalar() ? parse_number(node.text) : std::nullopt;
  for (const Limit& limit : parameter.limits) {
    if (number && !limit.allows(*number)) return "";
  }
  if (node.is_scalar()) return node.text.empty() ? "''" : node.text;
  if (const Node* name = node.is_map() ? node.find("name") : nullptr) return name->text;
  if (node.is_list()) {
    std::vector<std::string> items;
    items.reserve(node.items.size());
    for (const Node& item : node.items) items.push_back(item.text);
    return "[" + joined(items, ", ") + "]";
  }
  return node.kind == Node::Kind::empty ? "none" : "";
}

std::string parameter_lines(const Parameters& parameters, const Values& values) {
  std::string text;
  for (const Parameter& parameter : parameters) {
    std::string line = parameter.name + ": " + parameter.type;
    if (const std::string range = range_text(parameter.limits); !range.empty()) line += ", " + range;
    if (!values.empty()) {
      if (const std::string value = default_text(parameter, values); !value.empty())
        line += ", default " + value;
    }
    text += wrapped(line, "  ", "    ") + wrapped(parameter.sentence, "      ", "      ");
  }
  return text;
}

std::string point_text(const std::vector<double>& point) {
  std::vector<std::string> parts;
  parts.reserve(point.size());
  for (const double x : point) parts.push_back(to_text(x));
  return "(" + joined(parts, ", ") + ")";
}

// "[-5, 5]^2", or the intervals where they differ.
std::string domain_text(const Facts& facts) {
  const auto interval = [&](std::size_t i) {
    return "[" + to_text(facts.lower[i]) + ", " + to_text(facts.upper[i]) + "]";
  };
  std::vector<std::string> intervals;
  for (std::size_t i = 0; i < facts.lower.size(); ++i) intervals.push_back(interval(i));
  const bool same = std::all_of(intervals.begin(), intervals.end(),
                                [&](const std::string& text) { return text == intervals.front(); });
  return same ? intervals.front() + "^" + std::to_string(intervals.size()) : joined(intervals, " x ");
}

std::string minima_text(const Facts& facts) {
  std::string text;
  if (facts.minimum) text += "  f* = " + to_text(*facts.minimum) + "\n";
  for (const auto& minimizer : facts.minimizers) text += "  x* = " + point_text(minimizer) + "\n";
  text += std::string("  ") + (facts.convex ? "convex" : "not convex");
  if (facts.smoothness) {
    const char* relation = facts.smoothness_status == Knowledge::exact       ? "= "
                           : facts.smoothness_status == Knowledge::certified ? "<= "
                                                                             : "about ";
    text += std::string(", gradient Lipschitz with L ") + relation + to_text(*facts.smoothness);
  }
  return text + "\n";
}

std::string equilibria_text(const Facts& facts) {
  std::string text;
  for (const auto& point : facts.minimizers) text += "  equilibrium: " + point_text(point) + "\n";
  return text +
         "  loss: 1/2 |V|^2 of the vector field V, 0 exactly at equilibria; gap, target and divergence speak "
         "of "
         "it\n  gradient: V, each player's block the gradient of its own cost; it is not the loss's "
         "gradient\n";
}

std::string facts_text(const FunctionEntry& entry) {
  const auto values = entry.defaults();
  const Facts facts = entry.facts(values, entry.usual_dimension(values));
  const std::string n = to_text(facts.dimension);
  std::string text = "for n = " + n + "\n  domain: " + domain_text(facts) + "\n";
  text += "  start: " + point_text(facts.start) + "\n";
  text += entry.game ? equilibria_text(facts) : minima_text(facts);
  text += "  dimensions: from " + to_text(entry.least(values));
  if (entry.most_dimension > 0) text += " to " + to_text(entry.most_dimension);
  const Index step = entry.step(values);
  if (entry.game && entry.dimension_unit) {
    text += ", multiples of the number of players";
  } else if (step > 1) {
    text += ", multiples of " + to_text(step);
  }
  return text + "\n";
}

// The smallest problem file that uses the item.
std::string smallest(const Item& item) {
  const std::string& name = item.entry->card.name;
  const std::string data = "data: {train: train.csv, target: y}\n";
  if (item.kind == "function") return "objective: " + name + "\noptimizer: adam\n";
  if (item.kind == "game") return "objective: " + name + "\noptimizer: extragradient\n";
  if (item.kind == "optimizer") {
    const Needs needs = static_cast<const OptimizerEntry*>(item.entry)->needs;
    const std::string suited = needs == Needs::finite_sum ? data + "model: linear\n"
                               : needs == Needs::game     ? "objective: bilinear\n"
                                                          : "objective: quadratic\n";
    return suited + "optimizer: " + name + "\n";
  }
  if (item.kind == "outer")
    return "objective: rosenbrock\noptimizer: sgd\nlookahead: {outer: " + name + "}\n";
  if (item.kind == "model") return data + "model: " + name + "\noptimizer: adam\n";
  if (item.kind == "noise") {
    const bool draws = static_cast<bool>(static_cast<const NoiseEntry*>(item.entry)->terms_drawn);
    const std::string function = draws ? "noisy_quadratic" : "sphere";
    return "objective: {function: " + function + ", noise: {" + name + (draws ? ": 8" : ": 0.1") +
           "}}\noptimizer: sgd\n";
  }
  if (item.kind == "schedule") {
    const std::string value = static_cast<const ScheduleEntry*>(item.entry)->example();
    return "objective: rosenbrock\noptimizer: {name: adam, lr: " + value + "}\n";
  }
  if (item.kind == "metric") {
    const bool classes = static_cast<const MetricEntry*>(item.entry)->for_classes;
    return data + "model: " + (classes ? "logistic" : "linear") + "\noptimizer: adam\nmetrics: [" + name +
           "]\n";
  }
  if (item.kind == "penalty") return data + "model: {type: linear, penalty: " + name + "}\noptimizer: adam\n";
  const LossUse use = static_cast<const LossEntry*>(item.entry)->use;
  if (use == LossUse::counts) return data + "model: " + name + "\noptimizer: adam\n";
  const std::string type = use == LossUse::two_classes ? "logistic" : "linear";
  return data + "model: {type: " + type + ", loss: " + name + "}\noptimizer: adam\n";
}

std::string indented(const std::string& text) {
  std::string out = "  ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size()) out += "  ";
  }
  return out;
}

std::string page(const Item& item) {
  const Entry& entry = *item.entry;
  std::string text = entry.card.name + " (" + item.kind + "): " + entry.card.summary + "\n\nformula\n" +
                     indented(entry.card.formula) + "\n";
  if (item.kind == "function" || item.kind == "game")
    text += "\n" + facts_text(static_cast<const FunctionEntry&>(entry));
  if (item.kind == "outer") {
    text += "\nslow step size\n  lookahead.alpha: default " +
            to_text(static_cast<const OptimizerEntry&>(entry).default_rate) + "\n";
  }
  if (item.kind == "optimizer") {
    text += "\nlearning rate\n  lr: default " +
            to_text(static_cast<const OptimizerEntry&>(entry).default_rate) + "\n";
  }
  if (!entry.parameters.empty()) {
    const auto values = entry.defaults();
    text += "\nparameters\n" + parameter_lines(entry.parameters, values);
  }
  return text + "\nreference\n  " + entry.card.reference + "\n\nsmallest problem\n" +
         indented(smallest(item));
}

// The language, its functions and the keys beside a formula.
std::string expression_page() {
  std::string text =
      "expression (an objective of your own, as a formula with exact gradients)\n\n"
      "  objective:\n"
      "    expression: sum(i, 0, n-2, a*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)\n"
      "    dim: 10\n"
      "    constants: {a: 100}\n\n"
      "  x[0] to x[n-1] are the coordinates, n their number; pi, e; + - * / ^ with -x^2 = -(x^2);\n"
      "  comparisons < <= > >= == != are 1 or 0; let name = ...; before the result; # begins a comment.\n"
      "  Ranges include both ends; an element's place is a whole number that does not depend on x.\n"
      "  terms: rows.csv makes it the mean over a table's rows: the point is w, columns go by their names.\n"
      "  sampled: true makes the terms of its first sum those of a finite sum: for minibatches, svrg, saga.\n"
      "  players: {x: 1, y: 1} with costs: {x: ..., y: ...} makes a game of the players' coordinates.\n"
      "  model: {type: linear, loss: {expression: \"log(cosh(p - y))\"}} is a loss of prediction p and target y.\n"
      "  Inside { } an expression stands in quotes.\n\nfunctions\n";
  std::vector<std::pair<std::string, std::string>> calls;
  for (const expression::Function& function : expression::functions()) {
    calls.emplace_back(std::string(function.name) + "(" + std::string(function.arguments) + ")",
                       std::string(function.meaning));
  }
  text += meanings(calls);
  text +=
      "\nkeys of an objective\n"
      " all but a game\n"
      "  dim: integer, >= 1\n"
      "      the number of coordinates; it has to be given\n";
  const std::pair<const char*, const FunctionEntry*> kinds[] = {{"a function", &written::function_entry()},
                                                                {"a sum over rows", &written::terms_entry()},
                                                                {"a game", &written::game_entry()}};
  for (const auto& [kind, entry] : kinds)
    text += std::string(" ") + kind + "\n" + parameter_lines(entry->parameters, entry->defaults());
  return text;
}

// Whether a column goes by that name: its own, or that of its pattern, where <metric> stands for a metric's name, T
// for a number and i for a coordinate's.
bool is_named(const TraceColumn& column, const std::string& name) {
  if (column.name == name) return true;
  const auto begins_with = [&](std::size_t fixed) {
    return name.size() > fixed && name.compare(0, fixed, column.name, 0, fixed) == 0;
  };
  if (const std::size_t metric = column.name.find('<'); metric != std::string::npos)
    return begins_with(metric) && metric_catalog().find(name.substr(metric)) != nullptr;
  const std::size_t fixed = column.name.size() - 1;
  if (!begins_with(fixed)) return false;
  if (column.name.ends_with("_i")) return parse_integer(name.substr(fixed)).has_value();
  return column.name.ends_with("_T") && parse_number(name.substr(fixed)).has_value();
}

// What stands in a column of a trace or of a sweep.
std::string column_text(const std::string& name) {
  for (const auto* columns : {&trace_columns(), &sweep_columns()}) {
    for (const TraceColumn& column : *columns) {
      if (is_named(column, name)) return name + " (column of results)\n\n  " + column.sentence + "\n";
    }
  }
  return "";
}

// A key of a problem file, one of `keys`: what it is and takes, and the keys in it.
std::string key_text(const SettableKey& key, const std::vector<SettableKey>& keys) {
  constexpr std::size_t most_listed = 12;
  std::string text = key.path + " (key of a problem file)\n\n";
  if (!key.sentence.empty()) text += "  " + key.sentence + "\n";
  if (key.sentence.empty()) {
    const std::string above = key.path.text().substr(0, key.path.text().rfind('.'));
    const auto block =
        std::ranges::find_if(keys, [&](const SettableKey& other) { return other.path == above; });
    if (block != keys.end()) text += "  of " + above + ": " + block->sentence + "\n";
  }
  if (key.words == std::vector<std::string>{"none"}) {
    text += "  none leaves it out\n";
  } else if (!key.words.empty()) {
    text += "  names and words it takes: " + joined(key.words, ", ") + "\n";
  }
  std::vector<std::pair<std::string, std::string>> inner;
  for (const SettableKey& other : keys) {
    const std::string& path = other.path.text();
    if (path.starts_with(key.path + ".") && path.find('.', key.path.text().size() + 1) == std::string::npos)
      inner.emplace_back(path.substr(key.path.text().size() + 1), other.sentence);
  }
  if (inner.size() > most_listed) inner.clear();
  if (!inner.empty()) text += "\nas a map, it takes\n" + meanings(inner);
  const std::string first = inner.empty() ? "" : " or " + key.path + "." + inner.front().first + "=VALUE";
  return text + "\non the command line\n  --set " + key.path + "=VALUE" + first + "\n";
}

// A key of a sweep file.
std::string sweep_key_text(const std::string& name) {
  for (const SweepKey& key : sweep_keys()) {
    if (key.name == name) {
      return name + " (key of a sweep file)\n\n  " + key.sentence +
             "\n\nall keys of sweep files\n  lookahead help sweep-file\n";
    }
  }
  return "";
}

// The keys whose last part is that name: those nearest to the top in full, the others by their paths. An item's
// parameters are on its page.
std::string named_keys_text(const std::string& name) {
  const std::vector<SettableKey> keys = settable_keys(problem_form());
  const auto dots = [](const SettableKey& key) { return std::ranges::count(key.path.text(), '.'); };
  std::vector<const SettableKey*> named;
  for (const SettableKey& key : keys) {
    if (key.path.text().ends_with("." + name)) named.push_back(&key);
  }
  std::stable_sort(named.begin(), named.end(),
                   [&](const auto* a, const auto* b) { return dots(*a) < dots(*b); });
  std::string text;
  std::vector<std::string> deeper;
  for (const SettableKey* key : named) {
    if (dots(*key) > dots(*named.front())) {
      deeper.push_back(key->path.text());
    } else {
      text += (text.empty() ? "" : "\n") + key_text(*key, keys);
    }
  }
  constexpr std::size_t most_shown = 8;
  if (deeper.size() > most_shown) {
    deeper.resize(most_shown);
    deeper.emplace_back("...");
  }
  return text + (deeper.empty() ? "" : "\nalso\n  " + joined(deeper, ", ") + "\n");
}

}  // namespace

std::string description_of(const std::string& name, std::vector<std::string>& names) {
  std::string text;
  for (const Item& item : all_items()) {
    names.push_back(item.entry->card.name);
    if (item.entry->card.name == name) text += (text.empty() ? "" : "\n") + page(item);
  }
  const Spec defaults;
  for (const Section& section : sections()) {
    names.push_back(section.name);
    if (section.name != name) continue;
    text += (text.empty() ? "" : "\n") + section.name + " (block of a problem file)\n\n" +
            parameter_lines(*section.parameters, section.defaults);
  }
  names.push_back("expression");
  if (name == "expression") text = expression_page() + "\n" + text;
  names.push_back("problem");
  for (const SweepKey& key : sweep_keys()) names.push_back(key.name);
  if (name == "problem")
    text = "problem (the keys of a problem file)\n\n" + parameter_lines(problem_parameters(), Values());
  if (text.empty()) text = named_keys_text(name);
  for (const std::string& part : {sweep_key_text(name), column_text(name)}) {
    if (!part.empty()) text += (text.empty() ? "" : "\n") + part;
  }
  if (text.empty()) {
    const std::vector<SettableKey> keys = settable_keys(problem_form());
    for (const SettableKey& key : keys) {
      names.push_back(key.path.text());
      if (key.path == name) text = key_text(key, keys);
    }
  }
  return text;
}

}  // namespace lookahead::cmd
