#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "expression/names.hpp"

namespace lookahead::expression {

// What to write in the place of what an expression does not know. Empty: nothing is known either.

// Of a function, as other languages call it or as one here is called nearly.
std::string unknown_function_cure(const std::string& name);

// Of a name that is called by nothing; `others` are names that the text has defined. `element`: it stands before [ ].
std::string unknown_name_cure(const Names& names, const std::string& name, std::vector<std::string> others,
                              bool element);

// Of a sign or word that stands where none is expected.
std::string unexpected_cure(std::string_view text);

}  // namespace lookahead::expression
