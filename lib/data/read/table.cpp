#include "data/read/table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>

#include "base/text.hpp"
#include "data/read/blocks.hpp"
#include "data/read/cell.hpp"
#include "data/read/characters.hpp"
#include "data/read/filler.hpp"
#include "data/read/resolution.hpp"
#include "parallel/parallel.hpp"

namespace lookahead {
namespace {

using Role = FieldReading::Role;

constexpr Index middle_rows = 63;
constexpr std::size_t first_block = std::size_t{1} << 16;  // bytes, at most

// The middle one of a column's first numbers, for every column: near the others whatever the first may be.
// NaN where there is none.
std::vector<double> middles(std::span<const double> numbers, std::size_t width) {
  std::vector<double> result(width, std::nan(""));
  std::vector<double> column;
  for (std::size_t j = 0; j < width; ++j) {
    column.clear();
    for (std::size_t at = j; at < numbers.size(); at += width) {
      if (!std::isnan(numbers[at])) column.push_back(numbers[at]);
    }
    if (column.empty()) continue;
    const auto middle = column.begin() + std::ssize(column) / 2;
    std::nth_element(column.begin(), middle, column.end());
    result[j] = *middle;
  }
  return result;
}

// Whether single precision tells the numbers of column `j` apart.
bool are_apart(std::span<const double> numbers, std::size_t j, std::size_t width) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (std::size_t at = j; at < numbers.size(); at += width) {
    if (std::isnan(numbers[at])) continue;
    least = std::min(least, numbers[at]);
    most = std::max(most, numbers[at]);
  }
  return is_resolved_in_single((least + most) / 2, most - least);
}

// Reads the blocks of a file by several threads and merges them in the file's order.
class TableReader {
 public:
  TableReader(CsvFile& file, Table& table, const TableReading& reading, bool list_dropped)
      : file_(file),
        table_(table),
        reading_(reading),
        blocks_(file, {reading.separator, reading.comment}, reading.block_size,
                std::min(reading.block_size, first_block)),
        filler_(table, reading, list_dropped),
        line_(file.first_line()) {}

  Faults read() {
    on_threads(file_.is_short() ? 1 : std::max<Index>(1, reading_.threads), [&](Index) {
      try {
        work();
      } catch (const std::bad_alloc&) {
        const std::lock_guard lock(mutex_);
        stop({no_room_for_rows(table_.file, reading_.on_disk)});
      }
    });
    Faults faults = std::move(filler_.faults);
    faults.insert(faults.end(), others_.begin(), others_.end());
    if (!stopped_) faults.insert(faults.end(), blocks_.faults().begin(), blocks_.faults().end());
    return faults;
  }

  // Faults that were counted, not kept.
  std::size_t beyond() const { return filler_.beyond; }

 private:
  void work() {
    RecordBlock block;
    BlockRows rows(reading_, file_.line_end(), filler_.texts_lost);
    std::vector<double> careful;
    Chunk::Habit habit;
    const Index width = table_.cells.width();
    while (blocks_.next(block)) {
      bool merged = rows.read(block);
      std::span<const double> centers;
      Index number = 0;
      {
        std::unique_lock lock(mutex_);
        turn_.wait(lock, [&] { return stopped_ || next_ == block.number(); });
        if (stopped_) return;
        merged = merged && filler_.merge(rows, line_);
        if (merged) {
          line_ = line_after(line_, rows.lines);
        } else {
          careful.clear();
          read_carefully(block, careful);
        }
        if (reading_.single && table_.cells.rows() == 0)
          set_centers(merged ? rows.first_numbers(middle_rows) : numbers_of(careful));
        centers = table_.cells.centers();
        number = table_.cells.reserve(merged ? rows.rows : std::ssize(careful) / width);
        ++next_;
        turn_.notify_all();
      }
      if (merged) rows.replace_texts();
      Chunk chunk = merged ? rows.chunk(centers, table_.cells.memory())
                           : Chunk(careful, width, centers, habit, table_.cells.memory());
      const std::lock_guard lock(mutex_);
      table_.cells.put(number, std::move(chunk));
    }
  }

  void set_centers(std::span<const double> numbers) {
    const auto width = static_cast<std::size_t>(table_.cells.width());
    std::vector<double> centers = middles(numbers, width);
    for (std::size_t j = 0; j < width; ++j) {
      const TableColumn& column = table_.columns[j];
      const bool text = column.reading.role == Role::automatic && column.strays > 0;
      // Measured from 0 all digits near 0 are kept, but far from it numbers may fall together.
      const bool from_zero = !reading_.centered && !column.reading.target && are_apart(numbers, j, width);
      if (text) centers[j] = std::nan("");  // its numbers may become texts, all digits of them
      if (!text && from_zero && !std::isnan(centers[j])) centers[j] = 0;
    }
    table_.cells.set_centers(std::move(centers));
  }

  // The first rows with numbers in place of their texts.
  std::vector<double> numbers_of(std::span<const double> rows) const {
    const auto width = static_cast<std::size_t>(table_.cells.width());
    const std::size_t count = std::min(rows.size(), static_cast<std::size_t>(middle_rows) * width);
    std::vector<double> numbers(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const Dictionary& texts = table_.columns[i % width].texts;
      if (!is_boxed(numbers[i])) continue;
      const std::uint32_t id = unbox(numbers[i]);
      numbers[i] = id < texts.size() ? texts[id].value : std::nan("");
    }
    return numbers;
  }

  void stop(const Faults& faults) {
    others_.insert(others_.end(), faults.begin(), faults.end());
    stopped_ = true;
    turn_.notify_all();
  }

  // One record after the other, with all that may be said of them.
  void read_carefully(const RecordBlock& block, std::vector<double>& rows) {
    if (const auto fault = file_.refuse(block.bytes(), line_)) return stop({*fault});
    filler_.rows = &rows;
    Tokenizer tokenizer(table_.file, {reading_.separator, reading_.comment}, filler_, line_,
                        file_.line_end());
    const bool going = tokenizer.read(block.bytes(), !block.endless());
    line_ = tokenizer.line();
    if (!going) return stop(tokenizer.faults());
    if (!block.endless()) return;
    stop({{FaultKind::data, {table_.file, line_, 0}, "a line of more than 32 MiB", "is this a CSV file?"}});
  }

  CsvFile& file_;
  Table& table_;
  const TableReading& reading_;
  RecordBlocks blocks_;
  std::mutex mutex_;  // guards all that follows
  std::condition_variable turn_;
  Filler filler_;
  Index next_ = 0;  // the block whose turn it is
  int line_;
  bool stopped_ = false;
  Faults others_;
};

}  // namespace

std::string TableColumn::title() const {
  return (reading.target     ? "target "
          : reading.weights  ? "weights "
          : reading.exposure ? "exposure "
                             : "column ") +
         quoted(reading.name);
}

Checked<Table> read_table(CsvFile file, TableReading reading, bool list_dropped) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < reading.fields.size(); ++i) {
    if (reading.fields[i].role == Role::unused) continue;
    TableColumn column;
    column.reading = reading.fields[i];
    column.field = static_cast<int>(i + 1);
    for (const std::string& level : column.reading.levels) column.texts.add(level, std::nan(""), false);
    columns.push_back(std::move(column));
  }
  const auto width = static_cast<Index>(columns.size());
  Table table{file.name(), std::move(columns), Chunks(std::max<Index>(width, 1), reading.on_disk), 0, {}, 0};
  table.numbers = reading.numbers;
  table.missing = reading.missing;
  TableReader reader(file, table, reading, list_dropped);
  Faults faults = reader.read();
  const std::size_t beyond = reader.beyond();
  for (const TableColumn& column : table.columns) {
    if (column.reading.role == Role::number && column.strays > 0)
      faults.push_back(not_numbers(table, column));
  }
  if (faults.empty() && table.records == 0) {
    faults.push_back({FaultKind::data,
                      {table.file, 0, 0},
                      "no rows of data",
                      "if the only line is no header, set data.header: false"});
  }
  if (faults.empty()) return table;
  limit_faults(faults, beyond, table.file);
  return faults;
}

Checked<Done> make_text(Table& table, std::size_t column) {
  TableColumn& c = table.columns[column];
  const auto j = static_cast<Index>(column);
  const Place place{table.file, 0, 0};
  for (Index i = 0; i < table.cells.chunks() && !c.text_lost; ++i)
    table.digits_lost = table.digits_lost || table.cells.rounded(i, j);
  if (c.text_lost || table.digits_lost) {
    return Fault{
        FaultKind::data, place, c.title() + " mixes many numbers and texts",
        c.reading.target ? "set data.task: classification" : "list it in data.categorical or in data.drop"};
  }
  // Few numbers come many times, in a column of classes at least.
  std::array<std::pair<std::uint64_t, std::uint32_t>, 64> recent;
  recent.fill({std::bit_cast<std::uint64_t>(box(0)), 0});
  table.cells.for_each_until(j, [&](Index chunk, Index row, double cell) {
    if (is_boxed(cell)) return true;
    const auto bits = std::bit_cast<std::uint64_t>(cell);
    auto& [number, id] = recent[(bits * 0x9E3779B97F4A7C15ULL) >> 58];
    if (number != bits) {
      number = bits;
      id = c.texts.add(number_text(cell, table.numbers.decimal), cell, false);
    }
    table.cells.set_boxed(chunk, row, j, id);
    return c.texts.size() <= c.reading.most_texts;
  });
  if (c.texts.size() > c.reading.most_texts) {
    return Fault{FaultKind::data, place, c.title() + " holds too many different values for a column of text",
                 c.reading.target ? "set data.task: regression" : "list it in data.drop"};
  }
  return Done{};
}

}  // namespace lookahead
