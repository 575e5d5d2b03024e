#include "data/read/blocks.hpp"

#include <algorithm>
#include <cstring>

#include "data/read/characters.hpp"

namespace lookahead {
namespace {

// A longer record is a quote that was never closed, or no CSV.
constexpr std::size_t most_record = std::size_t{1} << 25;

// The next quote or comment from `at` on, otherwise the end of the bytes.
std::size_t next_mark(std::string_view bytes, std::size_t at, const Dialect& dialect) {
  const char marks[] = {'"', dialect.comment};
  const auto found =
      dialect.comment == 0 ? bytes.find('"', at) : bytes.find_first_of(std::string_view(marks, 2), at);
  return std::min(found, bytes.size());
}

}  // namespace

std::size_t last_record_end(std::string_view bytes, const Dialect& dialect, char line_end) {
  const char separator = dialect.separator;
  const char* const end = bytes.data() + bytes.size();
  std::size_t found = 0;
  std::size_t at = 0;       // outside of quotes
  std::size_t begun = 0;    // blanks before this place do not begin a field
  bool field_start = true;  // a field may begin at `begun`
  while (true) {
    const std::size_t mark = next_mark(bytes, at, dialect);
    const auto line = bytes.substr(at, mark - at).rfind(line_end);
    if (line != std::string_view::npos) found = at + line + 1;
    if (mark == bytes.size()) return found;
    if (dialect.is_comment(bytes[mark])) {
      at = begun = std::min(bytes.find_first_of("\r\n", mark), bytes.size());
      field_start = false;
      continue;
    }
    std::size_t before = mark;
    while (before > begun && is_blank(bytes[before - 1]) && bytes[before - 1] != separator &&
           separator != ' ')
      --before;
    const bool opens = before == begun ? field_start : dialect.ends_field(bytes[before - 1]);
    field_start = false;
    if (!opens) {
      at = begun = mark + 1;
      continue;
    }
    const char* const close = closing_quote(bytes.data() + mark + 1, end);
    if (close == nullptr) return found;
    at = begun = static_cast<std::size_t>(close + 1 - bytes.data());
  }
}

bool RecordBlocks::fill(RecordBlock& block, std::size_t size) {
  block.buffer_.resize(RecordBlock::margin + size + RecordBlock::margin);
  const auto got = file_.read({block.buffer_.data() + RecordBlock::margin + block.size_, size - block.size_});
  if (!got) {
    faults_ = got.faults();
    return false;
  }
  block.size_ += static_cast<std::size_t>(*got);
  block.last_ = block.size_ < size;
  return true;
}

bool RecordBlocks::next(RecordBlock& block) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  block.size_ = rest_.size();
  block.last_ = false;
  std::size_t size = std::max(count_ == 0 ? first_size_ : block_size_, rest_.size() + 1);
  block.buffer_.resize(RecordBlock::margin + size + RecordBlock::margin);
  std::memcpy(block.buffer_.data() + RecordBlock::margin, rest_.data(), rest_.size());
  rest_.clear();
  std::size_t end = 0;
  while (true) {
    if (!fill(block, size)) {
      ended_ = true;
      return false;
    }
    const std::string_view bytes = block.bytes();
    block.quotes_ = bytes.find('"') != std::string_view::npos;
    if (block.last_) {
      end = bytes.size();
    } else if (!block.quotes_) {
      end = bytes.rfind(file_.line_end()) + 1;
    } else {
      end = last_record_end(bytes, dialect_, file_.line_end());
    }
    block.endless_ = end == 0 && bytes.size() >= most_record;
    if (block.endless_) end = bytes.size();
    if (end > 0 || block.last_) break;
    size *= 2;
  }
  ended_ = block.last_ || block.endless_;
  rest_ = block.bytes().substr(end);
  block.size_ = end;
  block.buffer_[RecordBlock::margin + end] = '\n';
  block.number_ = count_++;
  return true;
}

}  // namespace lookahead
