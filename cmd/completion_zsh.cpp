#include "base/text.hpp"
#include "completion.hpp"

namespace lookahead::cmd {
namespace {

// A text within an argument of _arguments or _describe.
std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const Candidates& candidates) {
  switch (candidates.kind) {
    case Candidates::Kind::words:
      return "(" + listed(candidates.words) + ")";
    case Candidates::Kind::files:
      return "_files";
    case Candidates::Kind::problems:
      return "_files -g \"*.(yaml|yml)\"";
    case Candidates::Kind::folders:
      return "_files -/";
    case Candidates::Kind::settings:
      return "_lookahead_settings";
    case Candidates::Kind::nothing:
      break;
  }
  return " ";
}

// One argument of _arguments for every name.
std::vector<std::string> zsh_options(const std::vector<CompletedOption>& options) {
  std::vector<std::string> all;
  for (const CompletedOption& option : options) {
    const std::string others = option.repeatable ? "*" : "(" + joined(option.names, " ") + ")";
    for (const std::string& name : option.names) {
      std::string text = others + name;
      // A long name may have its value behind =.
      if (option.takes_value && name.starts_with("--")) text += "=";
      text += "[" + zsh_escaped(option.sentence) + "]";
      if (option.takes_value) text += ":value:" + zsh_action(option.value);
      all.push_back(shell_quoted(text));
    }
  }
  return all;
}

}  // namespace

std::string zsh_script(const CompletedProgram& program) {
  std::vector<std::string> keys;
  std::string cases;
  for (const SettableKey& key : program.settings) {
    keys.push_back(key.path.text());
    if (!key.words.empty()) cases += "      " + key.path + ") compadd -- " + joined(key.words, " ") + " ;;\n";
  }
  std::string text =
      "#compdef lookahead\n"
      "# Completes the command lines of lookahead in zsh; made by `lookahead completion zsh`.\n\n"
      "_lookahead_settings() {\n"
      "  local key=${PREFIX%%=*}\n"
      "  if compset -P 1 '*='; then\n"
      "    case $key in\n" +
      cases +
      "    esac\n"
      "  else\n"
      "    local -a keys=(" +
      joined(keys, " ") +
      ")\n"
      "    # Keys below a key come when its point is typed.\n"
      "    compadd -S = -- ${keys:#$PREFIX*.*}\n"
      "  fi\n}\n\n_lookahead() {\n"
      "  local curcontext=$curcontext state line\n"
      "  typeset -A opt_args\n"
      "  local -a common=(\n";
  for (const std::string& option : zsh_options(program.options)) text += "    " + option + "\n";
  text +=
      "  )\n"
      "  _arguments -C $common '1:command:->command' '*::argument:->argument'\n"
      "  case $state in\n"
      "    command)\n"
      "      local -a commands=(\n";
  for (const CompletedCommand& command : program.commands)
    text += "        " + shell_quoted(command.name + ":" + zsh_escaped(command.sentence)) + "\n";
  text +=
      "      )\n"
      "      _describe command commands\n"
      "      ;;\n"
      "    argument)\n"
      "      case $line[1] in\n";
  for (const CompletedCommand& command : program.commands) {
    text += "        " + command.name + ")\n          _arguments $common";
    for (const std::string& option : zsh_options(command.options)) text += " \\\n            " + option;
    text += " \\\n            " + shell_quoted("*:argument:" + zsh_action(command.arguments)) +
            "\n          ;;\n";
  }
  return text +
         "      esac\n"
         "      ;;\n"
         "  esac\n"
         "}\n\n"
         // The file is a function by itself where zsh finds it, or it is sourced.
         "if [[ $funcstack[1] == _lookahead ]]; then\n"
         "  _lookahead \"$@\"\n"
         "else\n"
         "  compdef _lookahead lookahead\n"
         "fi\n";
}

}  // namespace lookahead::cmd
