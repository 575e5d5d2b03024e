#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class FormatterBase;
class Option;
}  // namespace CLI

// What the program says of itself, made from its commands and options as they are declared.
namespace lookahead::cmd {

std::string capitalized(std::string text);
// "-s, --set KEY=VALUE"
std::string shown_names(const CLI::Option& option);
// "lookahead solve [OPTIONS] [FILE]"
std::string usage_line(const CLI::App& command);
// Options of a group in the order of their declaration; those of "Positionals" stand in the line of a command
// without a name.
std::vector<const CLI::Option*> options_of(const CLI::App& command, const std::string& group);
// The commands in the order in which help lists them, group by group.
std::vector<const CLI::App*> commands_of(const CLI::App& app);

// Makes the pages of --help.
std::shared_ptr<CLI::FormatterBase> help_formatter();

// What is printed where there is no command: at most 24 lines.
std::string brief_page();

// A page of help that is of no command: exit-codes, problem, trace.
struct Topic {
  // A text, then names and what they mean; either may be empty.
  struct Part {
    std::string text;
    std::vector<std::pair<std::string, std::string>> rows = {};
  };
  std::string name, sentence;
  std::vector<Part> (*parts)();
};
const std::vector<Topic>& topics();
std::vector<std::string> topic_names();

// A page of the manual, for man.
std::string manual_page(const CLI::App& app);

// What a shell needs to complete a command line: bash, zsh or fish.
std::vector<std::string> shells();
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace lookahead::cmd
