#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "data/read/dialect.hpp"
#include "data/read/reader.hpp"

namespace lookahead {

// Whole records of a file, one after the other, with readable bytes before and after them.
class RecordBlock {
 public:
  std::string_view bytes() const { return {buffer_.data() + margin, size_}; }
  Index number() const { return number_; }   // from 0, in the order of the file
  bool last() const { return last_; }        // the file ends here, perhaps within a record
  bool endless() const { return endless_; }  // no record ends in it though it is 32 MiB long
  bool quotes() const { return quotes_; }    // a quote stands somewhere
  // Room before and after the bytes; the first byte after them is a newline.
  static constexpr std::size_t margin = 128;

 private:
  friend class RecordBlocks;
  std::vector<char> buffer_;
  std::size_t size_ = 0;
  Index number_ = -1;
  bool last_ = false, endless_ = false, quotes_ = false;
};

// Cuts a file into blocks of about the same size at record ends. Where they are cut depends on the file and
// the size alone. A block ends within a record only where the file does, or where no record ends within 32
// MiB.
class RecordBlocks {
 public:
  // Reads on in `file` from its first record. The first block is `first_size` long, 0 for as long as the
  // others: most files are short, and memory takes time to come.
  RecordBlocks(CsvFile& file, Dialect dialect, std::size_t block_size, std::size_t first_size = 0)
      : file_(file),
        dialect_(dialect),
        block_size_(block_size),
        first_size_(first_size > 0 ? first_size : block_size) {}

  // The next block, into memory that is used again; false where there is none, because of the end or a fault.
  // Threads may call it at the same time.
  bool next(RecordBlock& block);
  // Why the file could not be read to its end.
  const Faults& faults() const { return faults_; }

 private:
  bool fill(RecordBlock& block, std::size_t size);

  CsvFile& file_;
  Dialect dialect_;
  std::size_t block_size_, first_size_;
  std::mutex mutex_;
  std::string rest_;  // read already, after the last block
  Index count_ = 0;
  bool ended_ = false;
  Faults faults_;
};

// One past the last line end `line_end` of `bytes` that is outside of quotes, 0 where there is none. The
// bytes begin with a record.
std::size_t last_record_end(std::string_view bytes, const Dialect& dialect, char line_end);

}  // namespace lookahead
