#pragma once
#include <doctest/doctest.h>

#include <algorithm>

#include "run_binary.hpp"

// Runs that are drawn, and what a gnuplot script says of them.
namespace lookahead::cli {

// Solves the problem `text` into the run directory `name`.
inline void solve(const Folder& folder, const std::string& text, const std::string& name,
                  const std::vector<std::string>& more = {}) {
  folder.write(name + ".yaml", text);
  std::vector<std::string> arguments = {"solve", name + ".yaml", "-q", "-o", name};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Result result = run(folder, arguments);
  REQUIRE_MESSAGE(result.code == 0, result.err);
}

// The lines of a data block of a gnuplot program.
inline std::vector<std::string> block(const std::string& program, const std::string& name) {
  std::vector<std::string> rows;
  bool inside = false;
  for (const std::string& line : lines(program)) {
    if (inside && line == "EOD") break;
    if (inside) rows.push_back(line);
    if (line == "$" + name + " << EOD") inside = true;
  }
  return rows;
}

// Lines of a caption put together again.
inline std::string unwrapped(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace lookahead::cli
