#pragma once
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "data/read/characters.hpp"

namespace lookahead {

// How delimited text is laid out. Fields stand between separators, blanks around them are no part of them. A
// field that begins with a double quote goes on to the next quote that is not doubled, over separators and
// line ends; what follows up to the separator belongs to it as it stands ("Bob" Smith is Bob Smith), as
// Python's csv module and pandas have it. A quote within a field is a character. Lines end by LF, CRLF or CR;
// empty ones are no records.
struct Dialect {
  char separator = ',';  // ' ': any run of blanks and tabs
  char comment = 0;      // outside of quotes it and the rest of its line are left out; 0: nothing is

  bool blanks() const { return separator == ' '; }
  bool ends_field(char c) const {
    return c == separator || is_line_end(c) || (blanks() && c == '\t') || is_comment(c);
  }
  bool is_comment(char c) const { return comment != 0 && c == comment; }
  bool operator==(const Dialect&) const = default;
};

// Without control characters and blanks at both ends, as cells are.
inline std::string_view stripped(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  return text;
}

// The quote that closes a field, from behind the one that opens it; nullptr where there is none before `end`.
inline const char* closing_quote(const char* at, const char* end) {
  while (true) {
    at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (at == nullptr || at + 1 == end || at[1] != '"') return at;
    at += 2;
  }
}

// Reads the field whose opening quote stands at `begin`: where it ends, which is a separator, a line end, a
// comment or `end`; nullptr where the quote stays open. `text` is a part of the bytes, or of `buffer` where
// quotes had to be taken out.
inline const char* read_quoted(const char* begin, const char* end, const Dialect& dialect,
                               std::string& buffer, std::string_view& text) {
  const char* const close = closing_quote(begin + 1, end);
  if (close == nullptr) return nullptr;
  const char* const stop = std::find_if(close + 1, end, [&](char c) { return dialect.ends_field(c); });
  text = {begin + 1, static_cast<std::size_t>(close - begin - 1)};
  const bool more = !std::all_of(close + 1, stop, is_blank);
  if (!more && text.find('"') == std::string_view::npos) return stop;
  buffer.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    buffer += text[i];
    if (text[i] == '"') ++i;
  }
  if (more) buffer.append(close + 1, stop);
  text = buffer;
  return stop;
}

}  // namespace lookahead
