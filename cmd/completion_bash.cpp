#include "base/text.hpp"
#include "completion.hpp"

namespace lookahead::cmd {
namespace {

std::string bash_candidates(const Candidates& candidates) {
  switch (candidates.kind) {
    case Candidates::Kind::words:
      return "kind=words words=" + shell_quoted(listed(candidates.words));
    case Candidates::Kind::files:
      return "kind=files";
    case Candidates::Kind::problems:
      return "kind=problems";
    case Candidates::Kind::folders:
      return "kind=folders";
    case Candidates::Kind::settings:
      return "kind=settings";
    case Candidates::Kind::nothing:
      break;
  }
  return "kind=nothing";
}

// The cases of what stands behind options; `command` may be * for any.
std::string bash_values(const std::string& command, const std::vector<CompletedOption>& options) {
  std::string text;
  for (const CompletedOption& option : options) {
    if (!option.takes_value) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) {
      std::string pattern = command == "*" ? " " : command + " ";
      pattern += name;
      patterns.push_back((command == "*" ? "*" : "") + shell_quoted(pattern));
    }
    text.append("    ").append(joined(patterns, " | ")).append(") ");
    text.append(bash_candidates(option.value)).append(" ;;\n");
  }
  return text;
}

std::string names_of(const std::vector<CompletedOption>& options) {
  std::vector<std::string> names;
  for (const CompletedOption& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return joined(names, " ");
}

constexpr const char* begin =
    R"(# Completes the command lines of lookahead in bash; made by `lookahead completion bash`.

_lookahead() {
  local line=() word i cur prev command='' kind='' words='' last prefix
  # To bash = is a word by itself; here it belongs to what is around it.
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == '=' || ${COMP_WORDS[i - 1]} == '=' ]]; then
      line[${#line[@]} - 1]+=$word
    else
      line+=("$word")
    fi
  done
  last=$((${#line[@]} - 1))
  cur=${line[last]}
  prev=${line[last - 1]}
  for ((i = 1; i < last; ++i)); do
    case ${line[i]} in
)";

constexpr const char* middle = R"(      -*) ;;
      *)
        command=${line[i]}
        break
        ;;
    esac
  done
  if [[ $cur == --*=* ]]; then
    prev=${cur%%=*}
    cur=${cur#*=}
  fi
  case "$command $prev" in
)";

constexpr const char* reply = R"(  COMPREPLY=()
  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
    files | problems | folders)
      compopt -o filenames 2>/dev/null
      case $kind in
        files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        folders) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        problems)
          mapfile -t COMPREPLY < <(
            compgen -d -- "$cur"
            compgen -f -X '!*.yaml' -- "$cur"
            compgen -f -X '!*.yml' -- "$cur"
          )
          ;;
      esac
      ;;
    settings)
      if [[ $cur == *=* ]]; then
        words=$(_lookahead_values "${cur%%=*}")
        cur=${cur#*=}
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
      else
        compopt -o nospace 2>/dev/null
        # Keys below a key come when its point is typed.
        for word in $_lookahead_keys; do
          [[ $word == "$cur"* && ${word#"$cur"} != *.* ]] && COMPREPLY+=("$word=")
        done
      fi
      ;;
  esac
  # Where = is no word by itself, what is before it is replaced too.
  if [[ $COMP_WORDBREAKS != *=* && ${line[last]} == *=* ]]; then
    prefix=${line[last]%"$cur"}
    COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
  fi
}

complete -F _lookahead lookahead
)";

// What keys can be set to, and the keys.
std::string bash_settings(const CompletedProgram& program) {
  std::vector<std::string> keys;
  std::string cases;
  for (const SettableKey& key : program.settings) {
    keys.push_back(key.path.text());
    if (!key.words.empty())
      cases += "    " + key.path + ") echo " + shell_quoted(joined(key.words, " ")) + " ;;\n";
  }
  return "\n_lookahead_keys=" + shell_quoted(joined(keys, " ")) +
         "\n\n# The names that a key can be set to.\n_lookahead_values() {\n  case $1 in\n" + cases +
         "  esac\n}\n\n";
}

}  // namespace

std::string bash_script(const CompletedProgram& program) {
  std::vector<std::string> valued;
  for (const CompletedOption& option : program.options) {
    if (option.takes_value) valued.insert(valued.end(), option.names.begin(), option.names.end());
  }
  std::string text = begin;
  text += "      " + joined(valued, " | ") + ") ((++i)) ;;\n" + middle;
  for (const CompletedCommand& command : program.commands) text += bash_values(command.name, command.options);
  text += bash_values("*", program.options) + "    *) kind=arguments ;;\n  esac\n";
  text += "  if [[ $kind == arguments && $cur == -* ]]; then\n    kind=words words=" +
          shell_quoted(names_of(program.options)) + "\n    case $command in\n";
  for (const CompletedCommand& command : program.commands) {
    if (!command.options.empty())
      text += "      " + command.name + ") words+=" + shell_quoted(" " + names_of(command.options)) + " ;;\n";
  }
  text += "    esac\n  elif [[ $kind == arguments ]]; then\n    case $command in\n";
  std::vector<std::string> names;
  for (const CompletedCommand& command : program.commands) {
    names.push_back(command.name);
    text += "      " + command.name + ") " + bash_candidates(command.arguments) + " ;;\n";
  }
  text += "      '') kind=words words=" + shell_quoted(joined(names, " ")) + " ;;\n    esac\n  fi\n";
  const std::string settings = bash_settings(program);
  const std::string whole = text + reply;
  // The keys stand before the function that uses them.
  const auto function = whole.find("\n_lookahead() {");
  return whole.substr(0, function) + settings + whole.substr(function + 1);
}

}  // namespace lookahead::cmd
