#include "data/read/filler.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/read/cell.hpp"
#include "data/read/dates.hpp"
#include "data/read/label.hpp"

namespace lookahead {
namespace {

using Role = FieldReading::Role;
constexpr std::size_t most_odd_numbers = 1024;  // texts like 01 and 1.50 kept of a column of numbers
constexpr std::size_t most_text_bytes = std::size_t{48} << 20;
constexpr std::size_t most_stray_text = 80;

// Whether the texts so far are those of an identifier or of dates.
bool may_be_left_out(const TableColumn& column) {
  if (column.reading.role != Role::automatic || column.reading.target || column.reading.keep) return false;
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

// Whether a column with so many different texts takes no more, where those of all columns take so many bytes.
bool is_full(const TableColumn& column, std::size_t size, std::size_t bytes) {
  const std::size_t most = column.reading.most_texts;
  return size >= most || (most <= most_levels && bytes > most_text_bytes);
}

}  // namespace

Filler::Filler(Table& table, const TableReading& reading, bool list_dropped)
    : texts_lost(table.columns.size()),
      table_(table),
      reading_(reading),
      list_dropped_(list_dropped),
      header_(reading.header) {
  for (const FieldReading& field : reading_.fields) {
    const bool used = field.role != Role::unused;
    if (used) marks_.emplace_back(reading_.missing, field.name, reading_.numbers.decimal);
    const bool plain = used && field.role != Role::text && !field.weights && !marks_.back().has_numbers() &&
                       !(field.target && !reading_.strip.empty());
    slots_.push_back({used ? static_cast<int>(row_.size()) : -1, plain});
    if (used) row_.push_back(0);
  }
}

void Filler::cell(std::string_view text, int line) {
  const std::size_t field = field_++;
  if (header_ || field >= slots_.size()) return;
  if (slots_[field].position < 0) {
    if (reading_.fields[field].empty && !text.empty()) {
      add({table_.file, line, static_cast<int>(field) + 1},
          "the text " + quoted(text) +
              (std::all_of(reading_.fields.begin() + static_cast<std::ptrdiff_t>(field),
                           reading_.fields.end(), [](const FieldReading& other) { return other.empty; })
                   ? " behind the last separator"
                   : " in a column without a name") +
              ", where other rows have none",
          "give the column a name in the header, or correct the line");
    }
    return;
  }
  const auto slot = static_cast<std::size_t>(slots_[field].position);
  double value = 0;
  CellKind kind = CellKind::text;
  if (slots_[field].plain) {
    kind = parse_cell(text, reading_.numbers, value);
    if (kind == CellKind::plain) {
      row_[slot] = value;
      return;
    }
  }
  TableColumn& column = table_.columns[slot];
  if (column.reading.target && !reading_.strip.empty()) {
    while (!text.empty() && reading_.strip.find(text.back()) != std::string::npos) text.remove_suffix(1);
  }
  if (!slots_[field].plain && column.reading.role != Role::text)
    kind = parse_cell(text, reading_.numbers, value);
  row_[slot] = unusual(column, marks_[slot], text, line, kind, value);
}

bool Filler::end(int line) {
  const std::size_t fields = std::exchange(field_, 0);
  const bool feature_missing = std::exchange(feature_missing_, false);
  const bool target_missing = std::exchange(target_missing_, false);
  if (std::exchange(header_, false)) return true;
  if (fields != slots_.size()) {
    return add(
        {table_.file, line, 0},
        std::to_string(fields) + (fields == 1 ? " field, expected " : " fields, expected ") +
            std::to_string(slots_.size()),
        fields > slots_.size() && slots_.size() == 1
            ? "set data.separator or, where lines stand above the rows, data.skip_lines or data.comment"
        : fields > slots_.size() ? "quote texts that contain the separator " +
                                       quoted(std::string(1, reading_.separator)) + ", or set data.separator"
                                 : "complete or remove the line, or set data.separator");
  }
  ++table_.records;
  const bool drop = reading_.missing.policy == MissingPolicy::drop && feature_missing;
  const bool no_target =
      target_missing && reading_.missing.policy != MissingPolicy::error && !reading_.lenient;
  if (drop || no_target) {
    if (list_dropped_) table_.dropped.push_back(table_.records - 1);
    ++table_.dropped_count;
  } else {
    rows->insert(rows->end(), row_.begin(), row_.end());
  }
  return going_;
}

// Whether to read on.
bool Filler::add(Place place, std::string text, std::string cure) {
  if (faults.size() < most_faults) {
    faults.push_back({FaultKind::data, std::move(place), std::move(text), std::move(cure)});
  } else {
    ++beyond;
  }
  return going_;
}

// A cell that is not a plain number; what stands for it in the row.
double Filler::unusual(TableColumn& column, const Marks& marks, std::string_view text, int line,
                       CellKind kind, double value) {
  if (marks.contains(text, kind, value) || (kind == CellKind::number && std::isnan(value)))
    return missing(column, text, line);
  const Place place{table_.file, line, column.field};
  if (column.reading.weights && kind != CellKind::text && value < 0)
    add(place, column.title() + ": " + quoted(text) + " is negative", "a weight is a number >= 0");
  if (kind == CellKind::plain) return value;
  if (kind == CellKind::number) {
    if (!std::isfinite(value)) {
      if (column.first_infinite.size() < most_faults)
        column.first_infinite.push_back({line, std::string(text)});
      return intern(column, text, value, place);
    }
    if (column.reading.role == Role::number || column.text_lost) return value;
    const bool mostly_text = column.strays * 2 >= table_.records - column.missing && column.strays > 0;
    if (column.texts.size() < most_odd_numbers || mostly_text || column.texts.find(text) >= 0)
      return intern(column, text, value, place);
    lose_texts(column);
    return value;
  }
  if (column.reading.role == Role::text) return intern(column, text, std::nan(""), place);
  ++column.strays;
  if (column.first_strays.size() < most_faults)
    column.first_strays.push_back({line, std::string(text.substr(0, most_stray_text))});
  if (column.reading.role == Role::number) return box(0);  // a fault, whatever it stands for
  return intern(column, text, std::nan(""), place);
}

void Filler::lose_texts(TableColumn& column) {
  column.text_lost = true;
  texts_lost[static_cast<std::size_t>(&column - table_.columns.data())] = true;
}

double Filler::missing(TableColumn& column, std::string_view text, int line) {
  const bool needed = !column.reading.weights || !reading_.lenient;
  if (needed) (column.reading.target ? target_missing_ : feature_missing_) = true;
  ++column.missing;
  if (!column.first_missing) column.first_missing = TableColumn::Stray{line, std::string(text)};
  return missing_cell(column, text);
}

// What stands for a missing cell.
double Filler::missing_cell(TableColumn& column, std::string_view text) {
  if (!column.reading.closed) return box(column.texts.add(text, std::nan(""), true));
  auto id = column.texts.find(text);
  if (id < 0 && column.reading.missing_level) id = column.texts.find(*column.reading.missing_level);
  return box(id < 0 ? static_cast<std::uint32_t>(column.reading.levels.size())
                    : static_cast<std::uint32_t>(id));
}

double Filler::intern(TableColumn& column, std::string_view text, double value, const Place& place) {
  const auto known = known_text(column, text);
  if (known >= 0) return box(static_cast<std::uint32_t>(known));
  if (column.reading.closed) {
    if (column.reading.target && !reading_.lenient) add_strange_class(column, text, place);
    return box(static_cast<std::uint32_t>(column.reading.levels.size()));
  }
  if (!is_utf8(text)) {
    add(place, column.title() + ": " + quoted(text) + " is not UTF-8",
        "convert the file, for example by iconv -f LATIN1 -t UTF-8");
    return box(0);
  }
  if (column.let_go) return box(0);
  if (is_full(column, column.texts.size(), text_bytes_)) {
    column.let_go = may_be_left_out(column);
    column.overflown = !column.let_go && column.reading.may_overflow;
    column.let_go = column.let_go || column.overflown;
    if (column.let_go) return box(0);
    add(place,
        column.title() + " holds too many different texts (" + std::to_string(column.texts.size()) +
            " by this line)",
        column.reading.target ? "set data.task: regression, or choose another data.target"
                              : "list it in data.drop");
    going_ = false;
    return box(0);
  }
  return enter(column, text, value);
}

// Each once, where it stands first.
void Filler::add_strange_class(const TableColumn& column, std::string_view text, const Place& place) {
  if (strange_classes_.size() < most_faults && !strange_classes_.emplace(text).second) return;
  std::string cure = reading_.key.empty() ? "correct it" : "correct it in the file of " + reading_.key;
  if (reading_.key == test_key) {
    const bool strips = text.size() > 1 && known_text(column, text.substr(0, text.size() - 1)) >= 0;
    cure = strips ? "set strip: '" + std::string(1, text.back()) + "' in data.test: {file, strip}"
                  : "correct it, or set strip or skip_lines in data.test: {file, skip_lines, strip}";
  }
  add(place, "the class " + quoted(text) + " does not occur in the training data", std::move(cure));
}

// The number of a text in the column's dictionary, or -1. Among given levels a number is found by its name.
std::int64_t Filler::known_text(const TableColumn& column, std::string_view text) const {
  const auto known = column.texts.find(text);
  if (known >= 0 || !column.reading.closed || column.reading.exact) return known;
  return column.texts.find(label_name(text, reading_.numbers));
}

// Adds a text to the column's.
double Filler::enter(TableColumn& column, std::string_view text, double value) {
  const std::size_t before = column.texts.bytes();
  const std::uint32_t id = column.texts.add(text, value, false);
  text_bytes_ += column.texts.bytes() - before;
  return box(id);
}

bool Filler::merge(BlockRows& block, int line) {
  if (header_ && !block.has_header) return false;
  for (std::size_t j = 0; j < block.columns.size(); ++j) {
    if (!can_merge(table_.columns[j], block.columns[j])) return false;
  }
  header_ = false;
  for (std::size_t j = 0; j < block.columns.size(); ++j)
    merge_column(table_.columns[j], block.columns[j], line);
  for (const Index record : block.dropped) {
    if (list_dropped_) table_.dropped.push_back(table_.records + record);
  }
  table_.dropped_count += std::ssize(block.dropped);
  table_.records += block.records;
  return true;
}

// Whether the order of the cells, which a block no longer knows, does not matter, and nothing is to be said
// of them.
bool Filler::can_merge(TableColumn& column, BlockRows::Column& from) {
  using Kind = BlockTexts::Kind;
  auto& entries = from.texts.entries;
  if (entries.empty()) return true;
  bool numbers = false, strays = column.strays > 0;
  std::size_t fresh = 0, bytes = 0;
  for (auto& entry : entries) {
    entry.known = known_text(column, entry.text);
    numbers = numbers || entry.kind == Kind::number;
    if (column.reading.closed) {
      if (entry.kind == Kind::text && entry.known < 0 && column.reading.target && !reading_.lenient)
        return false;
      continue;
    }
    strays = strays || entry.kind == Kind::text;
    if (entry.known >= 0) continue;
    if (entry.kind == Kind::text && !is_utf8(entry.text)) return false;
    ++fresh;
    bytes += Dictionary::bytes_of(entry.text);
  }
  if (column.reading.closed || column.let_go) return true;
  const bool automatic = column.reading.role == Role::automatic;
  const bool ordered = automatic && numbers && strays && !column.text_lost;
  const std::size_t size = column.texts.size() + fresh;
  if (ordered && size >= most_odd_numbers) return false;
  // Odd numbers beyond the first ones will not be entered.
  if (automatic && !strays) return true;
  return !is_full(column, size, text_bytes_ + bytes);
}

void Filler::merge_column(TableColumn& column, BlockRows::Column& from, int line) {
  using Kind = BlockTexts::Kind;
  const bool lost = column.text_lost;
  for (auto& entry : from.texts.entries) {
    const auto closed_number = static_cast<std::int64_t>(column.reading.levels.size());
    if (entry.kind == Kind::missing) {
      if (!column.first_missing)
        column.first_missing = TableColumn::Stray{line + entry.line, std::string(entry.text)};
      entry.replacement = missing_cell(column, entry.text);
    } else if (entry.kind == Kind::number && lost) {
      entry.replacement = entry.value;
    } else if (column.reading.closed || entry.known >= 0) {
      entry.replacement = box(static_cast<std::uint32_t>(entry.known >= 0 ? entry.known : closed_number));
    } else if (column.let_go) {
      entry.replacement = box(0);
    } else if (entry.kind == Kind::text) {
      entry.replacement = enter(column, entry.text, std::nan(""));
    } else if (!column.text_lost && column.texts.size() < most_odd_numbers) {
      entry.replacement = enter(column, entry.text, entry.value);
    } else {
      lose_texts(column);
      entry.replacement = entry.value;
    }
  }
  column.missing += from.missing;
  if (column.reading.role == Role::text) return;
  column.strays += from.strays;
  for (const auto& stray : from.first_strays) {
    if (column.first_strays.size() >= most_faults) break;
    const std::string_view text = from.texts.entries[stray.text].text;
    column.first_strays.push_back({line + stray.line, std::string(text.substr(0, most_stray_text))});
  }
}

}  // namespace lookahead
