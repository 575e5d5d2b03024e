#include "data/identifiers.hpp"

#include <bit>
#include <unordered_set>

#include "data/cell.hpp"
#include "data/table.hpp"

namespace lookahead {
namespace {

using Role = FieldPlan::Role;
constexpr Index least_rows = 21;

// Takes what it has read off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool digits(int count, int low, int high) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (text_.empty() || text_.front() < '0' || text_.front() > '9') return false;
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value >= low && value <= high;
  }
  bool any_digits() {
    const auto end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    text_.remove_prefix(end);
    return end > 0;
  }
  // One of the characters, or 0.
  char one_of(std::string_view characters) {
    if (text_.empty() || characters.find(text_.front()) == std::string_view::npos) return 0;
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  bool ended() const { return text_.empty(); }

 private:
  std::string_view text_;
};

bool is_time(Scanner& scan) {
  if (!scan.digits(2, 0, 24) || scan.one_of(":") == 0 || !scan.digits(2, 0, 59)) return false;
  if (scan.one_of(":") != 0 && !scan.digits(2, 0, 60)) return false;
  if (scan.one_of(".,") != 0 && !scan.any_digits()) return false;
  scan.one_of(" ");
  if (scan.one_of("Z") == 0 && scan.one_of("+-") != 0) {
    if (!scan.digits(2, 0, 24)) return false;
    scan.one_of(":");
    if (!scan.ended() && !scan.digits(2, 0, 59)) return false;
  }
  return scan.ended();
}

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

// Whether every row holds its number, in its file or in all of them.
bool numbers_rows(const Table& table, std::size_t j) {
  Index record = 0, start = 0;
  auto next_start = table.file_starts.begin();
  auto dropped = table.dropped.begin();
  bool in_file = true, in_all = true;
  table.cells.for_each_until(static_cast<Index>(j), [&](Index, Index, double cell) {
    for (; dropped != table.dropped.end() && *dropped == record; ++dropped) ++record;
    for (; next_start != table.file_starts.end() && *next_start <= record; ++next_start) start = *next_start;
    ++record;
    in_all = in_all && cell == static_cast<double>(record);
    in_file = in_file && cell == static_cast<double>(record - start);
    return in_file || in_all;
  });
  return in_file || in_all;
}

std::string reason_to_leave_out(const Table& table, std::size_t j) {
  const TableColumn& column = table.columns[j];
  if (column.plan.role != Role::automatic || column.plan.target || column.plan.keep) return {};
  if (looks_text(table, column)) {
    const bool no_numbers = column.strays == table.records - column.missing;
    if (no_numbers && all_dates(column)) return "it holds dates";
    if (column.let_go) return "its first " + std::to_string(column.texts.size()) + " texts are all different";
    if (table.cells.rows() >= least_rows && all_different(table, j)) return "its texts are all different";
  } else if (column.strays == 0 && table.cells.rows() >= least_rows && numbers_rows(table, j)) {
    return "it numbers the rows";
  }
  return {};
}

}  // namespace

bool is_date(std::string_view text) {
  Scanner scan(text);
  if (!scan.digits(4, 0, 9999)) return false;
  const char separator = scan.one_of("-/");
  if (separator == 0 || !scan.digits(2, 1, 12) || scan.one_of({&separator, 1}) == 0 || !scan.digits(2, 1, 31))
    return false;
  return scan.ended() || (scan.one_of("T ") != 0 && is_time(scan));
}

bool looks_text(const Table& table, const TableColumn& column) {
  return column.plan.role == Role::text ||
         (column.strays > 0 && column.strays * 2 >= table.records - column.missing);
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
