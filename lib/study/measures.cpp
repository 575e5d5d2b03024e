#include "study/measures.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spec/metric_names.hpp"
#include "study/place.hpp"
#include "study/reading.hpp"

namespace lookahead {
namespace {

// Adds the texts that settings give the key, be it written with dots or as maps within each other; of a list all.
void add_below(const Node& node, const std::string& path, std::string_view key,
               std::vector<std::string>& texts) {
  if (path == key) {
    if (node.is_scalar()) texts.push_back(node.text);
    for (const Node& item : node.items) {
      if (item.is_scalar()) texts.push_back(item.text);
    }
    return;
  }
  if (!path.empty() && !key.starts_with(path + ".")) return;
  for (const Node::Member& member : node.members)
    add_below(member.value, path.empty() ? member.key : path + "." + member.key, key, texts);
}

}  // namespace

std::vector<std::string> patience_metrics(const Node& plan) {
  std::vector<std::string> metrics;
  for (const char* block : {"problems", "methods"}) {
    const Node* several = plan.find(block);
    if (several == nullptr) continue;
    for (const Node::Member& member : several->members) {
      add_below(member.value, "", patience_metric, metrics);
      if (const Node* vary = member.value.find("vary")) add_below(*vary, "", patience_metric, metrics);
    }
  }
  if (const Node* vary = plan.find("vary")) add_below(*vary, "", patience_metric, metrics);
  return metrics;
}

void add_own_problems(Study& study, const Node& plan) {
  const Node* methods = plan.find("methods");
  if (methods == nullptr) return;
  for (const Node::Member& method : methods->members) {
    std::vector<std::string> keys;
    for (const Node::Member& setting : method.value.members) {
      if (is_key_of_problem(setting.key)) keys.push_back(setting.key);
    }
    if (!keys.empty())
      study.notes.push_back(warning("the method " + quoted(std::string_view(method.key)) +
                                    " changes the problem itself, by " + joined(keys, ", ") +
                                    ": what is compared are different problems"));
  }
}

void settle_best_metric(Study& study, const std::vector<std::string>& metrics) {
  const auto column = study.find_column("best_metric");
  if (!column || metrics.empty()) return;
  const auto larger = [](const std::string& metric) { return larger_is_better(metric).value_or(false); };
  const auto count = std::count_if(metrics.begin(), metrics.end(), larger);
  study.columns[place(*column)].larger_is_better = count == std::ssize(metrics);
  if (count == 0 || count == std::ssize(metrics)) return;
  std::vector<std::string> names = metrics;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  study.notes.push_back(warning("best_metric is of different metrics, " + joined(names, " and ") +
                                ", and does not compare these runs"));
}

}  // namespace lookahead
