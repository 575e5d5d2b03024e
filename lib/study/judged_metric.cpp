#include "study/judged_metric.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spec/metric_names.hpp"
#include "study/place.hpp"

namespace lookahead {
namespace {

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

void add_settings_of(const Node& settings, std::string_view key, std::vector<std::string>& texts) {
  add_below(settings, "", key, texts);
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
