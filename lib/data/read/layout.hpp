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
  // Every record ends in a separator, behind which an empty field stands that has no name.
  bool trailing = false;
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

// The first `most` records of a text, trimmed cells. The last one may be cut short where the text is.
std::vector<std::vector<std::string>> first_records(std::string_view text, const Dialect& dialect,
                                                    std::size_t most);

// Takes what the options say and finds out the rest from the head of the file. Faults, of kind data: an empty
// file, header names that are not different from each other, or no UTF-8, separators of two characters.
Checked<Layout> find_layout(const CsvFile& file, const DataOptions& options);

// What is to be said of a file whose header is one name short.
std::string row_names_note(const std::string& file, const Fields& fields);

// The fields of a file whose dialect is known, and whether it has a header; faults as above.
Checked<Fields> fields_of(const CsvFile& file, const Dialect& dialect, bool header);

}  // namespace lookahead
