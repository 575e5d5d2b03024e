#pragma once
#include <string>
#include <vector>

namespace lookahead {

struct Table;
struct TableColumn;

// Whether a column of the table is one of text: at least half of its cells that are not missing are no
// numbers.
bool looks_text(const Table& table, const TableColumn& column);

// Whether a column of text holds dates, or dates and times, alone.
bool holds_dates(const Table& table, std::size_t column);

// Whether a column of numbers, not the target, holds a different whole number >= 0 in every row, of more than
// 20: it may be an identifier, in any order.
bool holds_identifiers(const Table& table, std::size_t column);

// A column that tells one row from the others, and nothing about them.
struct LeftOut {
  std::size_t column;  // of the table
  std::string reason;  // "its texts are all different"
};

// The columns that are to be left out unless somebody asked for them: texts that are all different and
// numbers that count the rows from 0 or 1, in more than 20 rows, dates, and different whole numbers without a
// name. `table.dropped` has to be filled.
std::vector<LeftOut> find_left_out(const Table& table);

}  // namespace lookahead
