#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lookahead {

struct Table;
struct TableColumn;

// Whether a text begins with a date and holds nothing else but a time: 2024-02-29, 2024/02/29,
// 2024-02-29 12:30, 2024-02-29T12:30:05.25+01:00.
bool is_date(std::string_view text);

// Whether a column of the table is one of text: at least half of its cells that are not missing are no
// numbers.
bool looks_text(const Table& table, const TableColumn& column);

// A column that tells one row from the others, and nothing about them.
struct LeftOut {
  std::size_t column;  // of the table
  std::string reason;  // "its texts are all different"
};

// The columns that are to be left out unless somebody asked for them: texts that are all different and
// numbers that are exactly 1, 2, ..., n, in more than 20 rows, and dates. `table.dropped` has to be filled.
std::vector<LeftOut> find_left_out(const Table& table);

}  // namespace lookahead
