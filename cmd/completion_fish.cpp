#include "base/text.hpp"
#include "completion.hpp"

namespace lookahead::cmd {
namespace {

// In single quotes; fish knows \' and \\ in them.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// The first sentence or clause, as fish has one line for it.
std::string brief(const std::string& sentence) {
  std::string clause = sentence.substr(0, sentence.find_first_of(";\n"));
  constexpr std::size_t most = 80;
  if (clause.size() <= most) return clause;
  const auto blank = clause.rfind(' ', most);
  return clause.substr(0, blank) + " ...";
}

std::string fish_words(const std::vector<std::pair<std::string, std::string>>& words) {
  std::string text;
  for (const auto& [name, meaning] : words) {
    if (!text.empty()) text += "\\n";
    text += name;
    if (!meaning.empty()) {
      text += "\\t";
      for (const char c : brief(meaning)) {
        if (c == '%' || c == '\\') text += c;  // twice, as printf reads it
        text += c;
      }
    }
  }
  return fish_quoted("(printf " + fish_quoted(text + "\\n") + ")");
}

std::string fish_candidates(const Candidates& candidates) {
  switch (candidates.kind) {
    case Candidates::Kind::words:
      return " -x -a " + fish_words(candidates.words);
    case Candidates::Kind::files:
      return " -r -F";
    case Candidates::Kind::problems:
      return " -x -k -a '(__fish_complete_suffix .yaml)'";
    case Candidates::Kind::folders:
      return " -x -a '(__fish_complete_directories)'";
    case Candidates::Kind::settings:
      return " -x -a '(__lookahead_settings)'";
    case Candidates::Kind::nothing:
      break;
  }
  return " -x";
}

// The command is the first word that is no option, and no value of one.
std::string command_functions(const std::vector<CompletedOption>& options) {
  std::string with_values;
  for (const CompletedOption& option : options) {
    if (!option.takes_value) continue;
    for (const std::string& name : option.names) with_values += " " + name;
  }
  return "function __lookahead_is\n"
         "    set -l command ''\n"
         "    set -l value no\n"
         "    for word in (commandline -opc)[2..-1]\n"
         "        if test $value = yes\n"
         "            set value no\n"
         "        else if contains -- $word" +
         with_values +
         "\n"
         "            set value yes\n"
         "        else if not string match -q -- '-*' $word\n"
         "            set command $word\n"
         "            break\n"
         "        end\n"
         "    end\n"
         "    test \"$command\" = \"$argv[1]\"\n"
         "end\n\n";
}

std::string fish_options(const std::string& condition, const std::vector<CompletedOption>& options) {
  std::string text;
  for (const CompletedOption& option : options) {
    text += "complete -c lookahead" + condition;
    for (const std::string& name : option.names)
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.takes_value) text += fish_candidates(option.value);
    text += " -d " + fish_quoted(brief(option.sentence)) + "\n";
  }
  return text;
}

}  // namespace

std::string fish_script(const CompletedProgram& program) {
  std::string text =
      "# Completes the command lines of lookahead in fish; made by `lookahead completion fish`.\n\n"
      "function __lookahead_settings\n"
      "    set -l token (string replace -r '^--[a-z]+=' '' -- (commandline -ct))\n"
      "    set -l key (string split -m 1 = -- $token)[1]\n"
      "    if not string match -q '*=*' -- $token\n"
      "        # Keys below a key come when its point is typed.\n"
      "        printf '%s\\n'";
  for (const SettableKey& key : program.settings) text += " " + key.path + "=";
  text +=
      " | string match -r -- '^'(string escape --style=regex -- $token)'[^.]*$'\n        return\n"
      "    end\n"
      "    switch $key\n";
  for (const SettableKey& key : program.settings) {
    if (!key.words.empty())
      text +=
          "        case " + key.path + "\n            printf \"$key=%s\\n\" " + joined(key.words, " ") + "\n";
  }
  text +=
      "    end\n"
      "end\n\n"
      "complete -c lookahead -f\n";
  text += command_functions(program.options);
  for (const CompletedCommand& command : program.commands)
    text += "complete -c lookahead -n '__lookahead_is \"\"' -a " + command.name + " -d " +
            fish_quoted(brief(command.sentence)) + "\n";
  text += fish_options("", program.options);
  for (const CompletedCommand& command : program.commands) {
    const std::string condition = " -n '__lookahead_is " + command.name + "'";
    text += fish_options(condition, command.options);
    switch (command.arguments.kind) {
      case Candidates::Kind::nothing:
        break;
      case Candidates::Kind::files:
        text += "complete -c lookahead" + condition + " -F\n";
        break;
      default: {
        std::string candidates = fish_candidates(command.arguments);
        // Of an argument, no option takes it.
        if (candidates.starts_with(" -x")) candidates = candidates.substr(3);
        text.append("complete -c lookahead").append(condition).append(candidates).append("\n");
      }
    }
  }
  return text;
}

}  // namespace lookahead::cmd
