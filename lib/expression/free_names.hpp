#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "expression/names.hpp"

namespace lookahead::expression {

// The names in a text that have no meaning yet: no constants, functions or indices, nothing it defines; in the
// order in which they first appear. Nothing for a text that cannot be parsed.
std::vector<std::string> free_names(std::string_view text, const Names& names);
// The numbers that a text takes by name: n, pi, e and constants.
std::vector<std::string> number_names(std::string_view text, const Names& names);

}  // namespace lookahead::expression
