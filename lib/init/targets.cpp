#include "init/targets.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/counted.hpp"
#include "base/letters.hpp"
#include "base/table_text.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

// Names of columns that are to be learned, and words in those of columns that often are.
constexpr std::array<std::string_view, 11> sure_names = {"target",  "label",    "class",     "y",
                                                         "outcome", "response", "diagnosis", "species",
                                                         "churn",   "quality",  "survived"};
constexpr std::array<std::string_view, 11> likely_words = {"target", "price",   "value",   "cost",
                                                           "income", "salary",  "rating",  "score",
                                                           "result", "default", "category"};

bool names_target(const std::string& name) {
  return std::ranges::find(sure_names, lower(name)) != sure_names.end();
}

bool may_name_target(const std::string& name, std::string_view word) {
  const std::string small = lower(name);
  return small == word || small.ends_with("_" + std::string(word)) ||
         small.ends_with(" " + std::string(word));
}

// Which columns are likely to be what is to be learned: by their names, else the last one and the first. Only
// what can be learned; empty where nothing can.
std::vector<std::size_t> likely_targets(const std::vector<ColumnOverview>& columns) {
  std::vector<std::size_t> likely;
  const auto add = [&](std::size_t j) {
    if (columns[j].task && std::find(likely.begin(), likely.end(), j) == likely.end()) likely.push_back(j);
  };
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (names_target(columns[j].name)) add(j);
  }
  if (!likely.empty() || columns.empty()) return likely;
  for (const std::string_view word : likely_words) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      if (may_name_target(columns[j].name, word)) add(j);
    }
  }
  add(columns.size() - 1);
  if (likely.size() > 1) return likely;
  add(0);
  for (std::size_t j = 0; j < columns.size() && likely.empty(); ++j) add(j);
  return likely;
}

std::string kind_text(const ColumnOverview& column) {
  switch (column.kind) {
    case ColumnOverview::Kind::dates:
      return "dates";
    case ColumnOverview::Kind::empty:
      return "-";
    case ColumnOverview::Kind::numbers:
      return "numbers";
    case ColumnOverview::Kind::text:
      break;
  }
  return column.reason.ends_with("different") ? "text" : counted(column.different, "level");
}

std::string target_text(const ColumnOverview& column) {
  if (!column.task) return "- (" + column.reason + ")";
  if (*column.task == Task::regression) return "regression";
  return "classification, " + std::to_string(column.different) + " classes";
}

// A word as it can be typed.
std::string typed(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '/' || c == '.' || c == '-' || c == '+' || c == ',' || c == ':' || c == '=' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  if (visible(text) != text) {
    // Bytes that no terminal should be sent, as bash and zsh read them.
    std::string bytes;
    for (const char c : text) {
      if (c == '\'' || c == '\\') bytes += '\\';
      bytes += c;
    }
    return "$'" + visible(bytes) + "'";
  }
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string targets_text(const InitRequest& request, const Survey& survey) {
  const std::vector<ColumnOverview>& columns = survey.columns;
  const std::vector<std::size_t> likely = likely_targets(columns);
  TextTable table{{"  column", "kind", "example", "as the target", "missing"}, {}, {}, 4};
  const auto add = [&](std::size_t j, const char* mark) {
    constexpr std::size_t longest = 12;
    const ColumnOverview& column = columns[j];
    const std::string example = visible(column.example);
    const bool fits = shown_width(example) <= longest;
    table.rows.push_back({mark + visible(column.name), kind_text(column),
                          fits ? example : first_characters(example, longest - 3) + "...",
                          target_text(column), to_text(column.missing)});
  };
  for (const std::size_t j : likely) add(j, "* ");
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (std::find(likely.begin(), likely.end(), j) == likely.end()) add(j, "  ");
  }
  std::string text =
      wrapped(visible(request.data) + ": " + counted(survey.rows, "row") + " of " +
                  counted(static_cast<std::int64_t>(columns.size()), "column") +
                  (survey.layout.header ? "" : "; they have no names and are called by their numbers"),
              0, 2) +
      "\n" + plain_text(table, 0) + "\n";
  text += likely.empty()       ? "No column can be learned as it is. "
          : likely.size() == 1 ? "* is likely to be what is to be learned. "
                               : "* are likely to be what is to be learned. ";
  const std::string stem = std::filesystem::path(request.data).stem().stem().string();
  return text + "This makes a problem of a column:\n  lookahead init " +
         (request.kind.empty() ? "" : request.kind + " ") + "--data " + typed(request.data) + " --target " +
         (likely.empty() ? "COLUMN" : typed(columns[likely.front()].name)) + " >" + typed(stem + ".yaml") +
         "\n";
}

}  // namespace lookahead
