#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"
#include "base/scalar.hpp"
#include "data/faults.hpp"
#include "data/source.hpp"

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

// Splits bytes into records and cells by libcsv, piece by piece, and keeps the physical line (quoted newlines
// counted). Fields stand between separators and may be in double quotes, a quote within is doubled; empty
// lines are ignored; a separator ' ' stands for runs of blanks and tabs. Lines end by LF, CRLF or CR.
class Tokenizer {
 public:
  // `line_end` is what lines are counted by; 0 takes it from the first bytes.
  Tokenizer(std::string file, char separator, Records& records, int first_line = 1, char line_end = 0);
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer();

  // The next bytes. False when reading is to stop, because of a fault or because the records asked for it.
  bool feed(std::string_view bytes);
  // The end of the bytes; a last record without a newline counts.
  bool finish();
  const Faults& faults() const;
  // The line that the next byte belongs to.
  int line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A CSV file: its first piece for guessing its layout, then all of its bytes.
class CsvFile {
 public:
  // Opens the file, leaves out `skip_lines` lines and a UTF-8 byte order mark, and reads the first piece.
  // Refuses empty files, UTF-16 and what is no text.
  static Checked<CsvFile> open(const std::string& path, Index skip_lines = 0);

  // Whole records that were read from this file, beginning at `line`, as a file of their own.
  CsvFile piece(std::string bytes, int line) const;

  const std::string& name() const { return source_.name(); }
  // Whole records, of the first 64 KiB or more; quotes may still be open at the end of it.
  std::string_view head() const;
  // The line on which the first record or empty line stands.
  int first_line() const { return first_line_; }
  // What lines end by and are counted by: a newline, or the carriage return of old files.
  char line_end() const { return line_end_; }
  // Whether the file is no longer than its first piece.
  bool is_short() const { return complete_; }
  // Fills `out` with the next bytes, those of the head first; how many were written, fewer than asked for
  // only at the end of the file.
  Checked<Index> read(std::span<char> out);
  // What is wrong where bytes that begin at `line` are no text.
  std::optional<Fault> refuse(std::string_view bytes, int line) const;

 private:
  explicit CsvFile(ByteSource source) : source_(std::move(source)) {}
  ByteSource source_;
  std::string head_;
  std::size_t position_ = 0;  // how many bytes of the head were read
  bool complete_ = false;     // the head is the whole file
  char line_end_ = '\n';
  int first_line_ = 1;
};

}  // namespace lookahead
