#include "base/text.hpp"
#include "commands.hpp"
#include "loss/loss.hpp"
#include "metric/metric.hpp"
#include "objective/game.hpp"
#include "objective/noise.hpp"
#include "objective/penalty.hpp"
#include "run/json.hpp"
#include "study/sweep/run_row.hpp"

namespace lookahead::cmd {
namespace {

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
    for (const TraceColumn& column : *columns) rows.push_back({"columns", column.name, column.sentence});
  }
  return rows;
}

}  // namespace

std::vector<Item> all_items() {
  std::vector<Item> items;
  const auto add = [&](const std::string& kind, const auto& catalog) {
    for (const auto& entry : catalog) items.push_back({kind, &entry});
  };
  add("function", function_catalog());
  add("game", game_catalog());
  add("model", model_catalog());
  add("loss", loss_catalog());
  add("penalty", penalty_catalog());
  add("optimizer", optimizer_catalog());
  add("outer", outer_catalog());
  add("schedule", schedule_catalog());
  add("metric", metric_catalog());
  add("noise", noise_catalog());
  return items;
}

std::vector<std::string> list_kinds() {
  std::vector<std::string> kinds;
  for (const Row& row : all_rows()) {
    if (kinds.empty() || kinds.back() != row.kind) kinds.push_back(row.kind);
  }
  return kinds;
}

int run_list(const ListOptions& options, const Console& console) {
  const std::vector<std::string> kinds = list_kinds();
  if (!options.what.empty() && std::find(kinds.begin(), kinds.end(), options.what) == kinds.end()) {
    return console.fail({FaultKind::usage,
                         {"lookahead list", 0, 0},
                         "nothing called " + quoted(options.what),
                         "known: " + joined(kinds, ", ")});
  }
  std::vector<Row> rows;
  for (const Row& row : all_rows()) {
    if (options.what.empty() || row.kind == options.what) rows.push_back(row);
  }
  if (options.json) {
    Json array = Json::array();
    for (const Row& row : rows)
      array.push_back({{"name", row.name}, {"kind", row.kind}, {"summary", row.summary}});
    return print_result(console, array.dump(2) + "\n");
  }
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.name.size());
  std::string text;
  std::string kind;
  for (const Row& row : rows) {
    if (options.what.empty() && row.kind != kind) {
      text += (kind.empty() ? "" : "\n") + row.kind + "\n";
      kind = row.kind;
    }
    text += (options.what.empty() ? "  " : "") + row.name + std::string(width - row.name.size() + 2, ' ') +
            row.summary + "\n";
  }
  return print_result(console, text);
}

}  // namespace lookahead::cmd
