#pragma once
#include <string>
#include <vector>

#include "data/options.hpp"
#include "data/read/number_format.hpp"

namespace lookahead {

// The cells of a file's first records, trimmed and without their quotes.
using TextRows = std::vector<std::vector<std::string>>;

// Whether a cell is a number as they are written.
bool is_number(const std::string& text, const NumberFormat& format);

// Whether a text is one digit or more and nothing else.
bool all_digits(const std::string& text);

// How many fields most of the records have, without the first one, which may be a header; 0: none.
std::size_t usual_width(const TextRows& rows);

// The columns that the options name, patterns among them as they are.
std::vector<std::string> named_columns(const DataOptions& options);

// Whether the first row holds the names of the columns: it has a name that the options use, or names alone
// where the rows below have numbers. `format` is how numbers are written.
bool guess_header(const TextRows& rows, const DataOptions& options, const NumberFormat& format);

}  // namespace lookahead
