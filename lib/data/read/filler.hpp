#pragma once
#include <atomic>
#include <set>
#include <vector>

#include "data/read/block_rows.hpp"
#include "data/read/cell.hpp"
#include "data/read/marks.hpp"
#include "data/read/table.hpp"
#include "data/read/tokenizer.hpp"

namespace lookahead {

// Fills a table's columns with the records of a file in their order: records that come one by one, and blocks
// of them that were read beforehand where that comes to the same.
class Filler : public Records {
 public:
  Filler(Table& table, const TableReading& reading, bool list_dropped);

  // A record's cells; its row goes to `rows`, which is the caller's.
  void cell(std::string_view text, int line) override;
  bool end(int line) override;
  std::vector<double>* rows = nullptr;

  // Takes over the records of a block that begins after `line` lines, and decides what stands for its texts.
  // False, with nothing changed, where its cells have to come one by one.
  bool merge(BlockRows& block, int line);

  Faults faults;
  std::size_t beyond = 0;  // faults that were counted, not kept
  // Of every column, whether texts of odd numbers are no longer kept; others may look at it meanwhile.
  std::vector<std::atomic<bool>> texts_lost;

 private:
  // What the many plain cells need, kept small: a wide table has thousands of these.
  struct Slot {
    int position;  // in the row; -1: not used
    bool plain;    // a plain number can be taken as it is
  };

  bool add(Place place, std::string text, std::string cure);
  double unusual(TableColumn& column, const Marks& marks, std::string_view text, int line, CellKind kind,
                 double value);
  double missing(TableColumn& column, std::string_view text, int line);
  double missing_cell(TableColumn& column, std::string_view text);
  void add_strange_class(const TableColumn& column, std::string_view text, const Place& place);
  double intern(TableColumn& column, std::string_view text, double value, const Place& place);
  std::int64_t known_text(const TableColumn& column, std::string_view text) const;
  double enter(TableColumn& column, std::string_view text, double value);
  void lose_texts(TableColumn& column);
  bool can_merge(TableColumn& column, BlockRows::Column& from);
  void merge_column(TableColumn& column, BlockRows::Column& from, int line);

  Table& table_;
  const TableReading& reading_;
  bool list_dropped_;
  bool header_;
  bool going_ = true;
  bool feature_missing_ = false, target_missing_ = false;
  std::size_t field_ = 0;
  std::size_t text_bytes_ = 0;
  std::set<std::string, std::less<>> strange_classes_;
  std::vector<Slot> slots_;
  std::vector<Marks> marks_;  // of every used field
  std::vector<double> row_;
};

}  // namespace lookahead
