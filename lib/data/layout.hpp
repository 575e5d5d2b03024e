#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "data/options.hpp"
#include "data/reader.hpp"

namespace lookahead {

// How a CSV file is laid out.
struct Layout {
  char separator = ',';  // ' ': runs of blanks
  char decimal = '.';
  bool header = false;
  std::vector<std::string> names;  // of all fields: the header, otherwise "1", "2", ...
  std::vector<std::string> notes;  // what was guessed
};

// A separator in words: "','", "tab", "blank".
std::string separator_text(char separator);

// The first `most` records of a text, trimmed cells. The last one may be cut short where the text is.
std::vector<std::vector<std::string>> first_records(std::string_view text, char separator, std::size_t most);

// Takes what the options say and finds out the rest from the head of the file. Faults, of kind data: header
// names that are not different from each other, or no UTF-8.
Checked<Layout> find_layout(const CsvFile& file, const DataOptions& options);

// The names of the fields in a file whose separator and header are known; faults as above.
Checked<std::vector<std::string>> field_names(const CsvFile& file, char separator, bool header);

}  // namespace lookahead
