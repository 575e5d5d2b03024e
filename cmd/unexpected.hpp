#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace lookahead::cmd {

// What is wrong with a command line, and what to do: a command or an option of a similar name, or a key of the
// problem, as a question; or the page of help that says more.
struct Misuse {
  std::string fault, cure;
};

// `words` are those behind the program's name.
Misuse misuse_of(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words);

}  // namespace lookahead::cmd
