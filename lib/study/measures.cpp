#include "study/measures.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spec/metric_names.hpp"
#include "study/place.hpp"
#include "study/reading.hpp"

namespace lookahead {
namespace {

constexpr std::string_view patience = "stop.patience";

// Adds what a value of stop.patience is judged by.
void add_of_patience(const Node& value, std::vector<std::string>& metrics) {
  if (value.is_list()) {
    for (const Node& item : value.items) add_of_patience(item, metrics);
  } else if (const Node* metric = value.find("metric"); metric != nullptr && metric->is_scalar()) {
    metrics.push_back(metric->text);
  } else if (value.kind != Node::Kind::empty) {
    metrics.push_back(PatienceSpec{}.metric);
  }
}

// Adds what settings judge by, be the key written with dots or as maps within each other; `path` leads to `node`.
void add_metrics(const Node& node, const Path& path, std::vector<std::string>& metrics) {
  if (path == patience_metric) {
    if (node.is_scalar()) metrics.push_back(node.text);
    for (const Node& item : node.items) {
      if (item.is_scalar()) metrics.push_back(item.text);
    }
    return;
  }
  if (path == patience) return add_of_patience(node, metrics);
  if (!path.top() && !patience.starts_with(path + ".")) return;
  for (const Node& item : node.items) add_metrics(item, path, metrics);
  for (const Node::Member& member : node.members) add_metrics(member.value, path / member.key, metrics);
}

std::vector<std::string> metrics_of(const Node* settings) {
  std::vector<std::string> metrics;
  if (settings != nullptr) add_metrics(*settings, Path(), metrics);
  return metrics;
}

}  // namespace

std::vector<std::string> patience_metrics(const Node& plan) {
  // What varies applies after the method, which applies after the problem.
  std::vector<std::string> varied = metrics_of(plan.find("vary"));
  if (const Node* together = plan.find("together")) add_metrics(*together, Path(), varied);
  if (!varied.empty()) return varied;
  std::vector<std::string> of_problems, metrics;
  if (const Node* problems = plan.find("problems")) {
    for (const Node::Member& problem : problems->members) add_metrics(problem.value, Path(), of_problems);
  }
  const Node* methods = plan.find("methods");
  if (methods == nullptr || methods->members.empty()) return of_problems;
  for (const Node::Member& method : methods->members) {
    auto own = metrics_of(method.value.find("vary"));
    if (own.empty()) own = metrics_of(&method.value);
    if (own.empty()) own = of_problems;
    metrics.insert(metrics.end(), own.begin(), own.end());
  }
  return metrics;
}

void add_own_problems(Study& study, const Node& plan) {
  const Node* methods = plan.find("methods");
  if (methods == nullptr) return;
  for (const Node::Member& method : methods->members) {
    std::vector<std::string> keys;
    const auto add_from = [&keys](const Node& settings) {
      for (const Node::Member& setting : settings.members) {
        if (is_key_of_problem(setting.key)) keys.push_back(setting.key);
      }
    };
    add_from(method.value);
    if (const Node* varied = method.value.find("vary")) add_from(*varied);
    if (!keys.empty())
      study.notes.push_back(warning("the method " + quoted(std::string_view(method.key)) +
                                    " changes the problem itself, by " + joined(keys, ", ") +
                                    ": what is compared are different problems"));
  }
}

void settle_best_metric(Study& study, const std::vector<std::string>& metrics) {
  const auto column = study.find_column("best_metric");
  if (!column || metrics.empty()) return;
  std::vector<std::string> names = metrics;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  study.columns[place(*column)].larger_is_better =
      std::all_of(names.begin(), names.end(),
                  [](const std::string& metric) { return larger_is_better(metric).value_or(false); });
  if (names.size() == 1) return;
  study.notes.push_back(warning("best_metric is of different metrics, " + joined(names, " and ") +
                                ", and does not compare these runs"));
}

}  // namespace lookahead
