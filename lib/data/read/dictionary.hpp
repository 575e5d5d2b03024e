#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lookahead {

// The different texts of a column, numbered from 0 in the order they came.
class Dictionary {
 public:
  struct Entry {
    const std::string* text;
    double value;  // of a text that is a number; otherwise NaN
    bool missing;
  };

  // The number of `text`, or -1.
  std::int64_t find(std::string_view text) const {
    const auto found = ids_.find(text);
    return found == ids_.end() ? -1 : static_cast<std::int64_t>(found->second);
  }
  // The number of `text`, which is entered if it is new.
  std::uint32_t add(std::string_view text, double value, bool missing) {
    const auto found = ids_.find(text);
    if (found != ids_.end()) return found->second;
    const auto id = static_cast<std::uint32_t>(entries_.size());
    const auto made = ids_.emplace(std::string(text), id).first;
    entries_.push_back({&made->first, value, missing});
    bytes_ += bytes_of(text);
    return id;
  }
  const Entry& operator[](std::uint32_t id) const { return entries_[id]; }
  std::size_t size() const { return entries_.size(); }
  // About how much memory the texts take.
  std::size_t bytes() const { return bytes_; }
  static std::size_t bytes_of(std::string_view text) { return text.size() + 100; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
  std::vector<Entry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace lookahead
