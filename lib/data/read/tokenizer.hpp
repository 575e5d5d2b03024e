#pragma once
#include <string>
#include <string_view>

#include "base/fault.hpp"
#include "data/read/dialect.hpp"
#include "data/read/faults.hpp"

namespace lookahead {

// A longer cell is a quote that was never closed; reading on would fill the memory.
inline constexpr std::size_t most_cell = std::size_t{1} << 20;

// Who receives the records of a CSV file.
class Records {
 public:
  virtual ~Records() = default;
  // The next cell of the current record, trimmed of blanks; `line` is where it ends. The text lasts for the
  // call.
  virtual void cell(std::string_view text, int line) = 0;
  // The end of a record that began at `line`. False stops the reading.
  virtual bool end(int line) = 0;
};

// What lines of a text end by and are counted by: carriage returns only where there are no newlines.
char line_end_of(std::string_view bytes);

// Splits text into records and cells, and keeps the physical line (quoted newlines counted).
class Tokenizer {
 public:
  // `file` is for messages; `first_line` that of the first byte; `line_end` is what lines are counted by, 0
  // takes it from the bytes.
  Tokenizer(std::string file, Dialect dialect, Records& records, int first_line = 1, char line_end = 0);

  // Bytes that begin with a record. `complete`: they also end with one, perhaps without a line end; otherwise
  // a last record without a line end is not finished. False when reading is to stop, because of a fault or
  // because the records asked for it.
  bool read(std::string_view bytes, bool complete = true);
  const Faults& faults() const { return faults_; }
  // The line that the next byte belongs to.
  int line() const { return line_; }

 private:
  const char* field(const char* at, const char* end);
  void cell(std::string_view text);
  void next_lines(std::string_view text);
  void add(std::string text, std::string cure);

  std::string file_;
  Dialect dialect_;
  Records& records_;
  char line_end_;
  int line_;
  int fields_ = 0;  // of the current record that are complete
  bool stopped_ = false;
  std::string unquoted_;
  Faults faults_;
};

}  // namespace lookahead
