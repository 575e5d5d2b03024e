#include "data/reader.hpp"

#include <csv.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "data/characters.hpp"

namespace lookahead {
namespace {

constexpr std::size_t head_size = std::size_t{1} << 16;
constexpr std::size_t most_head = std::size_t{1} << 24;
// The states of libcsv's parser, which its header does not name.
constexpr int row_not_begun = 0;
constexpr int field_begun = 2;

// Carriage returns end lines only where there are no newlines.
char line_end_of(std::string_view bytes) {
  const auto carriage_return = bytes.find('\r');
  const bool old_mac = bytes.find('\n') == std::string_view::npos &&
                       carriage_return != std::string_view::npos && carriage_return + 1 < bytes.size();
  return old_mac ? '\r' : '\n';
}

}  // namespace

struct Tokenizer::State {
  csv_parser parser{};
  std::string file;
  char separator;
  Records& records;
  int line;
  int record_line;
  int cell_line;  // where the cell being read began
  int field = 0;  // cells of the current record that are complete
  bool stopped = false;
  bool returned = false;  // the last record ended by a carriage return
  bool fresh_line = true, in_quotes = false, pending = false, cell_start = true;  // of collapse()
  char line_end;                                                                  // 0: not known yet
  std::string collapsed;
  Faults faults;

  State(std::string name, char character, Records& receiver, int first_line, char end)
      : file(std::move(name)),
        separator(character),
        records(receiver),
        line(first_line),
        record_line(first_line),
        cell_line(first_line),
        line_end(end) {
    csv_init(&parser, 0);
    csv_set_delim(&parser, static_cast<unsigned char>(separator));
    csv_set_blk_size(&parser, 4096);
  }
  ~State() { csv_free(&parser); }

  static void on_cell(void* text, std::size_t size, void* self) {
    static_cast<State*>(self)->cell(static_cast<const char*>(text), size);
  }
  static void on_record(int end, void* self) { static_cast<State*>(self)->record(end); }

  void next_line() {
    if (line < std::numeric_limits<int>::max()) ++line;
  }

  void cell(const char* text, std::size_t size) {
    if (stopped) return;
    if (returned) {
      // A lone carriage return among lines that end by newlines.
      next_line();
      record_line = line;
      returned = false;
    }
    while (size > 0 && static_cast<unsigned char>(text[size - 1]) <= ' ') --size;
    while (size > 0 && static_cast<unsigned char>(*text) <= ' ') ++text, --size;
    ++field;
    records.cell({text, size}, line);
    cell_line = line;
  }

  void record(int end) {
    if (stopped) return;
    field = 0;
    if (!records.end(record_line)) stopped = true;
    returned = end == '\r' && line_end != '\r';
  }

  void add(Fault fault) {
    faults.push_back(std::move(fault));
    stopped = true;
  }

  void add_open_quote(const std::string& until) {
    add({FaultKind::data,
         {file, cell_line, field + 1},
         "the quote that opens here is not closed " + until,
         "close it, or double it (\"\") where it is part of the text"});
  }

  // Runs of blanks outside quotes become one separator, those at the ends of a line none.
  std::string_view collapse(std::string_view bytes) {
    collapsed.clear();
    for (const char c : bytes) {
      if (in_quotes) {
        collapsed += c;
        in_quotes = c != '"';
      } else if (is_blank(c)) {
        pending = !fresh_line;
        cell_start = true;
      } else if (c == '\n' || c == '\r') {
        pending = false;
        fresh_line = cell_start = true;
        collapsed += c;
      } else {
        if (pending) collapsed += ' ';
        // A doubled quote closes and opens again, which is the same outside as staying inside.
        in_quotes = c == '"' && (cell_start || (!collapsed.empty() && collapsed.back() == '"'));
        pending = fresh_line = cell_start = false;
        collapsed += c;
      }
    }
    return collapsed;
  }

  // One physical line or a part of it.
  void parse(std::string_view part) {
    if (parser.pstate == row_not_begun) record_line = cell_line = line;
    if (separator == ' ') part = collapse(part);
    csv_parse(&parser, part.data(), part.size(), on_cell, on_record, this);
    if (!stopped && parser.entry_pos > most_cell) {
      if (parser.quoted != 0) {
        add_open_quote("within 1 MiB");
      } else {
        add({FaultKind::data,
             {file, cell_line, field + 1},
             "a cell of more than 1 MiB",
             "is this a CSV file?"});
      }
    }
  }
};

Tokenizer::Tokenizer(std::string file, char separator, Records& records, int first_line, char line_end)
    : state_(std::make_unique<State>(std::move(file), separator, records, first_line, line_end)) {}
Tokenizer::~Tokenizer() = default;
const Faults& Tokenizer::faults() const { return state_->faults; }
int Tokenizer::line() const { return state_->line; }

bool Tokenizer::feed(std::string_view bytes) {
  State& s = *state_;
  if (s.line_end == 0) s.line_end = line_end_of(bytes);
  while (!bytes.empty() && !s.stopped) {
    const void* end = std::memchr(bytes.data(), s.line_end, bytes.size());
    const std::size_t size = end == nullptr
                                 ? bytes.size()
                                 : static_cast<std::size_t>(static_cast<const char*>(end) - bytes.data()) + 1;
    s.parse(bytes.substr(0, size));
    if (end != nullptr) s.next_line();
    // The newline after a carriage return ends the same line.
    if (end != nullptr) s.returned = false;
    bytes.remove_prefix(size);
  }
  return !s.stopped;
}

bool Tokenizer::finish() {
  State& s = *state_;
  if (s.stopped) return false;
  if (s.parser.pstate == field_begun && s.parser.quoted != 0) {
    s.add_open_quote("before the end of the file");
    return false;
  }
  csv_fini(&s.parser, State::on_cell, State::on_record, &s);
  return !s.stopped;
}

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

Checked<CsvFile> CsvFile::open(const std::string& path, Index skip_lines) {
  auto source = ByteSource::open(path);
  if (!source) return source.faults();
  CsvFile file(std::move(*source));
  const auto fault = [&](std::string text, std::string cure) {
    return Fault{FaultKind::data, {file.name(), 0, 0}, std::move(text), std::move(cure)};
  };
  // A few whole lines beyond what is skipped, even where lines are long.
  const Index lines = skip_lines + 4;
  while (!file.complete_ && file.head_.size() < most_head) {
    if (file.head_.size() >= head_size && std::count(file.head_.begin(), file.head_.end(), '\n') >= lines)
      break;
    const std::size_t before = file.head_.size();
    file.head_.resize(before + head_size);
    const auto got = file.source_.read({file.head_.data() + before, head_size});
    if (!got) return got.faults();
    file.head_.resize(before + static_cast<std::size_t>(*got));
    file.complete_ = static_cast<std::size_t>(*got) < head_size;
  }
  std::string& head = file.head_;
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
    const auto end = head.find('\n', start);
    start = end == std::string::npos ? head.size() : end + 1;
    ++file.first_line_;
  }
  head.erase(0, start);
  file.line_end_ = line_end_of(head);
  if (trimmed(head).empty() && file.complete_)
    return fault("the file is empty", "it needs a row of data at least");
  return file;
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
