#include "data/blocks.hpp"

#include <algorithm>
#include <cstring>

#include "data/characters.hpp"

namespace lookahead {
namespace {

// A longer record is a quote that was never closed, or no CSV.
constexpr std::size_t most_record = std::size_t{1} << 25;

// Where the quoted field that begins before `at` has ended: on the separator or line end after it; npos where
// it has not.
std::size_t quoted_end(std::string_view bytes, std::size_t at, char separator) {
  while (true) {
    at = bytes.find('"', at);
    if (at == std::string_view::npos) return at;
    // Blanks may stand between the closing quote and what follows; a quote at once is a doubled one, and
    // after anything else the field goes on.
    bool might_have_ended = true;
    std::size_t blanks = 0;
    for (++at; might_have_ended; ++at) {
      if (at == bytes.size()) return std::string_view::npos;
      const char c = bytes[at];
      if (c == separator || is_line_end(c) || (separator == ' ' && is_blank(c))) return at;
      if (is_blank(c)) {
        ++blanks;
      } else if (c == '"' && blanks > 0) {
        blanks = 0;
      } else {
        might_have_ended = false;
      }
    }
  }
}

}  // namespace

std::size_t last_record_end(std::string_view bytes, char separator, char line_end) {
  std::size_t found = 0;
  std::size_t at = 0;       // outside of quotes
  std::size_t begun = 0;    // blanks before this place do not begin a field
  bool field_start = true;  // a field may begin at `begun`
  while (true) {
    const std::size_t quote = std::min(bytes.find('"', at), bytes.size());
    const auto line = bytes.substr(at, quote - at).rfind(line_end);
    if (line != std::string_view::npos) found = at + line + 1;
    if (quote == bytes.size()) return found;
    std::size_t before = quote;
    while (before > begun && is_blank(bytes[before - 1]) && bytes[before - 1] != separator &&
           separator != ' ')
      --before;
    const bool opens = before == begun ? field_start
                                       : bytes[before - 1] == separator || is_line_end(bytes[before - 1]) ||
                                             (separator == ' ' && is_blank(bytes[before - 1]));
    if (!opens) {
      at = begun = quote + 1;
      field_start = false;
      continue;
    }
    at = quoted_end(bytes, quote + 1, separator);
    if (at == std::string_view::npos) return found;
    begun = at;
    field_start = false;
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
  block.buffer_.resize(RecordBlock::margin + std::max(block_size_, rest_.size() + 1) + RecordBlock::margin);
  std::memcpy(block.buffer_.data() + RecordBlock::margin, rest_.data(), rest_.size());
  rest_.clear();
  std::size_t size = std::max(block_size_, block.size_ + 1);
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
      end = last_record_end(bytes, separator_, file_.line_end());
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
