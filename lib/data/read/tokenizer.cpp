#include "data/read/tokenizer.hpp"

#include <limits>

namespace lookahead {

char line_end_of(std::string_view bytes) {
  const auto carriage_return = bytes.find('\r');
  const bool old_mac = bytes.find('\n') == std::string_view::npos &&
                       carriage_return != std::string_view::npos && carriage_return + 1 < bytes.size();
  return old_mac ? '\r' : '\n';
}

Tokenizer::Tokenizer(std::string file, Dialect dialect, Records& records, int first_line, char line_end)
    : file_(std::move(file)), dialect_(dialect), records_(records), line_end_(line_end), line_(first_line) {}

bool Tokenizer::read(std::string_view bytes, bool complete) {
  if (line_end_ == 0) line_end_ = line_end_of(bytes);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  int record_line = line_;
  bool due = false;  // a separator wants a field behind it, even an empty one
  const auto end_record = [&] {
    const bool open = fields_ > 0;
    fields_ = 0;
    due = false;
    if (open && !records_.end(record_line)) stopped_ = true;
  };
  while (at < end && !stopped_) {
    while (at < end && is_blank(*at) && (*at != dialect_.separator || dialect_.blanks())) ++at;
    if (at == end) break;
    if (due || !(is_line_end(*at) || dialect_.is_comment(*at))) {
      if (fields_ == 0) record_line = line_;
      at = field(at, end);
      due = false;
      if (at == nullptr || at == end) break;
    }
    if (dialect_.is_comment(*at)) at = std::find_if(at, end, is_line_end);
    if (at == end) break;
    if (is_line_end(*at)) {
      end_record();
      const bool returned = *at == '\r' && line_end_ == '\n';
      if (returned && at + 1 < end && at[1] == '\n') ++at;
      if (returned || *at == line_end_) next_lines({&line_end_, 1});
    } else {
      due = !dialect_.blanks();
    }
    ++at;
  }
  if (stopped_) return false;
  if (!complete) return true;
  if (due) cell({});
  end_record();
  return !stopped_;
}

// Reads the field that begins at `at`; where it ends, nullptr after a fault.
const char* Tokenizer::field(const char* at, const char* end) {
  std::string_view text;
  const char* stop = nullptr;
  if (*at == '"') {
    stop = read_quoted(at, end, dialect_, unquoted_, text);
    const bool long_text = static_cast<std::size_t>(end - at) > most_cell;
    if (stop == nullptr || text.size() > most_cell) {
      add(std::string("the quote that opens here is not closed ") +
              (long_text ? "within 1 MiB" : "before the end of the file"),
          "close it, or double it (\"\") where it is part of the text");
      return nullptr;
    }
  } else {
    stop = std::find_if(at, end, [&](char c) { return dialect_.ends_field(c); });
    text = {at, static_cast<std::size_t>(stop - at)};
  }
  if (text.size() > most_cell) {
    add("a cell of more than 1 MiB", "is this a CSV file?");
    return nullptr;
  }
  if (*at == '"') next_lines({at, static_cast<std::size_t>(stop - at)});
  cell(stripped(text));
  return stop;
}

void Tokenizer::cell(std::string_view text) {
  ++fields_;
  records_.cell(text, line_);
}

// Counts the line ends of a text.
void Tokenizer::next_lines(std::string_view text) {
  line_ = line_after(line_, std::count(text.begin(), text.end(), line_end_));
}

// A fault of the field that comes next.
void Tokenizer::add(std::string text, std::string cure) {
  faults_.push_back({FaultKind::data, {file_, line_, fields_ + 1}, std::move(text), std::move(cure)});
  stopped_ = true;
}

}  // namespace lookahead
