#include "base/table_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lookahead {
namespace {

constexpr std::size_t gap = 2;  // between two columns

std::string blanks(std::size_t count) { return std::string(count, ' '); }

// Where the first `count` characters of a text end.
std::size_t after(const std::string& text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && count-- == 0) break;
  }
  return at;
}

}  // namespace

std::size_t shown_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string first_characters(const std::string& text, std::size_t count) {
  return text.substr(0, after(text, count));
}

std::string wrapped(const std::string& text, std::size_t first_indent, std::size_t indent,
                    std::size_t width) {
  std::string out, line = blanks(first_indent);
  std::size_t used = first_indent;
  bool empty = true;  // the line has no word
  const auto end_line = [&] {
    out += line + "\n";
    line = blanks(indent);
    used = indent;
    empty = true;
  };
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.find(' ', begin), text.size());
    // Neither before nor after an equals sign: "p = 0.002" stays together.
    while (end < text.size() && (text[end + 1] == '=' || (end > 0 && text[end - 1] == '=')))
      end = std::min(text.find(' ', end + 1), text.size());
    std::string word = text.substr(begin, end - begin);
    begin = end + 1;
    if (!empty && used + 1 + shown_width(word) > width) end_line();
    while (used + (empty ? 0 : 1) + shown_width(word) > width) {
      const std::size_t cut = after(word, width - used);
      line += word.substr(0, cut);
      word.erase(0, cut);
      end_line();
    }
    line += (empty ? "" : " ") + word;
    used += shown_width(word) + (empty ? 0 : 1);
    empty = false;
  }
  return out + line + "\n";
}

std::string plain_text(const TextTable& table, std::size_t indent, std::size_t width) {
  const std::size_t columns = table.header.size();
  std::vector<std::size_t> widths;
  for (const std::string& title : table.header) widths.push_back(shown_width(title));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], shown_width(row[i]));
  }
  std::size_t numbers = 0;
  for (std::size_t i = 1; i < columns; ++i) numbers += gap + widths[i];
  const std::size_t room = width > indent + numbers ? width - indent - numbers : 1;
  const std::size_t first = std::min(widths.front(), room);
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = blanks(indent) + cells.front();
    std::size_t used = shown_width(cells.front());
    if (used > first) {
      text = wrapped(cells.front(), indent, indent + gap, width) + blanks(indent);
      used = 0;
    }
    text += blanks(first - used);
    for (std::size_t i = 1; i < columns; ++i) {
      const std::string room_left = blanks(widths[i] - shown_width(cells[i]));
      text += blanks(gap) + (i < table.left ? cells[i] + room_left : room_left + cells[i]);
    }
    while (text.ends_with(' ')) text.pop_back();
    return text + "\n";
  };
  std::string text = line(table.header);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    text += line(table.rows[i]);
    if (i < table.notes.size() && !table.notes[i].empty())
      text += wrapped(table.notes[i], indent + gap, indent + 2 * gap, width);
  }
  return text;
}

std::string markdown_escaped(const std::string& text) {
  std::string out;
  for (const char c : visible(text)) {
    if (std::string_view("\\`*_|<>[]#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown(const TextTable& table) {
  const auto line = [](const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) text += " " + markdown_escaped(cell) + " |";
    return text + "\n";
  };
  const bool noted =
      std::any_of(table.notes.begin(), table.notes.end(), [](const auto& note) { return !note.empty(); });
  auto header = table.header;
  if (noted) header.emplace_back("at");
  std::string text = line(header) + "|---|";
  for (std::size_t i = 1; i < header.size(); ++i)
    text += i < table.left || (noted && i + 1 == header.size()) ? "---|" : "---:|";
  text += "\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    auto row = table.rows[i];
    if (noted) row.push_back(i < table.notes.size() ? table.notes[i] : "");
    text += line(row);
  }
  return text;
}

}  // namespace lookahead
