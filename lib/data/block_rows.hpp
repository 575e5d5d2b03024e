#pragma once
#include <atomic>
#include <optional>
#include <vector>

#include "data/block_texts.hpp"
#include "data/blocks.hpp"
#include "data/marks.hpp"
#include "data/table.hpp"

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
  BlockRows(const TablePlan& plan, char line_end, const std::vector<std::atomic<bool>>& texts_lost);

  // Reads a block; false where it holds what needs more care: records of another length, strays in columns of
  // numbers, infinite numbers, NUL bytes, quotes that do not close where a field ends, single carriage
  // returns.
  bool read(const RecordBlock& block);
  // Puts what the merge has decided in place of the texts.
  void replace_texts();

  // The rows, one after the other, without the dropped ones. A boxed text is a number of the block's, after
  // replace_texts() what the merge has decided.
  std::span<double> cells() { return {buffer_.data(), static_cast<std::size_t>(rows) * columns.size()}; }

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
    bool decimal;      // a plain number can be taken as it is
    bool keeps_texts;  // superfluous digits of numbers are kept
    bool target;
    bool text;          // always text
    bool strict;        // a text is a fault
    bool weights;       // a negative number is one, too
    bool number_marks;  // some marks of missing cells are numbers
  };

  void begin(const RecordBlock& block);
  template <bool blanks>
  bool read_fields(std::string_view bytes);
  bool read_cell(const Slot& slot, std::string_view text, bool lasting, double& cell);
  const Marks& marks_of(const Slot& slot) const { return marks_[static_cast<std::size_t>(slot.position)]; }
  void end_record();
  // The text in quotes that begins at `begin`: where it ends, nullptr where it does not end before a
  // separator or line end.
  const char* unquote(const char* begin, const char* end, std::string_view& text);
  double* row();

  const TablePlan& plan_;
  char line_end_;
  const std::vector<std::atomic<bool>>& texts_lost_;
  std::vector<Slot> slots_;   // of all fields
  std::vector<Marks> marks_;  // of every used field
  std::vector<double> buffer_;
  bool header_ = false;
  bool feature_missing_ = false, target_missing_ = false;
  std::string unquoted_;
};

}  // namespace lookahead
