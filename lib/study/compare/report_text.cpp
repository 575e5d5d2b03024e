#include <algorithm>
#include <cmath>
#include <set>

#include "base/counted.hpp"
#include "base/table_text.hpp"
#include "base/text.hpp"
#include "study/compare/cautions.hpp"
#include "study/compare/report.hpp"
#include "study/compare/words.hpp"
#include "study/place.hpp"

namespace lookahead {
namespace {

std::string shown_count(Index count) { return to_text(count); }

std::string label_of(const Comparison& comparison, Index group) {
  return visible(comparison.labels[place(group)]);
}

std::string between_text(const statistics::Interval& interval) {
  return figure_text(interval.low) + " to " + figure_text(interval.high);
}

// Why a group has no figures; empty where it has.
std::string why_none(const GroupResult& group) {
  if (group.runs > 0) return "";
  std::vector<std::string> parts;
  if (group.failed > 0) parts.push_back(shown_count(group.failed) + " failed");
  if (group.dropped > 0) parts.push_back(shown_count(group.dropped) + " dropped");
  if (group.other > 0) parts.push_back(shown_count(group.other) + " not ended, or without a value");
  return "no run has a value" + (parts.empty() ? "" : ": " + joined(parts, ", "));
}

// Where a group stands: "best of 5 points: optimizer.lr = 0.01 (at the grid's edge)".
std::string place_text(const GroupResult& group) {
  std::string text = group.settings;
  if (text.empty()) return text;
  if (group.points > 1) text = "best of " + shown_count(group.points) + " points: " + text;
  if (!group.edges.empty()) {
    std::vector<std::string> keys;
    for (const GridEdge& edge : group.edges) keys.push_back(edge.key);
    text += " (at the grid's edge: " + joined(keys, ", ") + ")";
  }
  return visible(text);
}

TextTable groups_table(const Comparison& comparison, const ComparedSection& section) {
  TextTable table{{comparison.by == "method" ? "method" : visible(comparison.by), "median", "95 % interval",
                   "quartiles", "runs", "diverged"},
                  {},
                  {}};
  for (const GroupResult& group : section.groups) {
    const auto& quartiles = group.quartiles;
    table.rows.push_back({label_of(comparison, group.group), quartiles ? figure_text(quartiles->median) : "-",
                          group.interval ? between_text(*group.interval) : "-",
                          quartiles ? between_text({quartiles->lower, quartiles->upper}) : "-",
                          shown_count(group.runs), shown_count(group.diverged)});
    std::string note = section.point.empty() ? place_text(group) : "";
    if (const std::string why = why_none(group); !why.empty())
      note.append(note.empty() ? "" : "; ").append(why);
    table.notes.push_back(std::move(note));
  }
  return table;
}

TextTable contrasts_table(const Comparison& comparison, const std::vector<Contrast>& contrasts) {
  const bool ratios =
      std::all_of(contrasts.begin(), contrasts.end(), [](const Contrast& one) { return one.ratio; });
  const bool differences =
      std::none_of(contrasts.begin(), contrasts.end(), [](const Contrast& one) { return one.ratio; });
  TextTable table{{"contrast",
                   ratios        ? "ratio"
                   : differences ? "difference"
                                 : "effect",
                   "95 % interval", "wins", "pairs", "p", "p (Holm)"},
                  {},
                  {}};
  for (const Contrast& contrast : contrasts) {
    std::string won = short_text(contrast.wins, 3);
    // Draws from equal numbers are equal, which says nothing of others.
    if (contrast.wins_interval && contrast.wins_interval->low < contrast.wins_interval->high)
      won += " (" + short_text(contrast.wins_interval->low, 2) + " to " +
             short_text(contrast.wins_interval->high, 2) + ")";
    table.rows.push_back(
        {label_of(comparison, contrast.group) + " : " + label_of(comparison, contrast.reference),
         effect_text(contrast), contrast.interval ? interval_text(contrast) : "-", won,
         shown_count(contrast.pairs), short_text(contrast.p, 2), short_text(contrast.p_holm, 2)});
  }
  return table;
}

// Of many targets those spread evenly over them: more columns than a line holds say less than a few.
std::vector<std::string> shown_targets(const Comparison& comparison, const ComparedSection& section) {
  std::vector<std::string> met, shown;
  for (const std::string& target : comparison.targets) {
    const auto measured = [&](const GroupResult& group) { return target_in(group, target) != nullptr; };
    if (std::ranges::any_of(section.groups, measured)) met.push_back(target);
  }
  constexpr std::size_t most = 5;
  if (met.size() <= most) return met;
  for (std::size_t i = 0; i < most; ++i) shown.push_back(met[i * (met.size() - 1) / (most - 1)]);
  return shown;
}

TextTable targets_table(const Comparison& comparison, const ComparedSection& section) {
  TextTable table{{"evaluations to"}, {}, {}};
  const std::vector<std::string> targets = shown_targets(comparison, section);
  table.header.insert(table.header.end(), targets.begin(), targets.end());
  for (const GroupResult& group : section.groups) {
    std::vector<std::string> row = {label_of(comparison, group.group)};
    for (const std::string& name : targets) {
      const TargetResult* target = target_in(group, name);
      row.push_back(target == nullptr
                        ? "-"
                        : figure_text(target->evaluations) + " (" + shown_count(target->reached) + "/" +
                              shown_count(target->runs) + ")");
    }
    table.rows.push_back(row);
  }
  return table;
}

TextTable tuning_table(const Comparison& comparison, const ComparedSection& section) {
  TextTable table{{"best of tries"}, {}, {}};
  std::vector<Index> tries;
  constexpr std::size_t most = 6;  // columns
  for (const GroupResult& group : section.groups) {
    for (const TuningResult& one : group.tuning) {
      if (std::find(tries.begin(), tries.end(), one.tries) == tries.end()) tries.push_back(one.tries);
    }
  }
  // A column that a group passes over, as it has more points and others are its, would look like a gap.
  std::erase_if(tries, [&](Index each) {
    return std::any_of(section.groups.begin(), section.groups.end(), [&](const GroupResult& group) {
      const auto is = [&](const TuningResult& one) { return one.tries == each; };
      return !group.tuning.empty() && group.tuning.back().tries > each &&
             std::none_of(group.tuning.begin(), group.tuning.end(), is);
    });
  });
  std::sort(tries.begin(), tries.end());
  if (tries.size() > most) tries.erase(tries.begin() + most - 1, tries.end() - 1);
  for (const Index each : tries) table.header.push_back(shown_count(each));
  for (const GroupResult& group : section.groups) {
    std::vector<std::string> row = {label_of(comparison, group.group)};
    for (const Index each : tries) {
      const auto found = std::find_if(group.tuning.begin(), group.tuning.end(),
                                      [&](const TuningResult& one) { return one.tries == each; });
      row.push_back(found == group.tuning.end() ? "-" : figure_text(found->median));
    }
    table.rows.push_back(row);
  }
  return table;
}

std::string title(const Comparison& comparison) {
  std::string text =
      visible(comparison.name) + ": " + visible(comparison.value) + " by " + visible(comparison.by);
  if (comparison.selected) {
    text += ", each at its best point";
    if (comparison.select != comparison.value) text += " by " + visible(comparison.select);
  }
  if (!comparison.held.empty()) text += ", at " + visible(comparison.held);
  return text + (comparison.larger_is_better ? "; more is better" : "");
}

// What the figures rest on.
std::string basis(const Comparison& comparison) {
  std::size_t most = comparison.overall.size();
  for (const ComparedSection& section : comparison.sections) most = std::max(most, section.contrasts.size());
  if (most == 0) return "";
  std::string text =
      "Pairs are of the same seed. Intervals: 95 %, of medians by order statistics, of contrasts by signed ranks";
  if (!comparison.overall.empty()) text += ", over all problems by resampling seeds within each";
  text += "; of wins by " + shown_count(comparison.draws) + " draws. Tests: signed ranks, two-sided.";
  if (most > 1)
    text += " Holm's p is corrected for the number of contrasts; p and intervals are those of each alone.";
  return text;
}

// Of a comparison at several points: each pair of groups once.
std::vector<std::string> tallies(const Comparison& comparison) {
  std::vector<std::string> lines;
  if (comparison.sections.empty() || comparison.sections.front().point.empty()) return lines;
  std::set<std::pair<Index, Index>> seen;
  for (const ComparedSection& section : comparison.sections) {
    for (const Contrast& contrast : section.contrasts) {
      if (!seen.emplace(contrast.group, contrast.reference).second) continue;
      if (std::string text = tally(comparison, contrast.group, contrast.reference); !text.empty())
        lines.push_back(std::move(text));
    }
  }
  return lines;
}

// All tables and sentences, in order, given to `table` and `line`, and headings to `heading`.
template <class Heading, class Table, class Line>
void walk(const Comparison& comparison, const Heading& heading, const Table& table, const Line& line) {
  for (const ComparedSection& section : comparison.sections) {
    std::vector<std::string> names;
    if (!section.problem.empty()) names.push_back(visible(section.problem));
    if (!section.point.empty()) names.push_back(visible(section.point));
    if (!names.empty()) heading(joined(names, ", at "));
    table(groups_table(comparison, section));
    if (!section.contrasts.empty()) table(contrasts_table(comparison, section.contrasts));
    const auto has = [](const auto& list) { return !list.empty(); };
    const auto& groups = section.groups;
    if (std::any_of(groups.begin(), groups.end(), [&](const GroupResult& one) { return has(one.targets); }))
      table(targets_table(comparison, section));
    if (std::any_of(groups.begin(), groups.end(), [&](const GroupResult& one) { return has(one.tuning); }))
      table(tuning_table(comparison, section));
    for (const Contrast& contrast : section.contrasts) line(sentence(comparison, &section, contrast));
  }
  if (const auto lines = tallies(comparison); !lines.empty()) {
    heading("all points");
    for (const std::string& one : lines) line(one);
  }
  if (comparison.overall.empty()) return;
  heading("all problems");
  table(contrasts_table(comparison, comparison.overall));
  for (const Contrast& contrast : comparison.overall) line(sentence(comparison, nullptr, contrast));
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  std::string text = wrapped(title(comparison), 0, 2);
  bool after_line = false;
  walk(
      comparison,
      [&](const std::string& name) {
        text += "\n" + wrapped(name, 0, 2);
        after_line = false;
      },
      [&](const TextTable& table) {
        text += "\n" + plain_text(table);
        after_line = false;
      },
      [&](const std::string& line) {
        text += (after_line ? "" : "\n") + wrapped(visible(line), 0, 2);
        after_line = true;
      });
  const std::string rests = basis(comparison);
  return rests.empty() ? text : text + "\n" + wrapped(rests, 0, 0);
}

std::string comparison_markdown(const Comparison& comparison) {
  std::string text = "## " + markdown_escaped(title(comparison)) + "\n";
  walk(
      comparison, [&](const std::string& name) { text += "\n### " + markdown_escaped(name) + "\n"; },
      [&](const TextTable& table) { text += "\n" + markdown(table); },
      [&](const std::string& line) { text += "\n" + markdown_escaped(line) + "\n"; });
  const std::string rests = basis(comparison);
  if (!rests.empty()) text += "\n" + markdown_escaped(rests) + "\n";
  if (!comparison.notes.empty()) text += "\n";
  for (const Note& note : comparison.notes) text += "- " + markdown_escaped(to_string(note)) + "\n";
  return text;
}

}  // namespace lookahead
