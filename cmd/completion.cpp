#include "completion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "commands.hpp"
#include "init/init.hpp"
#include "picture/kinds.hpp"
#include "spec/codecs.hpp"
#include "study/sweep/run_row.hpp"
#include "trace/record.hpp"

namespace lookahead::cmd {
namespace {

using Kind = Candidates::Kind;

// Whether a name stands for those of a kind: val_<metric>, time_to_T, x_i.
bool is_pattern(const std::string& name) {
  return name.find_first_of("<> ") != std::string::npos || name.ends_with("_T") || name.ends_with("_i");
}

Candidates words_of(const std::vector<std::string>& names) {
  Candidates candidates{Kind::words};
  for (const std::string& name : names) {
    if (!is_pattern(name)) candidates.words.emplace_back(name, "");
  }
  return candidates;
}

// Everything that describe knows.
Candidates described() {
  Candidates candidates{Kind::words};
  for (const Item& item : all_items())
    candidates.words.emplace_back(item.entry->card.name, item.entry->card.summary);
  for (const Section& section : sections())
    candidates.words.emplace_back(section.name, "a block of a problem file");
  for (const TraceColumn& column : trace_columns())
    candidates.words.emplace_back(column.name, column.sentence);
  candidates.words.emplace_back("expression", "the language of formulas");
  candidates.words.emplace_back("problem", "the keys of a problem file");
  std::erase_if(candidates.words, [](const auto& word) { return is_pattern(word.first); });
  std::stable_sort(candidates.words.begin(), candidates.words.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto end = std::unique(candidates.words.begin(), candidates.words.end(),
                               [](const auto& a, const auto& b) { return a.first == b.first; });
  candidates.words.erase(end, candidates.words.end());
  return candidates;
}

Candidates help_topics(const CLI::App& app) {
  Candidates candidates{Kind::words};
  for (const CLI::App* command : commands_of(app))
    candidates.words.emplace_back(command->get_name(), command->get_description());
  for (const Topic& topic : topics()) candidates.words.emplace_back(topic.name, topic.sentence);
  return candidates;
}

// Of what a command takes without an option.
Candidates arguments_of(const CLI::App& app, const CLI::App& command, const std::string& name) {
  if (name == "WHAT") return words_of(command.get_name() == "list" ? list_kinds() : schema_kinds());
  if (name == "NAME") return described();
  if (name == "KIND") return words_of(init_kinds());
  if (name == "TOPIC") return help_topics(app);
  if (name == "SHELL") return words_of(shells());
  if (name == "FILE" || name == "FILE|RUN") return {Kind::problems};
  if (name == "DATA") return {Kind::files};
  return {Kind::folders};
}

// Of an option's value, which its type names: FILE, N|auto, auto|always|never.
Candidates values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type == "FILE") return {Kind::files};
  if (type == "DIR" || type == "RUN") return {Kind::folders};
  if (type == "KIND") return words_of(Codec<picture::Kind>::words());
  if (type == "KEY=VALUES" || (type == "KEY=VALUE" && option.check_lname("set"))) return {Kind::settings};
  if (type == "COLUMN" && option.check_lname("value")) {
    std::vector<std::string> names;
    for (const TraceColumn& column : sweep_columns()) names.push_back(column.name);
    return words_of(names);
  }
  Candidates candidates;
  for (std::size_t at = 0; type.find('|') != std::string::npos && at <= type.size();) {
    const std::size_t end = std::min(type.find('|', at), type.size());
    const std::string word = type.substr(at, end - at);
    // What is in capitals stands for other words.
    if (word.front() >= 'a' && word.front() <= 'z') candidates.words.emplace_back(word, "");
    at = end + 1;
  }
  if (!candidates.words.empty()) candidates.kind = Kind::words;
  return candidates;
}

std::vector<CompletedOption> completed(const std::vector<const CLI::Option*>& options) {
  std::vector<CompletedOption> all;
  for (const CLI::Option* option : options) {
    CompletedOption one;
    for (const std::string& name : option->get_snames()) one.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) one.names.push_back("--" + name);
    one.sentence = option->get_description();
    one.takes_value = option->get_items_expected_max() > 0;
    one.repeatable = option->get_items_expected_max() > 1;
    if (one.takes_value) one.value = values_of(*option);
    all.push_back(std::move(one));
  }
  return all;
}

CompletedProgram completed(const CLI::App& app) {
  CompletedProgram program;
  program.options = completed(options_of(app, "Common options"));
  for (CompletedOption& option : completed(options_of(app, "Options")))
    program.options.push_back(std::move(option));
  for (const CLI::App* command : commands_of(app)) {
    CompletedCommand one{command->get_name(), command->get_description(), {}, {}};
    for (CompletedOption& option : completed(options_of(*command, "Options"))) {
      // Every command has its help.
      if (option.names.back() != "--help") one.options.push_back(std::move(option));
    }
    if (const auto arguments = options_of(*command, ""); !arguments.empty())
      one.arguments = arguments_of(app, *command, arguments.front()->get_name(true));
    program.commands.push_back(std::move(one));
  }
  program.settings = settable_keys(problem_form());
  return program;
}

}  // namespace

std::string listed(const std::vector<std::pair<std::string, std::string>>& words) {
  std::vector<std::string> names;
  names.reserve(words.size());
  for (const auto& [name, _] : words) names.push_back(name);
  return joined(names, " ");
}

std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::vector<std::string> shells() { return {"bash", "zsh", "fish"}; }

std::string completion_script(const CLI::App& app, const std::string& shell) {
  const CompletedProgram program = completed(app);
  return shell == "bash" ? bash_script(program) : shell == "zsh" ? zsh_script(program) : fish_script(program);
}

CLI::App* add_completion(CLI::App& app, std::string& shell) {
  CLI::App* command = app.add_subcommand("completion", "print what a shell needs to complete command lines")
                          ->group("The program");
  command->add_option("SHELL", shell, "one of " + joined(shells(), ", "))->required();
  command->footer(
      "Examples\n"
      "  source <(lookahead completion bash)\n"
      "  lookahead completion fish >~/.config/fish/completions/lookahead.fish\n"
      "  lookahead completion zsh >~/.zfunc/_lookahead      (a folder of $fpath)");
  return command;
}

int run_completion(const CLI::App& app, const std::string& shell, const Console& console) {
  const std::vector<std::string> known = shells();
  if (std::find(known.begin(), known.end(), shell) == known.end()) {
    return console.fail({FaultKind::usage,
                         {"lookahead completion", 0, 0},
                         "no completion for " + quoted(shell),
                         "known: " + joined(known, ", ")});
  }
  return print_result(console, completion_script(app, shell));
}

}  // namespace lookahead::cmd
