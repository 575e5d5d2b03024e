#include "unexpected.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/text.hpp"
#include "spec/synonyms.hpp"
#include "typed_words.hpp"

namespace lookahead::cmd {
namespace {

using WordPairs = std::vector<std::pair<const char*, const char*>>;

// What other programs call these commands and options.
const WordPairs& other_commands() {
  static const WordPairs names = {
      {"run", "solve"},      {"train", "solve"},   {"fit", "solve"},        {"minimize", "solve"},
      {"optimize", "solve"}, {"start", "solve"},   {"launch", "solve"},     {"resume", "solve --resume"},
      {"validate", "check"}, {"verify", "check"},  {"lint", "check"},       {"continue", "solve --resume"},
      {"tune", "sweep"},     {"grid", "sweep"},    {"search", "sweep"},     {"draw", "plot"},
      {"graph", "plot"},     {"info", "describe"}, {"explain", "describe"}, {"ls", "list"},
      {"new", "init"},       {"create", "init"},   {"diff", "compare"},     {"evaluate", "eval"}};
  return names;
}
const WordPairs& other_options() {
  static const WordPairs names = {
      {"--processes", "--threads"}, {"--jobs", "--threads"}, {"--parallel", "--threads"},
      {"--cpus", "--threads"},      {"-j", "--threads"},     {"--out", "--output"},
      {"--outdir", "--output"},     {"--dir", "--output"},   {"--overwrite", "--force"}};
  return names;
}

const char* other_name(const WordPairs& names, const std::string& word) {
  for (const auto& [name, ours] : names) {
    if (word == name) return ours;
  }
  return nullptr;
}

// Of the options that a user may give, long names or all of them.
std::vector<std::string> option_names(const CLI::App& app, bool short_too = false) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    if (!short_too) continue;
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

bool is_one_of(const std::string& word, const std::vector<std::string>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string question(const std::string& text) { return "did you mean " + text + "?"; }

// What a file that stands in the place of a command is for; "" where there is no such file.
std::string for_file(const std::string& file) {
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) return "";
  if (std::filesystem::is_directory(file, unknown)) return "show " + file;
  const std::string ending = std::filesystem::path(file).extension().string();
  if (ending == ".yaml" || ending == ".yml") return "solve " + file;
  return ending == ".csv" || ending == ".tsv" ? "init --data " + file : "";
}

// Where no word is a command.
std::string meant_command(const std::vector<std::string>& words, const std::vector<std::string>& commands) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with('-')) continue;
    if (const std::string use = for_file(word); !use.empty()) return "lookahead " + use;
    const char* const ours = other_name(other_commands(), word);
    const auto near = ours != nullptr ? std::optional<std::string>(ours) : nearest(word, commands);
    if (!near) continue;
    std::string meant = "lookahead ";
    meant += *near;
    if (i + 1 < words.size()) meant.append(" ").append(words[i + 1]);
    return meant;
  }
  return "";
}

// The option or setting that a word of a command may be; `follower` is the word behind it.
std::string meant_option(const std::string& word, const std::string& follower,
                         const std::vector<std::string>& options) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  if (const char* const ours = other_name(other_options(), name); ours != nullptr && is_one_of(ours, options))
    return ours;
  if (!name.starts_with("--") || name.size() == 2) return "";
  const std::string key = is_one_of("--set", options) ? key_named(name.substr(2)) : "";
  if (key.empty()) return nearest(name, options).value_or("");
  std::string setting = "--set ";
  setting.append(key).append("=").append(equals != std::string::npos ? word.substr(equals + 1)
                                         : follower.empty()          ? "VALUE"
                                                                     : follower);
  return setting;
}

// What CLI11 says of an option, in this program's words: its fault and, where there is one, its cure.
Misuse in_our_words(const std::string& text) {
  const auto between = [&](const char* begin, const char* end) {
    const std::size_t from = text.find(begin), start = from + std::string_view(begin).size();
    const std::size_t to = from == std::string::npos ? from : text.find(end, start);
    return to == std::string::npos ? std::string() : text.substr(start, to - start);
  };
  const std::string option = text.substr(0, text.find(':'));
  if (const std::string value = between(": 1 required ", " missing"); !value.empty())
    return {option + " needs a value: " + option + " " + value, ""};
  if (const std::string words = between(" not in {", "}"); !words.empty()) {
    std::string list;
    for (const char c : words) list.append(c == ',' ? ", " : std::string(1, c));
    return {option + " must be one of " + list + ", got '" + between(": ", " not in {") + "'", ""};
  }
  if (text.find(": At Most 1 required but received ") != std::string::npos)
    return {option + " is given more than once", "leave all of them out but one"};
  if (const std::string flag = between("Could not convert: ", " = "); !flag.empty())
    return {flag + " takes no value", "write it alone, or leave it out"};
  const std::size_t excludes = text.find(" excludes ");
  if (excludes != std::string::npos && text.starts_with("-"))
    return {text.substr(0, excludes) + " does not go with " + text.substr(excludes + 10),
            "leave one of the two out"};
  return {text, ""};
}

// Whether a setting has both sides of its '=' and no bracket is open.
bool is_whole(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == setting.size()) return false;
  const auto count = [&](char c) { return std::count(setting.begin(), setting.end(), c); };
  return count('[') <= count(']') && count('{') <= count('}');
}

// The words of one setting that the shell has taken apart, "optimizer.lr", "=", "0.1", as one; empty where `extra`
// is no part of any.
std::string whole_setting(const std::vector<std::string>& words,
                          std::vector<std::string>::const_iterator extra) {
  static const std::vector<std::string> options = {"--set", "-s", "--vary", "--at"};
  auto begin = extra;
  while (begin != words.begin() && !is_one_of(*begin, options)) --begin;
  if (!is_one_of(*begin, options)) return "";
  std::string setting;
  for (auto word = begin + 1; word != words.end() && !is_whole(setting); ++word) {
    const bool option = word->starts_with('-') && *word != "-" && !parse_number(*word);
    if (option) return "";
    const bool tight = setting.empty() || word->starts_with('=') || setting.ends_with('=');
    setting.append(tight ? "" : " ").append(*word);
    if (is_whole(setting) && word >= extra) return *begin + " '" + setting + "'";
  }
  return "";
}

}  // namespace

Misuse misuse_of(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const auto command = words.begin() + static_cast<std::ptrdiff_t>(place_of_command(app, words));
  Misuse misuse = in_our_words(error.what());
  const std::vector<std::string> extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr
                                              ? app.remaining(true)
                                              : std::vector<std::string>();
  // The first of them that the user has typed; those behind it may be its values.
  const auto extra =
      std::find_if(words.begin(), words.end(), [&](const auto& word) { return is_one_of(word, extras); });
  if (command == words.end()) {
    if (extra != words.end()) {
      misuse.fault = extra->starts_with('-') ? "there is no option '" + *extra + "'"
                                             : "there is no command '" + *extra + "'";
    }
    const std::string meant = meant_command(words, commands);
    misuse.cure = meant.empty() ? "lookahead help shows the commands and options" : question(meant);
    return misuse;
  }
  if (misuse.cure.empty()) misuse.cure = "lookahead help " + *command + " shows what it takes";
  if (extra == words.end()) return misuse;
  const CLI::App* const chosen = app.get_subcommand(*command);
  if (!extra->starts_with('-') || *extra == "-") {
    misuse.fault = *command + " has no place for the argument '" + *extra + "'";
    const std::size_t equals = extra->find('=');
    const bool sets = is_one_of("--set", option_names(*chosen)) && equals != std::string::npos && equals > 0;
    const std::string key = sets ? key_named(extra->substr(0, equals)) : "";
    if (const std::string whole = whole_setting(words, extra); !whole.empty()) {
      misuse.cure = "a setting is one word: " + whole;
    } else if (!key.empty()) {
      misuse.cure = question("--set " + key + extra->substr(equals));
    }
    return misuse;
  }
  if (extra < command && is_one_of(*extra, option_names(*chosen, true))) {
    misuse.fault = "the option '" + *extra + "' stands before its command";
    misuse.cure = question("lookahead " + *command + " ... " + *extra);
    return misuse;
  }
  misuse.fault = *command + " has no option '" + extra->substr(0, extra->find('=')) + "'";
  std::vector<std::string> options = option_names(*chosen);
  for (const std::string& name : option_names(app)) options.push_back(name);
  const auto next = extra + 1;
  const std::string follower = next != words.end() && !next->starts_with("--") ? *next : "";
  if (const std::string meant = meant_option(*extra, follower, options); !meant.empty())
    misuse.cure = question(meant);
  return misuse;
}

}  // namespace lookahead::cmd
