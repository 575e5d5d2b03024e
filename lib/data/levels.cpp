#include "data/levels.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lookahead {
namespace {

using Level = std::pair<std::string, Index>;  // and its rows

// What the group of rare levels is called: a name that no level has.
std::string group_name(const std::vector<Level>& levels) {
  const auto taken = [&](const std::string& name) {
    return std::any_of(levels.begin(), levels.end(), [&](const Level& level) { return level.first == name; });
  };
  std::string name = "other";
  for (int i = 2; taken(name); ++i) name = "other_" + std::to_string(i);
  return name;
}

}  // namespace

void make_levels(const Dictionary& texts, const std::vector<Index>& counts, Index rows,
                 const DataOptions& options, Column& column) {
  std::vector<Level> levels;
  Index grouped = 0;
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    if (counts[id] == 0) continue;
    const std::string& text = *texts[id].text;
    if (texts[id].missing && (!column.missing_level || text < *column.missing_level))
      column.missing_level = text;
    if (counts[id] >= options.rare) {
      levels.emplace_back(text, counts[id]);
    } else {
      column.rare.push_back(text);
      grouped += counts[id];
    }
  }
  if (!column.rare.empty()) {
    std::sort(column.rare.begin(), column.rare.end());
    column.group = group_name(levels);
    levels.emplace_back(*column.group, grouped);
  }
  std::sort(levels.begin(), levels.end());
  if (options.encoding == LevelFeatures::drop_first && !levels.empty()) {
    column.reference = levels.front().first;
    levels.erase(levels.begin());
  }
  for (const auto& [text, count] : levels) {
    column.levels.push_back(text);
    if (options.standardize != Standardize::all) continue;
    const double share = static_cast<double>(count) / static_cast<double>(rows);
    column.level_means.push_back(share);
    column.level_sds.push_back(std::sqrt(share * (1 - share)));
  }
}

}  // namespace lookahead
