#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "spec/synonyms.hpp"
#include "study/sweep/run_row.hpp"
#include "trace/record.hpp"

namespace lookahead::cmd {
namespace {

// The lines that are wider than a page go on further to the right.
std::string fitted(const std::string& text) {
  std::string all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const std::string margin(std::min(line.find_first_not_of(' '), line.size()), ' ');
    all += wrapped(line.substr(margin.size()), margin, margin + "  ");
    at = end + 1;
  }
  return all;
}

// What to do about a name that nothing has.
std::string cure_of(const CLI::App& app, const std::string& name, std::vector<std::string> names) {
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == name) return "lookahead help " + name + " tells of the command";
  }
  if (name == "formula") return "describe expression tells of formulas";
  for (const char* kind : {"optimizer", "model", "loss", "metric", "noise", "schedule"}) {
    if (std::string cure = item_cure(kind, name); !cure.empty()) return cure;
  }
  if (const std::string key = keys_for(name).empty() ? "" : key_named(name); !key.empty())
    return "did you mean '" + key + "'?";
  for (const std::string& kind : list_kinds()) {
    if (kind == name || kind == name + "s" || kind == name + "es")
      return "lookahead list " + kind + " shows them";
  }
  for (const auto* columns : {&trace_columns(), &sweep_columns()}) {
    for (const TraceColumn& column : *columns) names.push_back(column.name);
  }
  const std::string cure = suggestion(name, names);
  return cure.empty() ? "lookahead list shows the names" : cure;
}

}  // namespace

CLI::App* add_describe(CLI::App& app, DescribeOptions& options) {
  CLI::App* command =
      app.add_subcommand("describe", "formula, parameters, reference and smallest problem of an item")
          ->group("Problems");
  command
      ->add_option(
          "NAME", options.name,
          "an item of list, a column of results, or a block of a problem: lookahead, stop, data, ...")
      ->required();
  command->footer(
      "Examples\n"
      "  lookahead describe adam\n"
      "  lookahead describe lookahead\n"
      "  lookahead describe expression");
  return command;
}

int run_describe(const CLI::App& app, const DescribeOptions& options, const Console& console) {
  std::vector<std::string> names;
  std::string text = description_of(options.name, names);
  if (text.empty()) {
    return console.fail({FaultKind::usage,
                         {"lookahead describe", 0, 0},
                         "no item, key or column is called " + quoted(options.name),
                         cure_of(app, options.name, std::move(names))});
  }
  return print_result(console, fitted(text));
}

}  // namespace lookahead::cmd
