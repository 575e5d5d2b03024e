#pragma once
#include <string>

namespace lookahead {

// Cells of the CSV files we write.

// Appends a number of a real column: the shortest text that reads back to the same bits, with ".0" where
// neither a point nor an exponent stands, so that readers that guess types give the column the same one in
// every file: 1 -> "1.0", 1e-05 stays.
void append_real(std::string& out, double value);
void append_real(std::string& out, float value);

// A text as a cell, quoted as RFC 4180 wants it where it holds a comma, a quote or a line end.
std::string csv_cell(const std::string& text);

}  // namespace lookahead
