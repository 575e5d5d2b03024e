#pragma once
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// The different texts of a column in one block of a file, numbered from 0 in the order they came.
class BlockTexts {
 public:
  enum class Kind { missing, number, text };
  struct Entry {
    std::string_view text;
    std::uint64_t hash;
    double value;  // of a number
    int line;      // of the first, from 0 in the block
    Kind kind;
    Index count = 0;          // how often it came
    double replacement = 0;   // what stands for it in the table
    std::int64_t known = -1;  // its number in the table's dictionary
  };

  // The number of `text`; where it is new, make(entry) fills in the rest. `lasting`: the text stays where it
  // is.
  template <class Make>
  std::uint32_t add(std::string_view text, bool lasting, Make make) {
    if ((entries.size() + 1) * 2 > slots_.size()) grow();
    const std::uint64_t hash = hash_of(text);
    std::size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      Entry& entry = entries[slots_[slot] - 1];
      if (entry.hash != hash || entry.text != text) continue;
      ++entry.count;
      return slots_[slot] - 1;
    }
    if (!lasting) text = kept_.emplace_back(text);
    Entry entry{text, hash, 0, 0, Kind::text};
    make(entry);
    entry.count = 1;
    entries.push_back(entry);
    slots_[slot] = static_cast<std::uint32_t>(entries.size());
    return slots_[slot] - 1;
  }

  void clear() {
    if (entries.empty()) return;
    entries.clear();
    kept_.clear();
    slots_.assign(first_slots, 0);
  }

  std::vector<Entry> entries;

 private:
  static constexpr std::size_t first_slots = 64;

  static std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ULL;
    std::uint64_t hash = text.size() * odd;
    const auto mix = [&](std::uint64_t word) {
      hash = (hash ^ word) * odd;
      hash ^= hash >> 32;
    };
    while (text.size() >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), sizeof word);
      mix(word);
      text.remove_prefix(sizeof word);
    }
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), text.size());
    mix(word);
    return hash;
  }

  void grow() {
    slots_.assign(std::max(first_slots, slots_.size() * 2), 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      std::size_t slot = entries[i].hash & (slots_.size() - 1);
      while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
  }

  std::vector<std::uint32_t> slots_;
  std::deque<std::string> kept_;
};

}  // namespace lookahead
