#pragma once
#include <string>

#include "options/form.hpp"

namespace lookahead {

// The form as JSON Schema, draft-07, with an end of line; every keyword of it means the same in 2020-12. `title`
// is what an editor calls the file.
std::string json_schema(const Form& form, const std::string& title);

}  // namespace lookahead
