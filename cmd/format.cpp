#include "format.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lookahead::cmd {

std::string count_of(Index count) { return to_text(static_cast<std::int64_t>(count)); }

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string Lines::text() const {
  std::size_t width = 14;
  for (const auto& [title, _] : rows_) width = std::max(width, title.size());
  std::string all;
  for (const auto& [title, value] : rows_) {
    all.append(2, ' ').append(title).append(width + 1 - title.size(), ' ').append(value).append(1, '\n');
  }
  return all;
}

}  // namespace lookahead::cmd
