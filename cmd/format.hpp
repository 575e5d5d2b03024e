#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/scalar.hpp"

// Numbers and columns for people; for programs there are to_text() and JSON.
namespace lookahead::cmd {

// Blanks before the text, up to the width.
std::string right(const std::string& text, std::size_t width);

// Columns of a terminal, and so of every page of help.
inline constexpr std::size_t page_width = 80;

// Lines of at most `width` columns where the blanks of the text allow it: the first begins with `first`, the
// others with `rest`. Lines of the text stay apart; one that begins with two blanks stays as it is. Ends with an
// end of line.
std::string wrapped(const std::string& text, const std::string& first, const std::string& rest,
                    std::size_t width = page_width);
// The text as lines from the left edge.
std::string wrapped(const std::string& text);

// Names and what they mean, the meanings side by side in one column; a name too long for that has a line of its own.
std::string meanings(const std::vector<std::pair<std::string, std::string>>& rows, std::size_t indent = 2,
                     std::size_t widest = 24);

// Titles and values in two columns, indented by two blanks.
class Lines {
 public:
  void add(std::string title, std::string text) { rows_.emplace_back(std::move(title), std::move(text)); }
  void extend(const std::string& text) { rows_.back().second += text; }
  std::string text() const;
  // The same, values in lines of at most page_width columns.
  std::string wrapped_text() const;

 private:
  std::size_t title_width() const;
  std::vector<std::pair<std::string, std::string>> rows_;
};

}  // namespace lookahead::cmd
