#include "typed_words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace lookahead::cmd {

bool takes_next_word(const CLI::App& command, const std::string& word) {
  const CLI::Option* option = nullptr;
  if (word.starts_with('-')) option = command.get_option_no_throw(word);
  return option != nullptr && option->get_items_expected_max() > 0;
}

std::size_t place_of_command(const CLI::App& app, const std::vector<std::string>& words) {
  const auto is_command = [&](const std::string& word) {
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    return std::ranges::any_of(commands,
                               [&](const CLI::App* command) { return command->get_name() == word; });
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_command(words[i])) return i;
    if (takes_next_word(app, words[i])) ++i;
  }
  return words.size();
}

std::vector<std::string> with_plain_files(const CLI::App& app, std::vector<std::string> words) {
  const char* const takers[] = {"check", "certify", "compare", "show", "plot", "report"};
  const std::size_t place = place_of_command(app, words);
  if (place == words.size() || std::ranges::find(takers, words[place]) == std::end(takers)) return words;
  const CLI::App& command = *app.get_subcommand(words[place]);
  for (std::size_t i = place + 1; i < words.size(); ++i) {
    if (takes_next_word(command, words[i]) || takes_next_word(app, words[i])) {
      ++i;
    } else if (words[i].starts_with('[')) {
      words[i].insert(0, "./");
    }
  }
  return words;
}

}  // namespace lookahead::cmd
