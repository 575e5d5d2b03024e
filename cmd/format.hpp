#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/scalar.hpp"

// Numbers and columns for people; for programs there are to_text() and JSON.
namespace lookahead::cmd {

std::string count_of(Index count);  // "12"
// Blanks before the text, up to the width.
std::string right(const std::string& text, std::size_t width);

// Titles and values in two columns, indented by two blanks.
class Lines {
 public:
  void add(std::string title, std::string text) { rows_.emplace_back(std::move(title), std::move(text)); }
  void extend(const std::string& text) { rows_.back().second += text; }
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
};

}  // namespace lookahead::cmd
