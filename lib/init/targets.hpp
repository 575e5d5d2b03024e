#pragma once
#include <string>

#include "data/survey.hpp"
#include "init/init.hpp"

namespace lookahead {

// The columns of a table, likely targets first, with what each would be as the target, and the command that
// makes a problem of one. Lines have at most 80 columns, as far as names allow.
std::string targets_text(const InitRequest& request, const Survey& survey);

}  // namespace lookahead
