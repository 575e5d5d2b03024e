#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "data/options.hpp"
#include "data/read/chunks.hpp"
#include "data/read/dictionary.hpp"
#include "data/read/number_format.hpp"
#include "data/read/reader.hpp"

namespace lookahead {

// More different texts than this make no categorical column and no classification.
inline constexpr std::size_t most_levels = 65536;
// A factorization's columns may have more, as each is one member and none a feature of every row.
inline constexpr std::size_t most_members = std::size_t{1} << 24;

// What is to be read of one field of every record.
struct FieldReading {
  enum class Role {
    unused,
    automatic,  // a number if it looks like one, and decide at the end
    number,     // anything else is a fault
    text        // whatever it looks like
  };
  Role role = Role::unused;
  std::string name;  // for messages
  bool target = false;
  bool keep = false;      // automatic: to be used whatever it looks like
  bool weights = false;   // row weights: numbers >= 0
  bool exposure = false;  // exposures: numbers > 0
  bool empty = false;     // unused: a text in it is a fault
  bool exact = false;     // text: 1 and 1.0 are different, as any two texts
  bool closed = false;    // text: other texts than `levels` get the number levels.size()
  bool is_feature() const { return role != Role::unused && !target && !weights && !exposure; }
  std::vector<std::string> levels;
  std::size_t most_texts = most_levels;
  bool may_overflow = false;                 // further texts are no fault
  std::optional<std::string> missing_level;  // closed: what a missing cell is that is not among the levels
};

// The key of the rows that judge the result, whose file may be given in another form.
inline constexpr std::string_view test_key = "data.test";

struct TableReading {
  char separator = ',';
  char comment = 0;  // 0: none
  NumberFormat numbers;
  bool header = false;
  Missing missing;
  std::string strip;  // taken off the end of target cells
  std::string key;    // what the file stands under, for cures; empty for one that no problem names
  // A target that is missing or of an unknown class keeps its row, with a boxed cell; so does a missing
  // weight.
  bool lenient = false;
  std::vector<FieldReading> fields;  // of all fields of a record
  // Single precision is enough for numbers that are no short decimals; `centered`: after their distance to
  // the middle of the column was taken.
  bool single = false;
  bool centered = false;
  Index threads = 1;
  std::size_t block_size = std::size_t{1} << 20;  // bytes that a thread reads at a time
  bool on_disk = false;                           // Chunks::on_disk
};

// A column as it was read. A cell is a plain number or a boxed number of its dictionary (cell.hpp).
struct TableColumn {
  struct Stray {
    int line;
    std::string text;
    std::string file = {};  // where the rows come from several files
  };
  FieldReading reading;
  int field = 0;  // from 1
  Dictionary texts;
  Index missing = 0;
  Index strays = 0;        // cells that are no numbers, not counting missing ones
  bool text_lost = false;  // the texts of some numbers that are not plain were not kept
  // Too many texts to keep, all of them different or dates, or a reading that may overflow; further cells are box(0).
  bool let_go = false;
  bool overflown = false;  // let go though texts came again
  std::optional<Stray> first_missing;
  std::vector<Stray> first_strays;    // at most 20
  std::vector<Stray> first_infinite;  // at most 20

  std::string title() const;  // "column 'age'", "target 'income'", "weights 'w'" or "exposure 't'"
};

// The used columns of a file, in the file's order, and its rows without the dropped ones. They are the same
// for any number of threads and any size of blocks.
struct Table {
  std::string file;
  std::vector<TableColumn> columns;
  Chunks cells;
  Index records = 0;           // in the file
  std::vector<Index> dropped;  // which ones were dropped, from 0; filled only on request
  Index dropped_count = 0;
  std::vector<Index> file_starts = {};  // first record of every further file
  NumberFormat numbers = {};            // how its numbers are written
  Missing missing = {};                 // what counts as a missing cell
  // Set by make_text: what it can not do is only for numbers that were rounded to single precision.
  bool digits_lost = false;

  // Where a stray stands.
  Place place_of(const TableColumn::Stray& stray, const TableColumn& column) const {
    return {stray.file.empty() ? file : stray.file, stray.line, column.field};
  }
};

// What stands behind the number in all texts that a column has among its numbers, as far as they were kept:
// "mm" of 14.5mm; empty where that differs, and where it may be no unit, as in 12a and 10k.
std::string unit_of_strays(const Table& table, const TableColumn& column);

// The one fault for all texts of a column among numbers, with their count; the column has some.
Fault not_numbers(const Table& table, const TableColumn& column);

// Reads all records. Faults, up to 20 of a file, are of kind data: records of another length, numbers
// expected and not found, texts that are no UTF-8, too many different texts, no rows.
Checked<Table> read_table(CsvFile file, TableReading reading, bool list_dropped);

// Numbers become boxed texts too, for a column that turned out to be one of classes or levels.
Checked<Done> make_text(Table& table, std::size_t column);

}  // namespace lookahead
