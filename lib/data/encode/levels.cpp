#include "data/encode/levels.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "data/read/label.hpp"

namespace lookahead {
namespace {

using Level = std::pair<std::string, double>;  // and its rows

// What the group of rare levels is called: a name that no other level has.
std::string group_name(const std::vector<Level>& levels) {
  const auto taken = [&](const std::string& name) {
    return std::any_of(levels.begin(), levels.end(), [&](const Level& level) { return level.first == name; });
  };
  std::string name = "other";
  for (int i = 2; taken(name); ++i) name = "other_" + std::to_string(i);
  return name;
}

void sort_by_label(std::vector<Level>& levels) {
  std::vector<std::string> names;
  names.reserve(levels.size());
  std::map<std::string, double> counts(levels.begin(), levels.end());
  for (const Level& level : levels) names.push_back(level.first);
  sort_labels(names);
  for (std::size_t i = 0; i < names.size(); ++i) levels[i] = {names[i], counts[names[i]]};
}

}  // namespace

void make_levels(const Dictionary& texts, const std::vector<double>& counts, double rows,
                 const DataOptions& options, const NumberFormat& format, Column& column) {
  std::map<std::string, double> rows_of;
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    if (counts[id] == 0) continue;
    const std::string& text = *texts[id].text;
    if (texts[id].missing && (!column.missing_level || text < *column.missing_level))
      column.missing_level = text;
    rows_of[column.by_number && !texts[id].missing ? label_name(text, format) : text] += counts[id];
  }
  std::vector<Level> levels;
  double grouped = 0;
  // Sums of weights that are meant to reach it may be rounded to a little less.
  const double enough = static_cast<double>(options.rare) * (1 - 1e-9);
  for (const auto& [name, count] : rows_of) {
    if (count >= enough) {
      levels.emplace_back(name, count);
    } else {
      column.rare.push_back(name);
      grouped += count;
    }
  }
  if (!column.rare.empty()) {
    column.group = group_name(levels);
    // A rare level of that name is the group itself.
    std::erase(column.rare, *column.group);
    levels.emplace_back(*column.group, grouped);
  }
  if (column.by_number)
    sort_by_label(levels);
  else
    std::sort(levels.begin(), levels.end());
  const bool constant = levels.size() == 1;
  if (options.encoding == LevelFeatures::drop_first && !levels.empty()) {
    column.reference = levels.front().first;
    levels.erase(levels.begin());
  }
  for (const auto& [text, count] : levels) {
    column.levels.push_back(text);
    if (options.standardize != Standardize::all) continue;
    // Sums of weights in two orders may differ by rounding.
    const double share = constant ? 1 : std::min(1.0, count / rows);
    column.level_means.push_back(share);
    column.level_sds.push_back(std::sqrt(share * (1 - share)));
  }
}

}  // namespace lookahead
