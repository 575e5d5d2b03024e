#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lookahead::cmd {

// What somebody may have meant whose command line is wrong: a command or an option of a similar name, or a key of
// the problem, as a question; empty: nothing is near. `words` are those behind the program's name.
std::string meant_by(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace lookahead::cmd
