#include "data/read/append.hpp"

#include <algorithm>
#include <new>

#include "data/read/cell.hpp"
#include "data/read/faults.hpp"

namespace lookahead {
namespace {

using Stray = TableColumn::Stray;

void name_file(TableColumn& column, const std::string& file) {
  const auto name = [&](Stray& stray) {
    if (stray.file.empty()) stray.file = file;
  };
  if (column.first_missing) name(*column.first_missing);
  std::for_each(column.first_strays.begin(), column.first_strays.end(), name);
  std::for_each(column.first_infinite.begin(), column.first_infinite.end(), name);
}

void append_strays(std::vector<Stray>& to, const std::vector<Stray>& from) {
  for (const Stray& stray : from) {
    if (to.size() < most_faults) to.push_back(stray);
  }
}

// Enters the texts of `from`; the number of each of them in `column`.
std::vector<std::uint32_t> append_column(TableColumn& column, const TableColumn& from) {
  column.missing += from.missing;
  column.strays += from.strays;
  column.text_lost = column.text_lost || from.text_lost;
  column.let_go = column.let_go || from.let_go;
  column.overflown = column.overflown || from.overflown;
  if (!column.first_missing) column.first_missing = from.first_missing;
  append_strays(column.first_strays, from.first_strays);
  append_strays(column.first_infinite, from.first_infinite);
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t id = 0; id < from.texts.size(); ++id) {
    const Dictionary::Entry& entry = from.texts[id];
    numbers.push_back(column.texts.add(*entry.text, entry.value, entry.missing));
  }
  return numbers;
}

// Appends the cells, whose texts have new numbers.
void append_rows(Chunks& to, Chunks& from, const std::vector<std::vector<std::uint32_t>>& numbers) {
  const auto width = static_cast<std::size_t>(from.width());
  std::vector<double> cells;
  Chunk::Habit habit;
  for (Index i = 0; i < from.chunks(); ++i) {
    cells.resize(static_cast<std::size_t>(from.rows_of(i)) * width);
    from.read(i, 0, from.rows_of(i), cells.data());
    from.release(i);
    for (std::size_t at = 0; at < cells.size(); ++at) {
      const auto& ids = numbers[at % width];
      if (is_boxed(cells[at])) cells[at] = box(ids.empty() ? 0 : ids[unbox(cells[at])]);
    }
    Chunk chunk(cells, to.width(), to.centers(), habit, to.memory());
    const Index number = to.reserve(chunk.rows());
    to.put(number, std::move(chunk));
  }
}

}  // namespace

Checked<Done> append_table(Table& table, Table from) {
  const std::string name = from.file;
  std::vector<std::vector<std::uint32_t>> numbers;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    TableColumn& column = table.columns[j];
    name_file(column, table.file);
    name_file(from.columns[j], name);
    numbers.push_back(append_column(column, from.columns[j]));
    if (column.texts.size() > column.reading.most_texts && column.reading.may_overflow)
      column.let_go = column.overflown = true;
    if (column.texts.size() > column.reading.most_texts && !column.let_go) {
      return Fault{FaultKind::data,
                   {name, 0, 0},
                   column.title() + " holds too many different texts (" +
                       std::to_string(column.texts.size()) + " with this file)",
                   column.reading.target ? "set data.task: regression, or choose another data.target"
                                         : "list it in data.drop"};
    }
  }
  try {
    append_rows(table.cells, from.cells, numbers);
  } catch (const std::bad_alloc&) {
    return no_room_for_rows(name, table.cells.on_disk());
  }
  table.file_starts.push_back(table.records);
  for (const Index record : from.dropped) table.dropped.push_back(table.records + record);
  table.dropped_count += from.dropped_count;
  table.records += from.records;
  table.file += ", " + name;
  return Done{};
}

}  // namespace lookahead
