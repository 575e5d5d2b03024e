#include "data/encode/identifiers.hpp"

#include <bit>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "data/read/cell.hpp"
#include "data/read/dates.hpp"
#include "data/read/number_forms.hpp"
#include "data/read/table.hpp"

namespace lookahead {
namespace {

using Role = FieldReading::Role;
constexpr Index least_rows = 21;

bool all_dates(const TableColumn& column) {
  if (column.strays == 0 || !is_date(column.first_strays.front().text)) return false;
  for (std::uint32_t id = 0; id < column.texts.size(); ++id) {
    if (!column.texts[id].missing && !is_date(*column.texts[id].text)) return false;
  }
  return true;
}

bool all_different(const Table& table, std::size_t j) {
  std::unordered_set<std::uint64_t> seen;
  bool different = true;
  table.cells.for_each_until(static_cast<Index>(j), [&](Index, Index, double cell) {
    if (is_boxed(cell) && table.columns[j].texts[unbox(cell)].missing) return true;
    different = seen.insert(std::bit_cast<std::uint64_t>(cell)).second;
    return different;
  });
  return different;
}

// What pandas calls the index of a table, where it was written without a name or read back.
bool has_no_name(const TableColumn& column) {
  return column.reading.name.empty() || column.reading.name.starts_with("Unnamed: ");
}

double number_of(const TableColumn& column, double cell) {
  return is_boxed(cell) ? column.texts[unbox(cell)].value : cell;
}

bool all_whole(const Table& table, std::size_t j) {
  bool whole = true;
  table.cells.for_each_until(static_cast<Index>(j), [&](Index, Index, double cell) {
    const double number = number_of(table.columns[j], cell);
    whole = number >= 0 && number == std::floor(number);
    return whole;
  });
  return whole;
}

// Whether every row holds its number from 0 or 1, in its file or in all of them.
bool numbers_rows(const Table& table, std::size_t j) {
  Index record = 0, start = 0;
  double origin = 0;
  auto next_start = table.file_starts.begin();
  auto dropped = table.dropped.begin();
  bool in_file = true, in_all = true, begun = false;
  table.cells.for_each_until(static_cast<Index>(j), [&](Index, Index, double cell) {
    for (; dropped != table.dropped.end() && *dropped == record; ++dropped) ++record;
    for (; next_start != table.file_starts.end() && *next_start <= record; ++next_start) start = *next_start;
    const double number = number_of(table.columns[j], cell);
    // Rows before the first one that is left may have been dropped.
    if (!std::exchange(begun, true)) origin = number == static_cast<double>(record) ? 0 : 1;
    in_all = in_all && number == static_cast<double>(record) + origin;
    in_file = in_file && number == static_cast<double>(record - start) + origin;
    ++record;
    return in_file || in_all;
  });
  return in_file || in_all;
}

std::string reason_to_leave_out(const Table& table, std::size_t j) {
  const TableColumn& column = table.columns[j];
  if (column.reading.role != Role::automatic || column.reading.target || column.reading.keep) return {};
  if (column.missing == table.records) return {};
  // R and pandas write an index as a first column without a name.
  const Index least = has_no_name(column) && column.field == 1 ? 2 : least_rows;
  if (looks_text(table, column)) {
    if (holds_dates(table, j)) return "it holds dates";
    // Numbers that could not be read tell something; they are a fault.
    if (other_form(table, j)) return {};
    if (column.overflown) return {};
    if (column.let_go) return "its first " + std::to_string(column.texts.size()) + " texts are all different";
    if (table.cells.rows() >= least && all_different(table, j)) return "its texts are all different";
  } else if (column.strays == 0 && table.cells.rows() >= least) {
    if (numbers_rows(table, j)) return "it numbers the rows";
    if (has_no_name(column) && all_whole(table, j) && all_different(table, j))
      return "it has no name and holds a different whole number in every row";
  }
  return {};
}

}  // namespace

bool looks_text(const Table& table, const TableColumn& column) {
  return column.reading.role == Role::text ||
         (column.strays > 0 && column.strays * 2 >= table.records - column.missing);
}

bool holds_dates(const Table& table, std::size_t column) {
  const TableColumn& source = table.columns[column];
  return source.strays == table.records - source.missing && all_dates(source);
}

bool holds_identifiers(const Table& table, std::size_t column) {
  const TableColumn& source = table.columns[column];
  const bool numbers = source.reading.role == Role::automatic && !source.reading.target &&
                       source.strays == 0 && !looks_text(table, source);
  return numbers && source.missing == 0 && table.cells.rows() >= least_rows && all_whole(table, column) &&
         all_different(table, column);
}

std::vector<LeftOut> find_left_out(const Table& table) {
  std::vector<LeftOut> found;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    std::string reason = reason_to_leave_out(table, j);
    if (!reason.empty()) found.push_back({j, std::move(reason)});
  }
  return found;
}

}  // namespace lookahead
