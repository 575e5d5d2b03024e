#pragma once
#include <string>

namespace lookahead {

// A text as a scalar in double quotes, on one line and without control characters.
std::string yaml_quoted(const std::string& text);

// Whether a text has to stand in quotes to be read as that text: it is a number, or a word such as null or none,
// or has other characters than letters, digits and a few signs.
bool needs_quotes(const std::string& text);

// A text as a scalar, in quotes where it needs them.
std::string yaml_scalar(const std::string& text);

}  // namespace lookahead
