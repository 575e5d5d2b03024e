#include "data/layout.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/text.hpp"
#include "data/cell.hpp"

namespace lookahead {
namespace {

using Rows = std::vector<std::vector<std::string>>;
// A column takes some hundred bytes of names and plans before a row is read.
constexpr std::size_t most_columns = std::size_t{1} << 20;
constexpr std::size_t all_rows = std::numeric_limits<std::size_t>::max();

class Collector : public Records {
 public:
  explicit Collector(std::size_t most) : most_(most) {}
  void cell(std::string_view text, int) override {
    if (row_.size() <= most_columns) row_.emplace_back(text);
  }
  bool end(int) override {
    rows.push_back(std::move(row_));
    row_.clear();
    return rows.size() < most_;
  }
  Rows rows;

 private:
  std::vector<std::string> row_;
  std::size_t most_;
};

bool all_digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool same_letter(char a, char b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return small(a) == small(b);
}

bool is_mark(const std::string& text) { return text.empty() || text == "?" || text == "NA"; }

bool is_number(const std::string& text, char decimal) {
  double value = 0;
  return parse_cell(text, decimal, value) != CellKind::text;
}

// The separator by which most records have the same number of fields, at least two. Those that also stand
// inside numbers and texts come last, so that they lose where both fit.
char guess_separator(std::string_view head) {
  char best = ',';
  double best_share = 0.5;
  for (const char candidate : {'\t', ';', '|', ',', ' '}) {
    const Rows rows = first_records(head, candidate, all_rows);
    std::map<std::size_t, std::size_t> counts;
    for (const auto& row : rows) ++counts[row.size()];
    for (const auto& [fields, count] : counts) {
      const double share = static_cast<double>(count) / static_cast<double>(rows.size());
      if (fields < 2 || share <= best_share || (candidate == ' ' && share < 1)) continue;
      best = candidate;
      best_share = share;
    }
  }
  return best;
}

// A comma in numbers is believed only where it does not separate fields: "1,234" in quotes is a thousand to
// some.
char guess_decimal(const Rows& rows, char separator) {
  if (separator == ',') return '.';
  std::size_t commas = 0, points = 0;
  for (const auto& row : rows) {
    for (const std::string& cell : row) {
      const bool comma = is_number(cell, ','), point = is_number(cell, '.');
      if (comma && !point) ++commas;
      if (point && !comma) ++points;
    }
  }
  return commas > points ? ',' : '.';
}

// Whether the numbers of a row count on from 0 or 1, five of them at least, as names of columns do.
bool counts_columns(const std::vector<std::string>& row) {
  std::size_t numbers = 0;
  double next = 0;
  for (const std::string& cell : row) {
    double value = 0;
    if (parse_cell(cell, '.', value) == CellKind::text) continue;
    if (numbers == 0 ? value != 0 && value != 1 : value != next) return false;
    next = value + 1;
    ++numbers;
  }
  return numbers >= 5;
}

// Whether a text of the first row stands in another row of the same column.
bool comes_again(const Rows& rows, char decimal) {
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    const std::string& text = rows.front()[column];
    if (is_number(text, decimal)) continue;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (column < rows[i].size() && rows[i][column] == text) return true;
    }
  }
  return false;
}

bool guess_header(const Rows& rows, const DataOptions& options, char decimal) {
  if (rows.empty()) return false;
  const auto& first = rows.front();
  // A name that stands there but for its capitals is no row either; it will be told what it should have been.
  const auto stands = [&](const std::string& name) {
    return !all_digits(name) && std::any_of(first.begin(), first.end(), [&](const std::string& cell) {
      return std::equal(cell.begin(), cell.end(), name.begin(), name.end(), same_letter);
    });
  };
  if (options.target && stands(*options.target)) return true;
  if (std::any_of(options.drop.begin(), options.drop.end(), stands)) return true;
  if (std::set<std::string>(first.begin(), first.end()).size() != first.size()) return false;
  if (std::any_of(first.begin(), first.end(), [&](const auto& cell) { return is_number(cell, decimal); }))
    return counts_columns(first) && std::none_of(rows.begin() + 1, rows.end(), counts_columns) &&
           !comes_again(rows, decimal);
  bool all_text = true;
  for (std::size_t column = 0; column < first.size(); ++column) {
    std::size_t numbers = 0, texts = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (column >= rows[i].size() || is_mark(rows[i][column])) continue;
      ++(is_number(rows[i][column], decimal) ? numbers : texts);
    }
    if (numbers > texts) return true;
    all_text = all_text && numbers == 0;
  }
  return all_text;
}

Checked<std::vector<std::string>> names_of(const std::vector<std::string>& first, bool header,
                                           const Place& place) {
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
    const auto [known, fresh] = seen.emplace(first[i], i + 1);
    const Place field{place.source, place.line, static_cast<int>(i + 1)};
    if (!fresh && faults.size() < most_faults) {
      faults.push_back({FaultKind::data, field,
                        "two columns are named " + quoted(first[i]) + ", fields " +
                            std::to_string(known->second) + " and " + std::to_string(i + 1),
                        "rename one, or set data.header: false and give columns by number"});
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

}  // namespace

std::string separator_text(char separator) {
  if (separator == '\t') return "tab";
  if (separator == ' ') return "blank";
  return std::string("'") + separator + "'";
}

Rows first_records(std::string_view text, char separator, std::size_t most) {
  Collector collector(most);
  Tokenizer tokenizer("", separator, collector);
  if (tokenizer.feed(text)) tokenizer.finish();
  return std::move(collector.rows);
}

Checked<std::vector<std::string>> field_names(const CsvFile& file, char separator, bool header) {
  const Rows rows = first_records(file.head(), separator, 1);
  return names_of(rows.empty() ? std::vector<std::string>{} : rows.front(), header,
                  {file.name(), file.first_line(), 0});
}

Checked<Layout> find_layout(const CsvFile& file, const DataOptions& options) {
  Layout layout;
  std::vector<std::string> guessed;
  layout.separator = options.separator.value != 0 ? options.separator.value : guess_separator(file.head());
  Rows rows = first_records(file.head(), layout.separator, all_rows);
  if (rows.empty()) rows = first_records(file.head(), layout.separator, 1);
  layout.decimal = options.decimal.value != 0 ? options.decimal.value : guess_decimal(rows, layout.separator);
  layout.header = options.header == HeaderChoice::automatic ? guess_header(rows, options, layout.decimal)
                                                            : options.header == HeaderChoice::present;
  if (options.header == HeaderChoice::automatic) guessed.push_back(layout.header ? "header" : "no header");
  const bool single = !rows.empty() && rows.front().size() == 1;
  if (options.separator.value == 0) {
    guessed.push_back(single ? "one column" : "separator " + separator_text(layout.separator));
  }
  if (options.decimal.value == 0 && layout.decimal == ',') guessed.push_back("decimal ','");
  if (!guessed.empty()) layout.notes.push_back(file.name() + ": " + joined(guessed, ", ") + " (guessed)");
  auto names = names_of(rows.empty() ? std::vector<std::string>{} : rows.front(), layout.header,
                        {file.name(), file.first_line(), 0});
  if (!names) return names.faults();
  layout.names = std::move(*names);
  // A number as a name is easily taken for the place of a column.
  const auto target = std::find(layout.names.begin(), layout.names.end(), options.target.value_or(""));
  if (options.header == HeaderChoice::automatic && layout.header && target != layout.names.end() &&
      all_digits(*target)) {
    const auto place = std::to_string(target - layout.names.begin() + 1);
    if (place != *target) {
      layout.notes.push_back(file.name() + ": the target is the column named " + quoted(*target) +
                             ", which is field " + place + " (with data.header: false columns go by number)");
    }
  }
  return layout;
}

}  // namespace lookahead
