#include "help.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "commands.hpp"
#include "format.hpp"

namespace lookahead::cmd {
namespace {

// The groups of commands, in the order of their use.
const char* const command_groups[] = {"Problems", "Runs", "Experiments", "The program"};

bool is_program(const CLI::App& app) { return app.get_parent() == nullptr; }

std::string option_rows(const std::vector<const CLI::Option*>& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  rows.reserve(options.size());
  for (const CLI::Option* option : options)
    rows.emplace_back(shown_names(*option), option->get_description());
  return meanings(rows);
}

std::string program_page(const CLI::App& app) {
  std::string text = "Usage: " + usage_line(app) + "\n\n" + wrapped(app.get_description() + ".");
  for (const char* group : command_groups) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const CLI::App* command : commands_of(app)) {
      if (command->get_group() == group) rows.emplace_back(command->get_name(), command->get_description());
    }
    text += std::string("\n") + group + "\n" + meanings(rows);
  }
  std::vector<const CLI::Option*> options = options_of(app, "Common options");
  for (const CLI::Option* option : options_of(app, "Options")) options.push_back(option);
  text += "\nOptions, before or after the command\n" + option_rows(options);
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Topic& topic : topics()) rows.emplace_back("help " + topic.name, topic.sentence);
  rows.emplace_back("help COMMAND", "the options of a command, and an example");
  text += "\nMore\n" + meanings(rows);
  return text + "\n" + wrapped(app.get_footer());
}

// With its capital letter and its full stop.
std::string sentence_of(const std::string& description) {
  return capitalized(description) + (description.ends_with('.') ? "" : ".");
}

std::string command_page(const CLI::App& command) {
  std::string text =
      "Usage: " + usage_line(command) + "\n\n" + wrapped(sentence_of(command.get_description()));
  if (const auto arguments = options_of(command, ""); !arguments.empty())
    text += "\n" + option_rows(arguments);
  if (const auto own = options_of(command, "Options"); !own.empty()) text += "\nOptions\n" + option_rows(own);
  if (!command.get_footer().empty()) text += "\n" + wrapped(command.get_footer());
  return text + "\nlookahead help shows the options that all commands have.\n";
}

std::string topic_page(const Topic& topic) {
  std::string text;
  for (const Topic::Part& part : topic.parts()) {
    text += text.empty() ? "" : "\n";
    text += part.text.empty() ? "" : wrapped(part.text);
    text += part.text.empty() || part.rows.empty() ? "" : "\n";
    text += meanings(part.rows);
  }
  return text;
}

class HelpPages final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    return is_program(*app) ? program_page(*app) : command_page(*app);
  }
};

}  // namespace

std::string capitalized(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string shown_names(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true);
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  std::string text = joined(names, ", ");
  if (option.get_items_expected_max() > 0) text += " " + option.get_type_name();
  return text;
}

std::string usage_line(const CLI::App& command) {
  if (is_program(command)) return "lookahead [OPTIONS] COMMAND [ARGUMENTS]";
  std::string text = "lookahead " + command.get_name();
  if (!options_of(command, "Options").empty()) text += " [OPTIONS]";
  for (const CLI::Option* argument : options_of(command, "")) {
    const bool many = argument->get_items_expected_max() > 1;
    const std::string shown = argument->get_name(true) + (many ? "..." : "");
    text += " " + (argument->get_required() ? shown : "[" + shown + "]");
  }
  return text;
}

std::vector<const CLI::Option*> options_of(const CLI::App& command, const std::string& group) {
  return command.get_options([&](const CLI::Option* option) {
    if (option->get_positional() || group.empty()) return option->get_positional() && group.empty();
    return option->get_group() == group;
  });
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  std::vector<const CLI::App*> sorted;
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  for (const char* group : command_groups) {
    for (const CLI::App* command : all) {
      if (command->get_group() == group) sorted.push_back(command);
    }
  }
  return sorted;
}

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<HelpPages>(); }

std::string brief_page() {
  return "lookahead: a laboratory for two-time-scale optimization\n"
         "Usage: lookahead [OPTIONS] COMMAND [ARGUMENTS]\n"
         "\n"
         "Two lines define a problem. problem.yaml:\n"
         "  objective: rosenbrock\n"
         "  optimizer: adam\n"
         "\n"
         "  lookahead solve problem.yaml     runs it and writes runs/problem-001\n"
         "  lookahead plot runs/problem-001  draws the run\n"
         "\n"
         "  lookahead init                   lists the problem files that it writes\n"
         "  lookahead init --data rows.csv --target COLUMN >problem.yaml\n"
         "                                   makes one that learns from a table\n"
         "  lookahead sweep problem.yaml --vary 'lookahead=[false, {k: 5}]' --seeds 1..10\n"
         "  lookahead compare sweeps/problem tells whether Lookahead helps\n"
         "\n"
         "  lookahead list optimizers        names them; describe NAME explains one\n"
         "  lookahead help                   shows all commands and options\n"
         "  lookahead help solve             shows those of a command\n";
}

CLI::App* add_help(CLI::App& app, HelpOptions& options) {
  CLI::App* command = app.add_subcommand("help", "print help, for a command or a topic where one is given")
                          ->group("The program");
  command->add_option("TOPIC", options.topic, "a command, or one of " + joined(topic_names(), ", "));
  command->add_flag("--man", options.manual, "print all of it as a page of the manual, for man");
  command->footer("Examples\n  lookahead help solve\n  lookahead help exit-codes");
  return command;
}

int run_help(const CLI::App& app, const HelpOptions& options, const Console& console) {
  if (options.manual) return print_result(console, manual_page(app));
  if (options.topic.empty()) return print_result(console, program_page(app));
  for (const CLI::App* command : commands_of(app)) {
    if (command->get_name() == options.topic) return print_result(console, command_page(*command));
  }
  std::vector<std::string> names = topic_names();
  for (const Topic& topic : topics()) {
    if (topic.name == options.topic) return print_result(console, topic_page(topic));
  }
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  std::vector<std::string> described;
  const bool is_described = !description_of(options.topic, described).empty();
  return console.fail({FaultKind::usage,
                       {"lookahead help", 0, 0},
                       "no command or topic " + quoted(options.topic),
                       is_described ? "lookahead describe " + options.topic + " tells of it"
                       : nearest(options.topic, names) ? suggestion(options.topic, names)
                                                       : "lookahead help shows the commands and topics"});
}

}  // namespace lookahead::cmd
