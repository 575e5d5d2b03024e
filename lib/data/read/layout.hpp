#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "data/options.hpp"
#include "data/read/dialect.hpp"
#include "data/read/reader.hpp"

namespace lookahead {

// The fields of a file's records.
struct Fields {
  std::vector<std::string> names;  // the header, otherwise "1", "2", ...
  // The header is one name short, as R writes it: the first field holds names of rows, all different, and its
  // own name, "row.names", is not in the file.
  bool row_names = false;
  // Every record ends in so many separators, each with an empty field behind it that has no name.
  std::size_t trailing = 0;
  // Other fields, from 0, that have neither a name nor a cell.
  std::vector<std::size_t> blank;
  // Where the first lines have fewer fields than most: how many stand before the first one with as many.
  Index lines_above = 0;
};

// How a CSV file is laid out.
struct Layout : Fields {
  Dialect dialect;
  char decimal = '.';
  bool header = false;
  std::vector<std::string> notes;  // what was guessed
};

// A separator in words: "','", "tab", "blank".
std::string separator_text(char separator);

// Takes what the options say and finds out the rest from the head of the file. Faults, of kind data: an empty
// file, header names that are not different from each other, or no UTF-8, separators of two characters.
Checked<Layout> find_layout(const CsvFile& file, const DataOptions& options);

// How to leave out lines above the header, where there seem to be some: "; data.skip_lines: 4 leaves ...".
std::string lines_above_cure(const Fields& fields);

// What is to be said of a file whose header is one name short.
std::string row_names_note(const std::string& file, const Fields& fields);

// The fields of a file whose dialect is known, and whether it has a header; faults as above.
Checked<Fields> fields_of(const CsvFile& file, const Dialect& dialect, bool header);

}  // namespace lookahead
