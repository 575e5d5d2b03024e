#include "data/read/layout.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "data/read/cell.hpp"
#include "data/read/faults.hpp"
#include "data/read/first_records.hpp"
#include "data/read/header.hpp"
#include "data/read/number_format.hpp"
#include "data/read/separator.hpp"

namespace lookahead {
namespace {

using Rows = TextRows;

// Whether the comma of a number can only be the decimal one: 0,123, 1234,567, 1,5 and 1 234,567, but not 1,234.
bool has_decimal_comma(std::string_view number) {
  constexpr std::size_t group = 3;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::size_t comma = number.find(',');
  if (comma == std::string_view::npos) return false;
  std::size_t begin = comma, end = comma + 1;
  while (begin > 0 && digit(number[begin - 1])) --begin;
  while (end < number.size() && digit(number[end])) ++end;
  const std::size_t before = comma - begin;
  const bool grouped = begin > 1 && digit(number[begin - 2]);
  const bool exponent = end < number.size() && (number[end] == 'e' || number[end] == 'E');
  return end - comma - 1 != group || before == 0 || before > group || number[begin] == '0' || grouped ||
         exponent;
}

// A comma in numbers is believed only where it does not separate fields and where some number has no other
// reading: "1,234" is a thousand to some.
char guess_decimal(const Rows& rows, char separator, const DataOptions& options) {
  const char thousands = options.thousands.value;
  if (thousands == '.') return ',';
  if (separator == ',' || thousands == ',') return '.';
  const NumberFormat with_comma(',', thousands, options.units), with_point('.', thousands, options.units);
  std::size_t commas = 0, points = 0;
  bool decided = false;
  for (const auto& row : rows) {
    for (const std::string& cell : row) {
      const bool comma = is_number(cell, with_comma), point = is_number(cell, with_point);
      if (comma && !point) ++commas;
      if (point && !comma) ++points;
      decided = decided || (comma && !point && has_decimal_comma(cell));
    }
  }
  return decided && commas > points ? ',' : '.';
}

// `blanks`: fields without a name, of which there may be several, rising.
Checked<std::vector<std::string>> names_of(const std::vector<std::string>& first, bool header,
                                           const std::vector<std::size_t>& blanks, const Place& place) {
  std::vector<std::string> names;
  if (first.size() > most_columns) {
    return Fault{FaultKind::data, place,
                 "the first row has more than " + std::to_string(most_columns) + " fields",
                 "is this a data file? data.separator says what stands between two fields"};
  }
  std::map<std::string, std::size_t> seen;
  Faults faults;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!header) {
      names.push_back(std::to_string(i + 1));
      continue;
    }
    if (std::binary_search(blanks.begin(), blanks.end(), i)) {
      names.emplace_back();
      continue;
    }
    const auto [known, fresh] = seen.emplace(first[i], i + 1);
    const Place field{place.source, place.line, static_cast<int>(i + 1)};
    if (!fresh && faults.size() < most_faults) {
      faults.push_back({FaultKind::data, field,
                        "two columns are named " + quoted(first[i]) + ", fields " +
                            std::to_string(known->second) + " and " + std::to_string(i + 1),
                        "rename one, or give columns by number: data.header: false, with data.skip_lines: " +
                            std::to_string(place.line) + " if this is a header"});
    }
    if (!is_utf8(first[i]) && faults.size() < most_faults) {
      faults.push_back({FaultKind::data, field, "the column name " + quoted(first[i]) + " is not UTF-8",
                        "convert the file, for example by iconv -f LATIN1 -t UTF-8"});
    }
    names.push_back(first[i]);
  }
  if (!faults.empty()) return faults;
  return names;
}

// A fault where fields seem to stand between two characters, one of them `separator`, or where there is
// but one field.
std::optional<Fault> two_characters(const Rows& rows, const CsvFile& file, char separator) {
  const auto all = [&](auto fits) { return !rows.empty() && std::all_of(rows.begin(), rows.end(), fits); };
  std::string found;
  const bool doubled = separator != ' ' && all([](const std::vector<std::string>& row) {
                         for (std::size_t i = 1; i < row.size(); i += 2) {
                           if (!row[i].empty()) return false;
                         }
                         return row.size() >= 3 && row.size() % 2 == 1 && !row.back().empty();
                       });
  if (doubled) found = std::string(2, separator);
  for (const char* pair : {"::", "~~", "||"}) {
    const bool inside = all([&](const std::vector<std::string>& row) {
      return row.size() == 1 && row.front().find(pair) != std::string::npos;
    });
    if (inside) found = pair;
  }
  if (found.empty()) return std::nullopt;
  return Fault{FaultKind::data,
               {file.name(), file.first_line(), 0},
               "fields seem to stand between two characters, " + lookahead::quoted(found),
               "replace them by one, for example by sed 's/" + found + "/|/g'; or set data.separator"};
}

// Whether the first cells of the rows below a header are, as names of rows have to be.
bool all_different(const Rows& rows) {
  std::set<std::string> seen;
  return std::all_of(rows.begin() + 1, rows.end(),
                     [&](const std::vector<std::string>& row) { return seen.insert(row.front()).second; });
}

// What the records say of their fields, beside the names, which are those of the first one.
void find_edges(const Rows& rows, bool header, Fields& fields) {
  const std::size_t width = header ? usual_width(rows) : rows.front().size();
  const std::size_t named = fields.names.size();
  const auto ends_empty = [&](const std::vector<std::string>& row) {
    return row.size() != width || row.back().empty();
  };
  if (width < 2 || (header && rows.size() < 2)) return;
  const bool empty = std::all_of(rows.begin() + (header ? 1 : 0), rows.end(), ends_empty);
  if (header && named == width + 1 && fields.names.back().empty()) {
    fields.names.pop_back();
  } else if (header && named + 1 == width) {
    fields.trailing = empty ? 1 : 0;
    fields.row_names = !empty && all_different(rows);
  } else if (empty && named == width && (!header || fields.names.back().empty())) {
    fields.trailing = 1;
    fields.names.pop_back();
  }
  if (!fields.row_names) return;
  std::string name = "row.names";
  while (std::find(fields.names.begin(), fields.names.end(), name) != fields.names.end()) name += "_";
  fields.names.insert(fields.names.begin(), name);
}

// The fields that have neither a name in the header nor a cell, in rows that are not wider than it.
std::vector<std::size_t> blank_fields(const Rows& rows, bool header) {
  std::vector<std::size_t> blanks;
  if (!header || rows.size() < 2 || usual_width(rows) > rows.front().size()) return blanks;
  for (std::size_t i = 0; i < rows.front().size(); ++i) {
    const bool blank = std::all_of(rows.begin(), rows.end(), [&](const std::vector<std::string>& row) {
      return i >= row.size() || row[i].empty();
    });
    if (blank) blanks.push_back(i);
  }
  return blanks;
}

// Takes blank fields at the end for what stands behind separators there; false where there are not two.
bool end_blank(const Rows& rows, Fields& fields) {
  const std::size_t named = fields.names.size(), width = usual_width(rows);
  std::size_t count = 0;
  while (!fields.blank.empty() && fields.blank.back() + 1 + count == named) {
    fields.blank.pop_back();
    ++count;
  }
  // One is found by what stands behind it; rows may do without some of the separators.
  if (count < 2 || width + count < named) return false;
  fields.names.resize(named - count);
  fields.trailing = count - (named - width);
  return true;
}

// How many lines stand before the first one with as many fields as most have, where the first ones are
// shorter by more than the name of one column.
Index lines_above(const Rows& rows, const CsvFile& file, const Dialect& dialect) {
  const std::size_t width = usual_width(rows);
  if (rows.front().size() + 1 >= width) return 0;
  std::string_view rest = file.head();
  for (Index lines = 0; !rest.empty(); ++lines) {
    const auto end = std::min(rest.find(file.line_end()), rest.size());
    const auto record = first_records(rest.substr(0, end), dialect, 1);
    if (!record.empty() && record.front().size() >= width) return lines;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}

Checked<Fields> fields_in(const Rows& rows, const CsvFile& file, const Dialect& dialect, bool header) {
  Fields fields;
  if (!rows.empty()) fields.blank = blank_fields(rows, header);
  auto names = names_of(rows.empty() ? std::vector<std::string>{} : rows.front(), header, fields.blank,
                        {file.name(), file.first_line(), 0});
  if (!names) return names.faults();
  fields.names = std::move(*names);
  if (rows.empty()) return fields;
  fields.lines_above = lines_above(rows, file, dialect);
  if (!end_blank(rows, fields)) find_edges(rows, header, fields);
  return fields;
}

}  // namespace

std::string separator_text(char separator) {
  if (separator == '\t') return "tab";
  if (separator == ' ') return "blank";
  return std::string("'") + separator + "'";
}

std::string lines_above_cure(const Fields& fields) {
  if (fields.lines_above == 0) return "";
  const bool one = fields.lines_above == 1;
  return "; data.skip_lines: " + std::to_string(fields.lines_above) + " leaves out the " +
         (one ? "line that stands" : "lines that stand") + " above the header";
}

std::string row_names_note(const std::string& file, const Fields& fields) {
  return file + ": the header is one name short, so that the first field, " + quoted(fields.names.front()) +
         ", names rows and is left out (data.keep uses it)";
}

Checked<Fields> fields_of(const CsvFile& file, const Dialect& dialect, bool header) {
  if (const auto fault = file.empty()) return *fault;
  return fields_in(first_records(file.head(), dialect, all_rows), file, dialect, header);
}

Checked<Layout> find_layout(const CsvFile& file, const DataOptions& options) {
  if (const auto fault = file.empty()) return *fault;
  Layout layout;
  std::vector<std::string> guessed;
  layout.dialect.comment = options.comment.value;
  const bool named_there = options.separator.value == 0 && file.named_separator() != 0;
  layout.dialect.separator = named_there                    ? file.named_separator()
                             : options.separator.value != 0 ? options.separator.value
                                                            : guess_separator(file, options.comment.value);
  const Rows rows = first_records(file.head(), layout.dialect, all_rows);
  if (options.separator.value == 0 && !named_there) {
    if (auto fault = two_characters(rows, file, layout.dialect.separator)) return *fault;
  }
  layout.decimal = options.decimal.value != 0 ? options.decimal.value
                                              : guess_decimal(rows, layout.dialect.separator, options);
  const NumberFormat format(layout.decimal, options.thousands.value, options.units);
  layout.header = options.header == HeaderChoice::automatic ? guess_header(rows, options, format)
                                                            : options.header == HeaderChoice::present;
  if (options.header == HeaderChoice::automatic) guessed.push_back(layout.header ? "header" : "no header");
  const bool single = !rows.empty() && rows.front().size() == 1;
  if (named_there) {
    layout.notes.push_back(file.name() + ": separator " + separator_text(layout.dialect.separator) +
                           ", as its first line says");
  } else if (options.separator.value == 0) {
    guessed.push_back(single ? "one column" : "separator " + separator_text(layout.dialect.separator));
  }
  if (options.decimal.value == 0 && layout.decimal == ',') guessed.push_back("decimal ','");
  if (!guessed.empty()) layout.notes.push_back(file.name() + ": " + joined(guessed, ", ") + " (guessed)");
  auto fields = fields_in(rows, file, layout.dialect, layout.header);
  if (!fields) return fields.faults();
  static_cast<Fields&>(layout) = std::move(*fields);
  if (layout.row_names) layout.notes.push_back(row_names_note(file.name(), layout));
  const std::string last = layout.header ? "" : std::to_string(layout.names.size() + 1);
  const auto named = named_columns(options);
  if (layout.trailing > 0 && std::find(named.begin(), named.end(), last) != named.end()) {
    --layout.trailing;
    layout.names.push_back(last);
  }
  if (layout.trailing > 0) {
    layout.notes.push_back(
        file.name() + ": rows end in " +
        (layout.trailing == 1 ? "a separator" : std::to_string(layout.trailing) + " separators"));
  }
  for (const std::size_t field : layout.blank) {
    layout.notes.push_back(file.name() + ": field " + std::to_string(field + 1) +
                           " is left out: it has neither a name nor a cell");
  }
  // A number as a name is easily taken for the place of a column.
  const auto target = std::find(layout.names.begin(), layout.names.end(), options.target.value_or(""));
  if (options.header == HeaderChoice::automatic && layout.header && target != layout.names.end() &&
      all_digits(*target)) {
    const auto place = std::to_string(target - layout.names.begin() + 1);
    if (place != *target) {
      layout.notes.push_back(file.name() + ": the target is the column named " + lookahead::quoted(*target) +
                             ", which is field " + place + " (with data.header: false columns go by number)");
    }
  }
  return layout;
}

}  // namespace lookahead
