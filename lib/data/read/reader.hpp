#pragma once
#include <string>
#include <string_view>

#include "base/fault.hpp"
#include "base/scalar.hpp"
#include "data/read/source.hpp"

namespace lookahead {

// A CSV file: its first piece for guessing its layout, then all of its bytes.
class CsvFile {
 public:
  // Leaves out `skip_lines` lines, a UTF-8 byte order mark and a first line such as sep=; for Excel, and
  // reads the first piece. Refuses UTF-16 and what is no text. Lines that begin with `comment` do not count
  // for the length of the first piece.
  static Checked<CsvFile> open(Checked<ByteSource> source, Index skip_lines = 0, char comment = 0);
  static Checked<CsvFile> open(const std::string& file, Index skip_lines = 0, char comment = 0) {
    return open(ByteSource::open(file), skip_lines, comment);
  }

  // Whole records that were read from this file, beginning at `line`, as a file of their own.
  CsvFile piece(std::string bytes, int line) const;

  const std::string& name() const { return source_.name(); }
  // Whole records, of the first 64 KiB or more; quotes may still be open at the end of it.
  std::string_view head() const;
  // The separator that a line sep=; names, 0 without one.
  char named_separator() const { return named_separator_; }
  // The line on which the first record or empty line stands.
  int first_line() const { return first_line_; }
  // What lines end by and are counted by: a newline, or the carriage return of old files.
  char line_end() const { return line_end_; }
  // Whether the file is no longer than its first piece.
  bool is_short() const { return complete_; }
  // The fault of a file without anything but blanks; nothing where there is more.
  std::optional<Fault> empty() const;
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
  char named_separator_ = 0;
  int first_line_ = 1;
};

}  // namespace lookahead
