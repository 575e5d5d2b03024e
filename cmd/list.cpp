#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/letters.hpp"
#include "base/text.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "loss/loss.hpp"
#include "metric/metric.hpp"
#include "objective/game.hpp"
#include "objective/noise.hpp"
#include "objective/penalty.hpp"
#include "run/json.hpp"
#include "spec/codecs.hpp"
#include "study/sweep/run_row.hpp"

namespace lookahead::cmd {
namespace {

template <auto catalog>
void add_items(const char* kind, std::vector<Item>& items) {
  for (const auto& entry : catalog()) items.push_back({kind, &entry});
}

// To name the kinds makes none of the catalogs: every start of the program does that, for its help.
struct ItemKind {
  const char* name;
  void (*add)(const char* kind, std::vector<Item>& items);
};
constexpr ItemKind item_kinds[] = {
    {"function", add_items<function_catalog>}, {"game", add_items<game_catalog>},
    {"model", add_items<model_catalog>},       {"loss", add_items<loss_catalog>},
    {"penalty", add_items<penalty_catalog>},   {"optimizer", add_items<optimizer_catalog>},
    {"outer", add_items<outer_catalog>},       {"schedule", add_items<schedule_catalog>},
    {"metric", add_items<metric_catalog>},     {"noise", add_items<noise_catalog>}};
constexpr const char* columns_kind = "columns";

struct Row {
  std::string kind, name, summary;
};

std::string plural(const std::string& kind) {
  if (kind == "outer") return kind;
  return kind == "loss" ? "losses" : kind == "penalty" ? "penalties" : kind + "s";
}

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  for (const Item& item : all_items())
    rows.push_back({plural(item.kind), item.entry->card.name, item.entry->card.summary});
  for (const auto* columns : {&trace_columns(), &sweep_columns()}) {
    for (const TraceColumn& column : *columns) rows.push_back({columns_kind, column.name, column.sentence});
  }
  return rows;
}

constexpr std::size_t widest_name = 22;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Whether the text holds the word: as a part of any word of it, or, where it has few letters, as one of them.
bool holds(const std::string& text, const std::string& word) {
  constexpr std::size_t few = 3;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_letter(text[at + word.size()]);
    if (word.size() > few || (begins && ends)) return true;
  }
  return false;
}

// Whether the name or the sentence holds the word, capital or small letters alike.
bool tells_of(const Row& row, const std::string& word) {
  const std::string wanted = lower(word);
  return holds(lower(row.name), wanted) || holds(lower(row.summary), wanted);
}

// What list calls the kind that is called so; other words stay as they are.
std::string plural_of(const std::string& word) {
  const std::string small = lower(word);
  if (small == "column" || small == columns_kind) return columns_kind;
  for (const ItemKind& kind : item_kinds) {
    if (kind.name == small || plural(kind.name) == small) return plural(kind.name);
  }
  return word;
}

// The kinds as titles, what they have below them.
std::string by_kinds(const std::vector<Row>& rows) {
  std::string text;
  for (std::size_t i = 0; i < rows.size();) {
    text += (i == 0 ? "" : "\n") + rows[i].kind + "\n";
    std::vector<std::pair<std::string, std::string>> names;
    const std::string& kind = rows[i].kind;
    for (; i < rows.size() && rows[i].kind == kind; ++i) names.emplace_back(rows[i].name, rows[i].summary);
    text += meanings(names, 2, widest_name);
  }
  return text;
}

}  // namespace

std::vector<Item> all_items() {
  std::vector<Item> items;
  for (const ItemKind& kind : item_kinds) kind.add(kind.name, items);
  return items;
}

std::vector<std::string> list_kinds() {
  std::vector<std::string> kinds;
  for (const ItemKind& kind : item_kinds) kinds.push_back(plural(kind.name));
  kinds.emplace_back(columns_kind);
  return kinds;
}

CLI::App* add_list(CLI::App& app, ListOptions& options) {
  CLI::App* command = app.add_subcommand("list", "list functions, models, optimizers, losses, columns, ...")
                          ->group("Problems");
  command->add_option(
      "WHAT", options.what,
      "one of " + joined(list_kinds(), ", ") + "; or a word that is looked for in names and sentences");
  command->add_flag("--json", options.json, "print an array of objects with name, kind and summary");
  command->footer(
      "Examples\n"
      "  lookahead list optimizers\n"
      "  lookahead list momentum");
  return command;
}

int run_list(const ListOptions& options, const Console& console) {
  const std::vector<std::string> kinds = list_kinds();
  const std::string what = plural_of(options.what);
  const bool is_kind = std::find(kinds.begin(), kinds.end(), what) != kinds.end();
  std::vector<Row> rows;
  for (const Row& row : all_rows()) {
    if (what.empty() || (is_kind ? row.kind == what : tells_of(row, what))) rows.push_back(row);
  }
  if (!is_kind && !what.empty()) {
    for (const SettableKey& key : settable_keys(problem_form())) {
      const Row row{"keys of problem files", key.path.text(), key.sentence};
      if (tells_of(row, what)) rows.push_back(row);
    }
  }
  if (rows.empty()) {
    return console.fail({FaultKind::usage,
                         {"lookahead list", 0, 0},
                         "nothing called " + quoted(what),
                         "known: " + joined(kinds, ", ")});
  }
  if (options.json) {
    Json array = Json::array();
    for (const Row& row : rows)
      array.push_back({{"name", row.name}, {"kind", row.kind}, {"summary", row.summary}});
    return print_result(console, array.dump(2) + "\n");
  }
  if (is_kind) {
    std::vector<std::pair<std::string, std::string>> names;
    names.reserve(rows.size());
    for (const Row& row : rows) names.emplace_back(row.name, row.summary);
    return print_result(console, meanings(names, 0, widest_name));
  }
  return print_result(console, by_kinds(rows));
}

}  // namespace lookahead::cmd
