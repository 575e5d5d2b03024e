#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/scalar.hpp"

namespace lookahead {

// What there are problem files of: function, game, ...
std::vector<std::string> init_kinds();

// What a new problem file is to be about.
struct InitRequest {
  std::string kind;                   // one of init_kinds(); empty: by the data
  std::string data;                   // the training file, as it is to stand in the problem; empty: none
  std::optional<std::string> target;  // its column to learn
  Index threads = 1;
};

// A commented problem file. With data it is made for that file, after reading all rows: check and solve
// take it as it is, from a folder where the path leads to the file. Of a request for nothing the list of what
// can be asked for. `notes` gets what was guessed. Faults: a kind that is not there or does not go with data, no
// target, with the columns that are likely to be one (kind usage); files that can not be read (kind data).
Checked<std::string> init_problem(const InitRequest& request, std::vector<std::string>& notes);

}  // namespace lookahead
