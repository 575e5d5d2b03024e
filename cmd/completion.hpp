#pragma once
#include <string>
#include <utility>
#include <vector>

#include "help.hpp"
#include "options/form.hpp"

namespace lookahead::cmd {

// What may stand in a place of a command line.
struct Candidates {
  enum class Kind { nothing, words, files, problems, folders, settings };
  Kind kind = Kind::nothing;
  std::vector<std::pair<std::string, std::string>> words = {};  // with what they mean, which may be empty
};

struct CompletedOption {
  std::vector<std::string> names;  // "-s", "--set"
  std::string sentence;
  bool takes_value = false, repeatable = false;
  Candidates value;
};

struct CompletedCommand {
  std::string name, sentence;
  std::vector<CompletedOption> options;
  Candidates arguments;
};

struct CompletedProgram {
  std::vector<CompletedOption> options;  // of all commands
  std::vector<CompletedCommand> commands;
  std::vector<SettableKey> settings;  // of --set
};

std::string bash_script(const CompletedProgram& program);
std::string zsh_script(const CompletedProgram& program);
std::string fish_script(const CompletedProgram& program);

// The words with blanks between them.
std::string listed(const std::vector<std::pair<std::string, std::string>>& words);
// In single quotes, as all three shells read them.
std::string shell_quoted(const std::string& text);

}  // namespace lookahead::cmd
