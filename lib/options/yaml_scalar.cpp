#include "options/yaml_scalar.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/letters.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

// Words that are something else than a text where they stand without quotes: nothing and truth to YAML, in
// all its versions, and to keys of our own nothing or what is found out.
bool is_word(const std::string& text) {
  static constexpr std::string_view words[] = {"null", "true", "false", "yes", "no",
                                               "on",   "off",  "none",  "auto"};
  return std::find(std::begin(words), std::end(words), lower(text)) != std::end(words);
}

}  // namespace

std::string yaml_quoted(const std::string& text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    // U+0080 to U+009F, which are two bytes: YAML's \xNN is the character of that number.
    const unsigned char next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool high_control = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F || high_control) {
      const unsigned char code = high_control ? next : byte;
      append_hex(out += "\\x", code, 2);
      if (high_control) ++i;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

bool needs_quotes(const std::string& text) {
  if (text.empty() || text.size() > 200 || text == ".") return true;
  if (parse_number(text) || is_word(text)) return true;
  const auto plain = [](char c) {
    const char low = lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' ||
           c == '-' || c == '+';
  };
  return !std::all_of(text.begin(), text.end(), plain) || text.front() == '-' || text.front() == '+';
}

std::string yaml_scalar(const std::string& text) { return needs_quotes(text) ? yaml_quoted(text) : text; }

}  // namespace lookahead
