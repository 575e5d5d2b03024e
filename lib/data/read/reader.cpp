#include "data/read/reader.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "data/read/characters.hpp"
#include "data/read/tokenizer.hpp"

namespace lookahead {
namespace {

constexpr std::size_t head_size = std::size_t{1} << 16;
constexpr std::size_t most_head = std::size_t{1} << 24;

// Where the line after the one at `at` begins.
std::size_t next_line(std::string_view text, std::size_t at) {
  const auto end = text.find_first_of("\r\n", at);
  if (end == std::string_view::npos) return text.size();
  return text.substr(end).starts_with("\r\n") ? end + 2 : end + 1;
}

// How many lines have ended, comments not counted.
Index lines_in(std::string_view text, char comment) {
  Index count = 0;
  for (std::size_t at = 0, next = 0; at < text.size(); at = next) {
    next = next_line(text, at);
    if (is_line_end(text[next - 1]) && (comment == 0 || text[at] != comment)) ++count;
  }
  return count;
}

// The separator that the first line names, for Excel: sep=; and 0 for another line.
char named_in(std::string_view text) {
  std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  if (line.size() == text.size()) return 0;
  if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
  if (line.size() != 5 || !(line.starts_with("sep=") || line.starts_with("SEP="))) return 0;
  return line.back() == '"' ? '\0' : line.back();
}

}  // namespace

std::optional<Fault> CsvFile::refuse(std::string_view bytes, int line) const {
  const auto nul = bytes.find('\0');
  if (nul == std::string_view::npos) return std::nullopt;
  const auto before = bytes.substr(0, nul);
  const int at = line + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const bool wide = std::count(bytes.begin(), bytes.end(), '\0') * 3 > static_cast<Index>(bytes.size());
  if (wide) {
    return Fault{
        FaultKind::data, {name(), at, 0}, "the file looks like UTF-16", "save it as UTF-8, or use iconv"};
  }
  return Fault{FaultKind::data,
               {name(), at, 0},
               "a NUL byte: the file is binary or damaged",
               "data files are CSV text, plain or gzip"};
}

Checked<CsvFile> CsvFile::open(Checked<ByteSource> source, Index skip_lines, char comment) {
  if (!source) return source.faults();
  CsvFile file(std::move(*source));
  const auto fault = [&](std::string text, std::string cure) {
    return Fault{FaultKind::data, {file.name(), 0, 0}, std::move(text), std::move(cure)};
  };
  // A few whole lines beyond what is skipped, even where lines are long.
  const Index lines = skip_lines + 4;
  for (std::size_t size = head_size; !file.complete_ && file.head_.size() < most_head; size *= 2) {
    const std::size_t before = file.head_.size();
    file.head_.resize(size);
    const auto got = file.source_.read({file.head_.data() + before, size - before});
    if (!got) return got.faults();
    file.head_.resize(before + static_cast<std::size_t>(*got));
    file.complete_ = file.head_.size() < size;
    if (lines_in(file.head_, comment) >= lines) break;
  }
  std::string& head = file.head_;
  if (head.starts_with(std::string_view("\xff\xfe\0\0", 4)) ||
      head.starts_with(std::string_view("\0\0\xfe\xff", 4))) {
    return fault("the file is UTF-32", "save it as UTF-8, or use iconv -f UTF-32 -t UTF-8");
  }
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
    return fault("the file is UTF-16", "save it as UTF-8, or use iconv -f UTF-16 -t UTF-8");
  }
  // In octal, for a hexadecimal escape would swallow the digit that follows.
  for (const std::string_view magic :
       {"PK\3\4", "PAR1", "\3757zXZ", "BZh9", "\x28\xb5\x2f\xfd", "\x89HDF", "%PDF"}) {
    if (head.starts_with(magic)) {
      return fault("is no CSV file but a binary or packed one",
                   "export it as CSV text; gzip is the only packing read");
    }
  }
  if (auto refused = file.refuse(head, 1)) return *refused;
  if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
  std::size_t start = 0;
  for (Index i = 0; i < skip_lines && start < head.size(); ++i) {
    start = next_line(head, start);
    ++file.first_line_;
  }
  if (start == head.size() && !file.complete_)
    return fault("the lines to skip are longer than 16 MiB", "make skip_lines smaller");
  if (const char separator = named_in(std::string_view(head).substr(start)); separator != 0) {
    file.named_separator_ = separator;
    start = next_line(head, start);
    ++file.first_line_;
  }
  head.erase(0, start);
  file.line_end_ = line_end_of(head);
  return file;
}

std::optional<Fault> CsvFile::empty() const {
  if (!complete_ || !trimmed(head_).empty()) return std::nullopt;
  return Fault{FaultKind::data, {name(), 0, 0}, "the file is empty", "it needs a row of data at least"};
}

CsvFile CsvFile::piece(std::string bytes, int line) const {
  CsvFile file(ByteSource::empty(name()));
  file.head_ = std::move(bytes);
  file.line_end_ = line_end_;
  file.first_line_ = line;
  return file;
}

std::string_view CsvFile::head() const {
  if (complete_) return head_;
  const auto end = head_.rfind('\n');
  const auto other = head_.rfind('\r');
  if (end == std::string::npos && other == std::string::npos) return head_;
  return std::string_view(head_).substr(0, (end == std::string::npos ? other : end) + 1);
}

Checked<Index> CsvFile::read(std::span<char> out) {
  const std::size_t count = std::min(out.size(), head_.size() - position_);
  std::memcpy(out.data(), head_.data() + position_, count);
  position_ += count;
  if (position_ == head_.size()) head_ = std::string(), position_ = 0;
  if (complete_ || count == out.size()) return static_cast<Index>(count);
  const auto got = source_.read(out.subspan(count));
  if (!got) return got.faults();
  complete_ = static_cast<std::size_t>(*got) < out.size() - count;
  return static_cast<Index>(count) + *got;
}

}  // namespace lookahead
