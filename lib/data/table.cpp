#include "data/table.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/cell.hpp"
#include "data/identifiers.hpp"
#include "data/marks.hpp"

namespace lookahead {
namespace {

using Role = FieldPlan::Role;
constexpr std::size_t most_odd_numbers = 1024;  // texts like 01 and 1.50 kept of a column of numbers
constexpr std::size_t most_text_bytes = std::size_t{48} << 20;

// Whether the texts so far are those of an identifier or of dates.
bool may_be_left_out(const TableColumn& column) {
  if (column.plan.role != Role::automatic || column.plan.target || column.plan.keep) return false;
  Index texts = 0;
  bool dates = true;
  for (std::uint32_t id = 0; id < column.texts.size(); ++id) {
    if (column.texts[id].missing) continue;
    ++texts;
    dates = dates && is_date(*column.texts[id].text);
  }
  // The cell at hand is among the strays, but not yet among the texts.
  return dates || texts == column.strays - 1;
}

class Filler : public Records {
 public:
  Filler(Table& table, TablePlan plan, bool list_dropped)
      : table_(table), plan_(std::move(plan)), list_dropped_(list_dropped), header_(plan_.header) {
    for (std::size_t i = 0; i < plan_.fields.size(); ++i) {
      const bool used = plan_.fields[i].role != Role::unused;
      if (used) marks_.emplace_back(plan_.missing, plan_.fields[i].name, plan_.decimal);
      const bool plain = used && plan_.fields[i].role != Role::text && !plan_.fields[i].weights &&
                         !marks_.back().has_numbers() && !(plan_.fields[i].target && !plan_.strip.empty());
      slots_.push_back({used ? static_cast<int>(row_.size()) : -1, plain});
      if (used) row_.push_back(0);
    }
  }

  void cell(std::string_view text, int line) override {
    const std::size_t field = field_++;
    if (header_ || field >= slots_.size() || slots_[field].position < 0) return;
    const auto slot = static_cast<std::size_t>(slots_[field].position);
    double value = 0;
    CellKind kind = CellKind::text;
    if (slots_[field].plain) {
      kind = parse_cell(text, plan_.decimal, value);
      if (kind == CellKind::plain) {
        row_[slot] = value;
        return;
      }
    }
    TableColumn& column = table_.columns[slot];
    if (column.plan.target && !plan_.strip.empty()) {
      while (!text.empty() && plan_.strip.find(text.back()) != std::string::npos) text.remove_suffix(1);
    }
    if (!slots_[field].plain && column.plan.role != Role::text) kind = parse_cell(text, plan_.decimal, value);
    row_[slot] = unusual(column, marks_[slot], text, line, kind, value);
  }

  bool end(int line) override {
    const std::size_t fields = std::exchange(field_, 0);
    const bool feature_missing = std::exchange(feature_missing_, false);
    const bool target_missing = std::exchange(target_missing_, false);
    if (std::exchange(header_, false)) return true;
    if (fields != slots_.size()) {
      return add({table_.file, line, 0},
                 std::to_string(fields) + (fields == 1 ? " field, expected " : " fields, expected ") +
                     std::to_string(slots_.size()),
                 fields > slots_.size()
                     ? "quote texts that contain the separator " + quoted(std::string(1, plan_.separator)) +
                           ", or set data.separator"
                     : "complete or remove the line, or set data.separator");
    }
    ++table_.records;
    const bool drop = plan_.missing.policy == MissingPolicy::drop && feature_missing;
    const bool no_target =
        target_missing && plan_.missing.policy != MissingPolicy::error && !plan_.lenient_target;
    if (drop || no_target) {
      if (list_dropped_) table_.dropped.push_back(table_.records - 1);
      ++table_.dropped_count;
    } else if (!table_.cells.append(row_)) {
      add({table_.file, line, 0}, "no memory left for the rows", "drop columns, or read fewer rows");
      return false;
    }
    return going_;
  }

  Faults faults;

 private:
  // What the many plain cells need, kept small: a wide table has thousands of these.
  struct Slot {
    int position;  // in the row; -1: not used
    bool plain;    // a plain number can be taken as it is
  };

  // False when no more faults are wanted.
  bool add(Place place, std::string text, std::string cure) {
    faults.push_back({FaultKind::data, std::move(place), std::move(text), std::move(cure)});
    going_ = going_ && faults.size() < most_faults;
    return going_;
  }

  // A cell that is not a plain number; what stands for it in the row.
  double unusual(TableColumn& column, const Marks& marks, std::string_view text, int line, CellKind kind,
                 double value) {
    if (marks.contains(text, kind, value) || (kind == CellKind::number && std::isnan(value)))
      return missing(column, text, line);
    const Place place{table_.file, line, column.field};
    if (column.plan.weights && kind != CellKind::text && value < 0)
      add(place, column.title() + ": " + quoted(text) + " is negative", "a weight is a number >= 0");
    if (kind == CellKind::plain) return value;
    if (kind == CellKind::number) {
      if (!std::isfinite(value)) {
        if (column.first_infinite.size() < most_faults)
          column.first_infinite.push_back({line, std::string(text)});
        return intern(column, text, value, place);
      }
      const bool mostly_text = column.strays * 2 >= table_.records - column.missing && column.strays > 0;
      if (column.plan.role == Role::number) return value;
      if (column.texts.size() < most_odd_numbers || mostly_text) return intern(column, text, value, place);
      column.text_lost = true;
      return value;
    }
    if (column.plan.role == Role::text) return intern(column, text, std::nan(""), place);
    ++column.strays;
    if (column.first_strays.size() < most_faults)
      column.first_strays.push_back({line, std::string(text.substr(0, 80))});
    if (column.plan.role == Role::number) return box(0);  // a fault, whatever it stands for
    return intern(column, text, std::nan(""), place);
  }

  double missing(TableColumn& column, std::string_view text, int line) {
    (column.plan.target ? target_missing_ : feature_missing_) = true;
    ++column.missing;
    if (!column.first_missing) column.first_missing = TableColumn::Stray{line, std::string(text)};
    if (!column.plan.closed) return box(column.texts.add(text, std::nan(""), true));
    auto id = column.texts.find(text);
    if (id < 0 && column.plan.missing_level) id = column.texts.find(*column.plan.missing_level);
    return box(id < 0 ? static_cast<std::uint32_t>(column.plan.levels.size())
                      : static_cast<std::uint32_t>(id));
  }

  double intern(TableColumn& column, std::string_view text, double value, const Place& place) {
    const auto known = column.texts.find(text);
    if (known >= 0) return box(static_cast<std::uint32_t>(known));
    if (column.plan.closed) {
      if (column.plan.target && !plan_.lenient_target) {
        add(place, "the class " + quoted(text) + " does not occur in the training data",
            "correct it, or set strip or skip_lines in data.test: {file, skip_lines, strip}");
      }
      return box(static_cast<std::uint32_t>(column.plan.levels.size()));
    }
    if (!is_utf8(text)) {
      add(place, column.title() + ": " + quoted(text) + " is not UTF-8",
          "convert the file, for example by iconv -f LATIN1 -t UTF-8");
      return box(0);
    }
    if (column.let_go) return box(0);
    if (column.texts.size() >= most_levels || text_bytes_ > most_text_bytes) {
      column.let_go = may_be_left_out(column);
      if (column.let_go) return box(0);
      add(place,
          column.title() + " holds too many different texts (" + std::to_string(column.texts.size()) +
              " by this line)",
          column.plan.target ? "set data.task: regression, or choose another data.target"
                             : "list it in data.drop");
      going_ = false;
      return box(0);
    }
    const std::size_t before = column.texts.bytes();
    const std::uint32_t id = column.texts.add(text, value, false);
    text_bytes_ += column.texts.bytes() - before;
    return box(id);
  }

  Table& table_;
  TablePlan plan_;
  bool list_dropped_;
  bool header_;
  bool going_ = true;
  bool feature_missing_ = false, target_missing_ = false;
  std::size_t field_ = 0;
  std::size_t text_bytes_ = 0;
  std::vector<Slot> slots_;
  std::vector<Marks> marks_;  // of every used field
  std::vector<double> row_;
};

}  // namespace

std::string TableColumn::title() const {
  return (plan.target ? "target " : plan.weights ? "weights " : "column ") + quoted(plan.name);
}

Checked<Table> read_table(CsvFile file, TablePlan plan, bool list_dropped) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    if (plan.fields[i].role == Role::unused) continue;
    TableColumn column;
    column.plan = plan.fields[i];
    column.field = static_cast<int>(i + 1);
    for (const std::string& level : column.plan.levels) column.texts.add(level, std::nan(""), false);
    columns.push_back(std::move(column));
  }
  const auto width = static_cast<Index>(columns.size());
  Table table{file.name(), std::move(columns), Chunks(std::max<Index>(width, 1)), 0, {}, 0};
  const char separator = plan.separator;
  Filler filler(table, std::move(plan), list_dropped);
  Faults faults = file.read(separator, filler);
  faults.insert(faults.begin(), filler.faults.begin(), filler.faults.end());
  for (const TableColumn& column : table.columns) {
    if (column.plan.role != Role::number) continue;
    for (const auto& stray : column.first_strays) {
      faults.push_back({FaultKind::data,
                        {table.file, stray.line, column.field},
                        column.title() + ": " + quoted(stray.text) + " is not a number",
                        not_a_number_cure});
    }
  }
  if (faults.empty() && table.records == 0) {
    faults.push_back({FaultKind::data,
                      {table.file, 0, 0},
                      "no rows of data",
                      "if the only line is no header, set data.header: false"});
  }
  if (faults.empty()) return table;
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
  if (faults.size() > most_faults) faults.resize(most_faults);
  return faults;
}

Checked<Done> make_text(Table& table, std::size_t column, char decimal) {
  TableColumn& c = table.columns[column];
  const Place place{table.file, 0, 0};
  if (c.text_lost) {
    return Fault{
        FaultKind::data, place, c.title() + " mixes many numbers and texts",
        c.plan.target ? "set data.task: classification" : "list it in data.categorical or in data.drop"};
  }
  const auto width = static_cast<std::size_t>(table.cells.width());
  for (Index i = 0; i < table.cells.pieces(); ++i) {
    const auto cells = table.cells.piece(i);
    for (std::size_t at = column; at < cells.size(); at += width) {
      if (is_boxed(cells[at])) continue;
      cells[at] = box(c.texts.add(number_text(cells[at], decimal), cells[at], false));
      if (c.texts.size() <= most_levels) continue;
      return Fault{FaultKind::data, place,
                   c.title() + " holds too many different values for a column of text",
                   c.plan.target ? "set data.task: regression" : "list it in data.drop"};
    }
  }
  return Done{};
}

}  // namespace lookahead
