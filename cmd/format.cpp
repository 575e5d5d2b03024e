#include "format.hpp"

#include <algorithm>

#include "base/table_text.hpp"
#include "base/text.hpp"

namespace lookahead::cmd {

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string wrapped(const std::string& text, const std::string& first, const std::string& rest,
                    std::size_t width) {
  std::string all, line = first;
  std::size_t used = shown_width(first);
  bool begun = false;  // the line has a word
  const auto end_line = [&] {
    line.erase(line.find_last_not_of(' ') + 1);
    all += line + "\n";
    line = rest;
    used = shown_width(rest);
    begun = false;
  };
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string words = text.substr(at, end - at);
    if (words.starts_with("  ")) {
      line += words;
      words.clear();
    }
    for (std::size_t i = 0; i < words.size();) {
      const std::size_t blank = std::min(words.find(' ', i), words.size());
      const std::string word = words.substr(i, blank - i);
      const std::size_t columns = shown_width(word) + (begun ? 1 : 0);
      if (begun && used + columns > width) end_line();
      line += (begun ? " " : "") + word;
      used += shown_width(word) + (begun ? 1 : 0);
      begun = true;
      i = blank + 1;
    }
    end_line();
    at = end + 1;
  }
  return all;
}

std::string wrapped(const std::string& text) { return wrapped(text, "", ""); }

std::string meanings(const std::vector<std::pair<std::string, std::string>>& rows, std::size_t indent,
                     std::size_t widest) {
  std::size_t width = 0;
  for (const auto& [name, _] : rows) {
    if (shown_width(name) <= widest) width = std::max(width, shown_width(name));
  }
  const std::string margin(indent, ' '), rest(indent + width + 2, ' ');
  std::string text;
  for (const auto& [name, meaning] : rows) {
    if (meaning.empty()) {
      text.append(margin).append(name).append(1, '\n');
    } else if (shown_width(name) > width) {
      text.append(margin).append(name).append(1, '\n').append(wrapped(meaning, rest, rest));
    } else {
      text += wrapped(meaning, margin + name + std::string(width - shown_width(name) + 2, ' '), rest);
    }
  }
  return text;
}

std::size_t Lines::title_width() const {
  std::size_t width = 14;
  for (const auto& [title, _] : rows_) width = std::max(width, title.size());
  return width;
}

std::string Lines::text() const {
  const std::size_t width = title_width();
  std::string all;
  for (const auto& [title, value] : rows_) {
    all.append(2, ' ').append(title).append(width + 1 - title.size(), ' ').append(value).append(1, '\n');
  }
  return all;
}

std::string Lines::wrapped_text() const {
  const std::size_t width = title_width();
  const std::string rest(width + 3, ' ');
  std::string all;
  for (const auto& [title, value] : rows_)
    all += wrapped(value, "  " + title + std::string(width + 1 - title.size(), ' '), rest);
  return all;
}

}  // namespace lookahead::cmd
