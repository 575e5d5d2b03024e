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
  std::vector<std::string> settings;  // of how its rows are laid out: "data.header=false"
  Index threads = 1;
};

struct InitText {
  std::string text;
  bool is_file = true;  // a problem or a sweep; otherwise it is to be read, and names files to be asked for
};

// A commented problem file. With data it is made for that file, after reading all rows: check and solve take
// it as it is, from a folder where the path leads to the file. Of a table without a target the columns, with
// what each would be as the target; of a request for nothing the list of what can be asked for. `notes` gets
// what was guessed. Lines have at most 80 columns, as far as names allow. Faults: a kind that is not there or
// does not go with data, or settings that do not say how rows are laid out (kind usage); files that cannot be read (kind
// data).
Checked<InitText> init_problem(const InitRequest& request, std::vector<std::string>& notes);

}  // namespace lookahead
