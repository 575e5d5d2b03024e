#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lookahead::cmd {

// The words of a command line, in front of what CLI11 makes of them.

// Whether the word is an option of the command, or of all, that takes the next word as its value.
bool takes_next_word(const CLI::App& command, const std::string& word);

// The place of the command among the words behind the program's name; their number where there is none.
std::size_t place_of_command(const CLI::App& app, const std::vector<std::string>& words);

// The words as CLI11 should have them: where there may be several files it takes [a] for a list of them, and ./[a] for
// the file that it is.
std::vector<std::string> with_plain_files(const CLI::App& app, std::vector<std::string> words);

}  // namespace lookahead::cmd
