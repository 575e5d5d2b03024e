#pragma once
#include <string>
#include <vector>

#include "cli/run_binary.hpp"

// The commands whose calls fail.
namespace lookahead::failures {

struct Command {
  std::vector<std::string> arguments;
  std::string before = "";  // the folder that `out` is a copy of; empty: there is no `out`
  std::string input = "";   // the file that is standard input
};

// Small runs of everything that reads and writes. Their folder is `out`.
std::vector<Command> commands();

// The files that they read, and the runs that they go on from.
void write_inputs(const cli::Folder& folder);

}  // namespace lookahead::failures
