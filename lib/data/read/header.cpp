#include "data/read/header.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/letters.hpp"
#include "data/read/cell.hpp"
#include "data/read/dates.hpp"
#include "data/read/marks.hpp"

namespace lookahead {
namespace {

bool same_letter(char a, char b) { return lower(a) == lower(b); }

// Which cells of the column with that name say nothing: by the marks of the options, and by the usual ones
// where these are others.
class Blanks {
 public:
  Blanks(const Missing& missing, const std::string& column, const NumberFormat& format)
      : format_(format), usual_({}, column, format.decimal), own_(missing, column, format.decimal) {}
  bool contain(const std::string& text) const {
    double value = 0;
    const CellKind kind = parse_cell(text, format_, value);
    return usual_.contains(text, kind, value) || own_.contains(text, kind, value);
  }

 private:
  NumberFormat format_;
  Marks usual_, own_;
};

// Whether the cells of a row are the column names that pandas gives, 0, 1, 2, ..., four of them at least, or
// behind an empty one, that of the row numbers, three.
bool numbers_columns(const std::vector<std::string>& row) {
  const std::size_t start = row.front().empty() ? 1 : 0;
  for (std::size_t i = start; i < row.size(); ++i) {
    if (row[i] != std::to_string(i - start)) return false;
  }
  return row.size() >= 4;
}

// Whether the numbers of a row count on from 0 or 1, five of them at least, as names of columns do.
bool counts_columns(const std::vector<std::string>& row) {
  if (numbers_columns(row)) return true;
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

// Whether a text of the first row, which is not empty, stands in another row of the same column.
bool comes_again(const TextRows& rows, const NumberFormat& format) {
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    const std::string& text = rows.front()[column];
    if (text.empty() || is_number(text, format)) continue;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (column < rows[i].size() && rows[i][column] == text) return true;
    }
  }
  return false;
}

// How many cells of the first row say what another one has said; all, where that is nothing. Columns that are empty do
// not count.
std::size_t repeated_names(const TextRows& rows) {
  std::set<std::string> seen;
  std::size_t repeated = 0;
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    const std::string& cell = rows.front()[column];
    const auto is_filled = [&](const auto& row) { return column < row.size() && !row[column].empty(); };
    if (cell.empty() && std::none_of(rows.begin(), rows.end(), is_filled)) continue;
    if (seen.insert(cell).second) continue;
    if (cell.empty()) return rows.front().size();
    ++repeated;
  }
  return repeated;
}

// Whether a cell of the row is one of those that stand for missing ones, in its column.
bool says_nothing(const std::vector<std::string>& row, const DataOptions& options,
                  const NumberFormat& format) {
  return std::any_of(row.begin(), row.end(), [&](const std::string& cell) {
    return !cell.empty() && Blanks(options.missing, cell, format).contain(cell);
  });
}

// Whether the first row begins a column of dates. A date alone may well be the name of a column.
bool dates_go_on(const TextRows& rows) {
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    if (!is_date(rows.front()[column])) continue;
    const auto dates = std::count_if(rows.begin() + 1, rows.end(), [&](const auto& row) {
      return column < row.size() && is_date(row[column]);
    });
    if (dates * 2 > std::ssize(rows) - 1) return true;
  }
  return false;
}

}  // namespace

bool is_number(const std::string& text, const NumberFormat& format) {
  double value = 0;
  return parse_cell(text, format, value) != CellKind::text;
}

bool all_digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// How many fields most of the records have, without the first one, which may be a header; 0: none.
std::size_t usual_width(const TextRows& rows) {
  std::map<std::size_t, std::size_t> counts;
  for (std::size_t i = 1; i < rows.size(); ++i) ++counts[rows[i].size()];
  for (const auto& [width, count] : counts) {
    if (count * 2 >= rows.size()) return width;
  }
  return 0;
}

std::vector<std::string> named_columns(const DataOptions& options) {
  std::vector<std::string> names;
  for (const auto& name : {options.target, options.weights, options.exposure}) {
    if (name) names.push_back(*name);
  }
  for (const auto* list : {&options.features, &options.drop, &options.keep, &options.categorical.columns})
    names.insert(names.end(), list->begin(), list->end());
  for (const auto& [name, marks] : options.missing.columns.marks) names.push_back(name);
  return names;
}

bool guess_header(const TextRows& rows, const DataOptions& options, const NumberFormat& format) {
  if (rows.empty()) return false;
  const auto& first = rows.front();
  // A name that stands there but for its capitals is no row either; the fault says what it should have been.
  const auto stands = [&](const std::string& name) {
    return !all_digits(name) && std::any_of(first.begin(), first.end(), [&](const std::string& cell) {
      return std::equal(cell.begin(), cell.end(), name.begin(), name.end(), same_letter);
    });
  };
  const auto named = named_columns(options);
  if (std::any_of(named.begin(), named.end(), stands)) return true;
  const bool has_numbers =
      std::any_of(first.begin(), first.end(), [&](const auto& cell) { return is_number(cell, format); });
  const std::size_t repeated = repeated_names(rows);
  const bool twice = repeated > 0;
  // Of a few names that are there twice the fault tells; cells may well be the same.
  const bool few = 3 * repeated < first.size();
  if (twice && (!few || has_numbers || says_nothing(first, options, format) || comes_again(rows, format)))
    return false;
  if (first.size() + 1 == usual_width(rows) && !has_numbers && !twice) return true;
  if (has_numbers)
    return counts_columns(first) && std::none_of(rows.begin() + 1, rows.end(), counts_columns) &&
           !comes_again(rows, format);
  if (dates_go_on(rows)) return false;
  bool all_text = true;
  for (std::size_t column = 0; column < first.size(); ++column) {
    std::size_t numbers = 0, texts = 0;
    const Blanks blanks(options.missing, first[column], format);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (column >= rows[i].size() || blanks.contain(rows[i][column])) continue;
      ++(is_number(rows[i][column], format) ? numbers : texts);
    }
    if (numbers > texts) return true;
    all_text = all_text && numbers == 0;
  }
  return all_text && !twice;
}

}  // namespace lookahead
