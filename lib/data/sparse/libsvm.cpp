#include "data/sparse/libsvm.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "base/text.hpp"
#include "data/read/cell.hpp"
#include "data/read/characters.hpp"
#include "data/read/faults.hpp"
#include "data/read/label.hpp"
#include "data/read/source.hpp"

namespace lookahead {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;
constexpr std::size_t most_line = std::size_t{1} << 28;
constexpr std::uint32_t most_index = 0x7FFF'FFFE;

// The fields of a line, one after the other, up to a comment.
class LineFields {
 public:
  explicit LineFields(std::string_view line) : rest_(line.substr(0, line.find('#'))) {}
  // The next field; empty at the end. Blanks may stand between a colon and its value.
  std::string_view next() {
    skip_blanks(0);
    std::size_t size = std::min(rest_.find_first_of(blanks), rest_.size());
    if (size > 0 && rest_[size - 1] == ':') {
      size = std::min(rest_.find_first_not_of(blanks, size), rest_.size());
      size = std::min(rest_.find_first_of(blanks, size), rest_.size());
    }
    const std::string_view field = rest_.substr(0, size);
    rest_.remove_prefix(field.size());
    return field;
  }

 private:
  static constexpr std::string_view blanks = " \t";
  void skip_blanks(std::size_t at) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks, at), rest_.size()));
  }
  std::string_view rest_;
};

struct Entry {
  std::uint32_t index = 0;
  double value = 0;
};

enum class EntryKind { good, no_index, no_value };

EntryKind parse_entry(std::string_view field, Entry& entry) {
  const auto colon = field.find(':');
  const char* const end = field.data() + std::min(colon, field.size());
  const auto [rest, error] = std::from_chars(field.data(), end, entry.index);
  if (colon == std::string_view::npos || error != std::errc() || rest != end || entry.index > most_index)
    return EntryKind::no_index;
  const auto value = parse_number(trimmed(field.substr(colon + 1)));
  if (!value || !std::isfinite(*value)) return EntryKind::no_value;
  entry.value = *value;
  return EntryKind::good;
}

// Takes lines and appends their rows.
class Reader {
 public:
  Reader(SparseTable& table, std::string file) : table_(table), file_(std::move(file)) {}

  void line(std::string_view text, int number) {
    line_ = number;
    LineFields fields(text);
    std::string_view field = fields.next();
    if (field.empty()) return;
    field_ = 1;
    table_.labels.push_back(SparseTable::no_label);
    if (field.find(':') == std::string_view::npos) {
      label(field);
      field = fields.next();
      ++field_;
    } else if (table_.first_unlabeled.line == 0) {
      table_.first_unlabeled = {file_, line_, 0};
    }
    std::int64_t last = -1;
    for (; !field.empty(); field = fields.next(), ++field_) entry(field, last);
    table_.entries.end_row();
  }

  void add(std::string text, std::string cure) {
    if (++count_ <= most_faults)
      faults_.push_back({FaultKind::data, {file_, line_, field_}, std::move(text), std::move(cure)});
  }

  Faults faults() {
    limit_faults(faults_, count_ - faults_.size(), file_);
    return std::move(faults_);
  }

 private:
  void label(std::string_view field) {
    if (field.find(',') != std::string_view::npos) {
      return add("several labels, " + quoted(field), "a row has one label or target");
    }
    const auto number = parse_number(field);
    if (!is_utf8(field)) return add("the label " + quoted(field) + " is not UTF-8", "convert the file");
    table_.labels.back() = table_.texts.add(label_name(field), number.value_or(std::nan("")), false);
  }

  void entry(std::string_view field, std::int64_t& last) {
    if (field.starts_with("qid:")) {
      table_.has_query = true;
      return;
    }
    Entry entry;
    const EntryKind kind = parse_entry(field, entry);
    if (kind != EntryKind::good) {
      return add(
          quoted(field) + (kind == EntryKind::no_index ? " is no index:value" : " has no finite value"),
          "a row is label index:value index:value ..., with indices up to 2147483646");
    }
    if (std::int64_t{entry.index} <= last) {
      return add("the index " + std::to_string(entry.index) + " comes after " + std::to_string(last),
                 "the indices of a row have to rise");
    }
    last = entry.index;
    table_.largest = std::max(table_.largest, entry.index);
    table_.has_zero = table_.has_zero || entry.index == 0;
    if (entry.value == 0) return;
    table_.entries.add(entry.index, entry.value);
  }

  SparseTable& table_;
  std::string file_;
  int line_ = 0, field_ = 0;
  std::size_t count_ = 0;
  Faults faults_;
};

// Calls visit(line, number) for the lines of a file, which end by LF, CRLF or CR, while it returns true.
template <class Visit>
class LineReader {
 public:
  LineReader(ByteSource& source, Visit visit) : source_(source), visit_(std::move(visit)) {}

  Checked<Done> read() {
    std::vector<char> block(block_size);
    bool first = true;
    while (true) {
      const auto got = source_.read(block);
      if (!got) return got.faults();
      std::string_view bytes(block.data(), static_cast<std::size_t>(*got));
      if (bytes.find('\0') != std::string_view::npos)
        return fault("a NUL byte: the file is binary or damaged", "");
      if (std::exchange(first, false) && bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
      if (!take(bytes)) return Done{};
      if (pending_.size() > most_line) return fault("a line of more than 256 MiB", "is this a data file?");
      if (static_cast<std::size_t>(*got) == block.size()) continue;
      if (!pending_.empty()) visit_(std::string_view(pending_), number_);
      return Done{};
    }
  }

 private:
  // False where no more is wanted.
  bool take(std::string_view bytes) {
    while (!bytes.empty()) {
      if (std::exchange(returned_, false) && bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
      const auto newline = std::min(bytes.find('\n'), bytes.size());
      const auto end = std::min(bytes.substr(0, newline).find('\r'), newline);
      if (pending_.empty() && end < bytes.size()) {
        if (!visit_(bytes.substr(0, end), number_)) return false;
      } else {
        pending_.append(bytes.substr(0, end));
        if (end == bytes.size()) return true;
        if (!visit_(std::string_view(pending_), number_)) return false;
        pending_.clear();
      }
      returned_ = bytes[end] == '\r';
      number_ = line_after(number_, 1);
      bytes.remove_prefix(end + 1);
    }
    return true;
  }

  Fault fault(std::string text, std::string cure) const {
    return {FaultKind::data, {source_.name(), number_, 0}, std::move(text), std::move(cure)};
  }

  ByteSource& source_;
  Visit visit_;
  std::string pending_;    // of a line that has begun
  bool returned_ = false;  // the last line ended by a carriage return
  int number_ = 1;
};

// How many values a line holds; -1 if it is no row.
Index values_in(std::string_view line) {
  LineFields fields(line);
  if (!parse_number(fields.next())) return -1;
  Entry entry;
  Index entries = 0;
  for (auto field = fields.next(); !field.empty(); field = fields.next()) {
    if (field.starts_with("qid:")) continue;
    if (parse_entry(field, entry) != EntryKind::good) return -1;
    ++entries;
  }
  return entries;
}

}  // namespace

Checked<Done> read_libsvm(Checked<ByteSource> source, Index skip_lines, SparseTable& table) {
  if (!source) return source.faults();
  Reader reader(table, source->name());
  try {
    auto done = LineReader(*source, [&](std::string_view line, int number) {
                  if (number > skip_lines) reader.line(line, number);
                  return true;
                }).read();
    if (!done) return done;
  } catch (const std::bad_alloc&) {
    if (!table.entries.on_disk()) throw;
    return no_room_for_rows(source->name(), true);
  }
  if (Faults faults = reader.faults(); !faults.empty()) return faults;
  table.file += (table.file.empty() ? "" : ", ") + source->name();
  return Done{};
}

Fault no_sparse_rows(const std::string& file) {
  return {FaultKind::data, {file, 0, 0}, "no rows of data", "a row is label index:value ..."};
}

std::optional<bool> is_libsvm(InputFile& file, Index skip_lines) {
  std::string_view name = file.path();
  if (name.ends_with(".gz")) name.remove_suffix(3);
  if (name.ends_with(".svm") || name.ends_with(".libsvm") || name.ends_with(".svmlight")) return true;
  if (name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".tab")) return false;
  auto source = file.open(false);
  if (!source) return std::nullopt;
  constexpr Index most_rows = 5;
  Index rows = 0, values = 0;
  bool fits = true;
  const auto done = LineReader(*source, [&](std::string_view line, int number) {
                      LineFields fields(line);
                      if (number <= skip_lines || fields.next().empty()) return true;
                      const Index here = values_in(line);
                      fits = here >= 0;
                      values += here;
                      return fits && ++rows < most_rows;
                    }).read();
  if (!done || (fits && rows == 0)) return std::nullopt;
  return fits && values > 0;
}

}  // namespace lookahead
