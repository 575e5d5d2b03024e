#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/scalar.hpp"

namespace lookahead {

// Where a value stands in a problem: the keys and item numbers from the top, as messages write them:
// lookahead[1].k. A key may have dots in it: vary.optimizer.lr is the key optimizer.lr of vary.
class Path {
 public:
  Path() = default;  // the top
  explicit Path(std::string text) : text_(std::move(text)) {}

  // The value of a key of the map there, and an item, counted from 0, of the list there.
  Path operator/(std::string_view key) const;
  Path operator[](Index item) const;

  const std::string& text() const { return text_; }  // empty at the top
  bool top() const { return text_.empty(); }

  // As the texts.
  bool operator==(const Path&) const = default;
  bool operator<(const Path& other) const { return text_ < other.text_; }
  bool operator==(std::string_view text) const { return text_ == text; }

 private:
  std::string text_;
};

// Texts of messages: path / "k" + " must be an integer".
std::string operator+(const Path& path, std::string_view text);
std::string operator+(std::string_view text, const Path& path);

}  // namespace lookahead
