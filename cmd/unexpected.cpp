#include "unexpected.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "options/form.hpp"
#include "spec/codecs.hpp"

namespace lookahead::cmd {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool is_one_of(const std::string& word, const std::vector<std::string>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The key of a problem file that a name stands for: itself, or the optimizer's, or the first that ends so.
std::string key_of(const std::string& name) {
  std::string found;
  for (const SettableKey& key : settable_keys(problem_form())) {
    if (key.path == name || key.path == "optimizer." + name) return key.path;
    if (found.empty() && key.path.ends_with("." + name)) found = key.path;
  }
  return found;
}

std::string question(const std::string& text) { return "did you mean " + text + "?"; }

}  // namespace

std::string meant_by(const CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const auto command =
      std::find_if(words.begin(), words.end(), [&](const auto& word) { return is_one_of(word, commands); });
  if (command == words.end()) {
    const auto first =
        std::find_if(words.begin(), words.end(), [](const auto& word) { return !word.starts_with('-'); });
    const auto near = first == words.end() ? std::nullopt : nearest(*first, commands);
    return near ? question("lookahead " + *near) : "";
  }
  const CLI::App* const chosen = app.get_subcommand(*command);
  std::vector<std::string> options = option_names(*chosen);
  for (const std::string& name : option_names(app)) options.push_back(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!name.starts_with("--") || name.size() == 2 || is_one_of(name, options)) continue;
    const std::string key = is_one_of("--set", options) ? key_of(name.substr(2)) : "";
    if (!key.empty()) {
      const bool follows = i + 1 < words.size() && !words[i + 1].starts_with("--");
      const std::string value = equals != std::string::npos ? word.substr(equals + 1)
                                : follows                   ? words[i + 1]
                                                            : "VALUE";
      std::string setting = "--set ";
      setting.append(key).append("=").append(value);
      return question(setting);
    }
    const auto near = nearest(name, options);
    return near ? question(*near) : "";
  }
  return "";
}

}  // namespace lookahead::cmd
