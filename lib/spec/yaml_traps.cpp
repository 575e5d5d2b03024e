#include "spec/yaml_traps.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "options/parameter.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_word = 60;  // of a text in a cure

// The text without blanks around a place of the parser's, at most one line.
std::string word_at(std::string_view text, std::size_t offset) {
  constexpr std::string_view ends = " \n\r,[]{}";
  std::size_t at = std::min(offset, text.size());
  // Some faults stand behind the character they are about.
  if ((at == text.size() || ends.find(text[at]) != std::string_view::npos) && at > 0) --at;
  std::size_t first = at, last = at;
  while (first > 0 && ends.find(text[first - 1]) == std::string_view::npos) --first;
  while (last < text.size() && ends.find(text[last]) == std::string_view::npos) ++last;
  return std::string(text.substr(first, last - first));
}

// The line a place stands in, without its blanks, and where it begins.
std::string_view line_at(std::string_view text, std::size_t offset) {
  const std::size_t at = std::min(offset, text.size());
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t first = before == std::string_view::npos ? 0 : before + 1;
  return trimmed(text.substr(first, text.find('\n', at) - first));
}

std::string indentation_cure(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  return "the indentation of line " + to_text(1 + std::count(before.begin(), before.end(), '\n')) +
         " fits no line above it: the keys of a block begin in the same column";
}

// What to do where a value in { } that stands in no quotes has brackets of its own, which YAML takes for a list's:
// a formula, most often.
std::string bracket_cure(std::string_view text, std::size_t offset) {
  const std::size_t at = std::min(offset, text.size());
  const std::size_t colon = text.substr(0, at).rfind(": ");
  if (colon == std::string_view::npos) return "";
  const std::size_t begin = std::min(text.find_first_not_of(' ', colon + 1), text.size());
  const std::string_view value = trimmed(text.substr(begin, text.find_first_of("\n}", begin) - begin));
  const std::size_t bracket = value.find('[');
  const bool quotes = value.starts_with('"') || value.starts_with('\'');
  if (quotes || bracket == 0 || bracket == std::string_view::npos) return "";
  const char before = value[bracket - 1];
  const bool element = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                       before == '_' || (before >= '0' && before <= '9');
  if (!element) return "";
  const std::string_view line = text.substr(0, colon);
  const std::size_t key = line.find_last_of(" {,\n") + 1;
  return "inside { } a formula, or another text with [ ], stands in quotes: " +
         std::string(line.substr(key)) + ": \"...\"";
}

// Of a line "optimizer: sgd, lr: 0.1", which wants braces; else empty.
std::string braces_cure(std::string_view line) {
  const std::size_t colon = line.find(':'), comma = line.find(',');
  if (colon == std::string_view::npos || comma == std::string_view::npos || comma < colon) return "";
  if (line.find(':', comma) == std::string_view::npos ||
      line.find_first_of("{}[]\"'#") != std::string_view::npos)
    return "";
  const std::string key(trimmed(line.substr(0, colon))), rest(trimmed(line.substr(colon + 1)));
  constexpr std::array<std::pair<const char*, const char*>, 3> names{
      {{"optimizer", "name: "}, {"objective", "function: "}, {"model", "type: "}}};
  std::string first;
  if (line.substr(colon + 1, comma - colon).find(':') == std::string_view::npos) {
    const auto known =
        std::find_if(names.begin(), names.end(), [&](const auto& row) { return key == row.first; });
    if (known == names.end()) return "";
    first = known->second;
  }
  return "keys on one line stand in braces: " + key + ": {" + first + rest + "}";
}

}  // namespace

std::optional<Fault> check_bytes(std::string_view text, const std::string& source) {
  int line = 1, column = 1;
  char quote = 0;
  bool comment = false, gap = false, opened = false;
  std::string_view lead;  // what the byte before begins, of a character of three bytes
  char before = '\n';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
    if (control || byte == 0x7F) {
      return Fault{FaultKind::problem,
                   {source, line, column},
                   "the file has the control byte " + quoted(std::string(1, c)),
                   "is it a text file?"};
    }
    if (c == '\t' && quote == 0 && !comment) {
      return Fault{FaultKind::problem,
                   {source, line, column},
                   "a tab",
                   "use blanks; a tab in a text stands in quotes"};
    }
    // As web pages put it: it looks like a blank and is none.
    if (before == '\xC2' && c == '\xA0' && quote == 0 && !comment && gap) {
      return Fault{FaultKind::problem,
                   {source, line, column - 1},
                   "a no-break space",
                   "use blanks; in a text it stands in quotes"};
    }
    gap = c == '\xC2' && (before == ' ' || before == ':' || before == '\n');
    // Word processors make them of quotes, of which they are none: U+2018 to U+201F.
    const bool curly = quote == 0 && !comment && lead == "\xE2\x80" && byte >= 0x98 && byte <= 0x9F;
    if (curly && opened) {
      return Fault{FaultKind::problem,
                   {source, line, column - 2},
                   "a curly quote, which is no quote in YAML",
                   "write straight ones: \" or '"};
    }
    if (byte == 0xE2)
      opened = before == ' ' || before == ':' || before == '\n' || before == '[' || before == '{';
    lead = byte == 0xE2 ? "\xE2" : lead == "\xE2" && byte == 0x80 ? "\xE2\x80" : "";
    const bool opens =
        before == ' ' || before == '\n' || before == '[' || before == '{' || before == ',' || before == ':';
    if (quote != 0) {
      if (c == quote && !(quote == '"' && before == '\\')) quote = 0;
    } else if (!comment && opens && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '#' && (before == ' ' || before == '\n')) {
      comment = true;
    }
    before = quote == '"' && before == '\\' ? ' ' : c;
    if (c == '\n') {
      comment = false;
      ++line;
      column = 0;
      before = '\n';
    }
    ++column;
  }
  return std::nullopt;
}

std::string trap_cure(std::string_view text, YamlFault fault, std::size_t offset) {
  if (fault == YamlFault::list_entry) return "a '-' that is a value stands in quotes";
  const std::string word = word_at(text, offset);
  const auto in_quotes = [&](const std::string& kind) {
    return "a text " + kind + " stands in quotes: '" + word.substr(0, most_word) + "'";
  };
  if (!word.empty() && std::string_view("*&@`%").find(word.front()) != std::string_view::npos)
    return in_quotes(std::string("that begins with ") + word.front());
  if (word.find('?') != std::string::npos) return in_quotes("with ? in [ ] or { }");
  if (fault == YamlFault::map_value) {
    // A key without a blank after its colon makes the next line a part of the same text.
    const std::string_view line = line_at(text, offset);
    const auto here = static_cast<std::size_t>(line.data() - text.data());
    const std::size_t end = text.find_last_not_of(" \r\n", here == 0 ? 0 : here - 1);
    if (here > 0 && end != std::string_view::npos) {
      const std::size_t start = text.rfind('\n', end);
      const std::size_t first = start == std::string_view::npos ? 0 : start + 1;
      const std::string before(trimmed(text.substr(first, end + 1 - first)));
      if (std::string cure = separation_cure(before); !cure.empty()) return cure;
    }
    if (std::string cure = braces_cure(line); !cure.empty()) return cure;
    const auto colons = std::count(line.begin(), line.end(), ':');
    return colons > 1 ? "a text with a colon and a blank stands in quotes" : indentation_cure(text, offset);
  }
  if (fault == YamlFault::end_of_block) return indentation_cure(text, offset);
  if (fault == YamlFault::end_of_map) {
    if (std::string cure = bracket_cure(text, offset); !cure.empty()) return cure;
  }
  if (fault == YamlFault::end_of_map || fault == YamlFault::end_of_list)
    return "a bracket is never closed, or a comma is missing before this place";
  if (fault == YamlFault::end_within_text) return "a quote is never closed";
  if (offset < text.size() && (text[offset] == '}' || text[offset] == ']'))
    return "a bracket is closed that was not opened";
  return "";
}

}  // namespace lookahead
