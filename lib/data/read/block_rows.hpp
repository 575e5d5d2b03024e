#pragma once
#include <atomic>
#include <optional>
#include <vector>

#include "data/read/block_texts.hpp"
#include "data/read/blocks.hpp"
#include "data/read/marks.hpp"
#include "data/read/packed_rows.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// The rows of one block, read without regard to what other blocks hold, so that many can be read at once.
// What it reads is what the careful reader of table.cpp would; what would need its care it leaves to it.
class BlockRows {
 public:
  struct Column {
    BlockTexts texts;  // of cells that are no plain numbers
    Index strays = 0, missing = 0;
    struct Stray {
      int line;
      std::uint32_t text;
    };
    std::vector<Stray> first_strays;  // at most 20
  };

  // `texts_lost`: of every used column, whether texts of odd numbers are no longer kept; may change
  // meanwhile.
  BlockRows(const TableReading& reading, char line_end, const std::vector<std::atomic<bool>>& texts_lost);

  // Reads a block; false where it holds what needs more care: records of another length, strays in columns of
  // numbers, infinite numbers, NUL bytes, quotes that stay open, single carriage returns.
  bool read(const RecordBlock& block);
  // Puts what the merge has decided in place of the texts.
  void replace_texts();

  // The cells of at most so many rows, one after the other, NaN where they are no numbers. To be called
  // before replace_texts().
  std::vector<double> first_numbers(Index most_rows);
  // The rows without the dropped ones; replace_texts() was called before.
  Chunk chunk(std::span<const double> centers, MemoryPieces& memory);

  Index rows = 0;
  Index records = 0;            // without the header
  int lines = 0;                // line ends in the block
  bool has_header = false;      // the file's header was its first record
  std::vector<Index> dropped;   // records, from 0 in the block
  std::vector<Column> columns;  // the used ones

 private:
  // What is to be done with a field.
  struct Slot {
    int position;      // in the row; -1: not used
    bool decimal;      // a plain number may be taken as it is
    bool keeps_texts;  // but not where its text has superfluous digits
    bool checked;      // so that it has to be looked at
    bool target;
    bool text;          // always text
    bool strict;        // a text is a fault
    bool weights;       // a negative number is one, too
    bool number_marks;  // some marks of missing cells are numbers
    bool empty;         // not used, and a text in it needs care
  };

  void begin(const RecordBlock& block);
  enum class Outcome { done, careful, wide };
  template <bool blanks, bool packed>
  Outcome read_fields(std::string_view bytes);
  struct Field {
    Outcome outcome;
    const char* end;
    bool none = false;   // an empty line or a comment, which is no field
    bool moved = false;  // beyond the first separator
  };
  template <bool packed>
  Field read_field(const Slot* slot, const char* at, const char* stop, const char* end);
  bool takes(const Slot& slot, DecimalText decimal, const char* begin, const char* end) const;
  bool read_cell(const Slot& slot, std::string_view text, bool lasting, double& cell);
  const Marks& marks_of(const Slot& slot) const { return marks_[static_cast<std::size_t>(slot.position)]; }
  bool packs_numbers();
  void end_record();
  double* wide_row();

  const TableReading& reading_;
  Dialect dialect_;
  char line_end_;
  const std::vector<std::atomic<bool>>& texts_lost_;
  std::vector<Slot> slots_;    // of all fields, and one for a field too many
  std::vector<Slot> skipped_;  // the same for a header
  std::vector<Marks> marks_;   // of every used field
  // The rows are packed as they are read, unless numbers were of another kind in one of the last blocks.
  bool packed_ = true;
  int wide_blocks_ = 0;
  PackedRows packed_rows_;
  std::vector<double> wide_rows_;
  Chunk::Habit habit_;
  bool header_ = false;
  bool feature_missing_ = false, target_missing_ = false;
  std::string unquoted_;
};

}  // namespace lookahead
