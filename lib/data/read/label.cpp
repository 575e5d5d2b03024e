#include "data/read/label.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "data/read/characters.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_label_digits = 15;  // so many survive the way through a double and back

// Digits before an exponent, from the first to the last that is not 0.
std::string significant_digits(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, text.find_first_of("eE"))) {
    if (is_digit(c) && (c != '0' || !digits.empty())) digits += c;
  }
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

// Whether a text of a number has no more digits than the number it is read as, however many are written.
bool is_exact(std::string_view text, double value) {
  const std::string digits = significant_digits(text);
  if (digits.size() <= most_label_digits) return true;
  std::array<char, 800> written;
  const auto [end, error] = std::to_chars(written.data(), written.data() + written.size(), value,
                                          std::chars_format::scientific, static_cast<int>(digits.size()) - 1);
  return error == std::errc() &&
         significant_digits(
             std::string_view(written.data(), static_cast<std::size_t>(end - written.data()))) == digits;
}

// What names are sorted by.
struct Rank {
  bool text = true;
  double value = 0;
  const std::string* name;

  explicit Rank(const std::string& label) : name(&label) {
    double number = 0;
    if (parse_cell(label, '.', number) == CellKind::text || !std::isfinite(number)) return;
    text = false;
    value = number;
  }
  bool operator<(const Rank& other) const {
    if (text != other.text) return other.text;
    if (value != other.value) return value < other.value;
    return *name < *other.name;
  }
};

// What a name says: letters as small ones, digits, and signs that tell names apart, <=50K from >50K, C++ from
// C and A- from A. What only separates words is left out, and between digits is a blank, as 1-2 is not 12.
// Empty for a text without letters and digits.
std::string skeleton(std::string_view name) {
  constexpr std::string_view signs = "<>=+#%~^$";
  std::string out;
  bool said = false, separated = false;
  name = trimmed(name);
  for (std::size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    const bool minus = c == '-' && (i == 0 || i + 1 == name.size());
    const bool sign = minus || signs.find(c) != signs.npos;
    c = lower(c);
    const bool letter = (c >= 'a' && c <= 'z') || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
    said = said || letter;
    if (!letter && !sign) {
      separated = true;
      continue;
    }
    if (separated && is_digit(c) && !out.empty() && is_digit(out.back())) out += ' ';
    separated = false;
    out += c;
  }
  return said ? out : "";
}

}  // namespace

std::string label_name(std::string_view text, const NumberFormat& format) {
  double value = 0;
  const CellKind kind = parse_cell(text, format, value);
  if (kind == CellKind::text || !std::isfinite(value) || !is_exact(text, value)) return std::string(text);
  if (value == 0) return "0";
  constexpr double least = 1e-5, most = 1e15;
  const bool fixed = std::abs(value) >= least && std::abs(value) < most;
  return fixed ? number_text(value, '.') : to_text(value);
}

void sort_labels(std::vector<std::string>& names) {
  std::vector<Rank> ranks(names.begin(), names.end());
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::string> sorted;
  sorted.reserve(names.size());
  for (const Rank& rank : ranks) sorted.push_back(*rank.name);
  names = std::move(sorted);
}

LabelIndex::LabelIndex(const std::vector<std::string>& names, bool by_number, NumberFormat format)
    : by_number_(by_number), format_(std::move(format)) {
  for (std::size_t i = 0; i < names.size(); ++i) places_.try_emplace(names[i], static_cast<Index>(i));
  for (std::size_t i = 0; by_number && i < names.size(); ++i)
    places_.try_emplace(label_name(names[i]), static_cast<Index>(i));
}

Index LabelIndex::find(const std::string& text) const {
  auto found = places_.find(text);
  if (found == places_.end() && by_number_) found = places_.find(label_name(text, format_));
  return found == places_.end() ? -1 : found->second;
}

std::vector<std::vector<std::string>> similar_labels(const std::vector<std::string>& names, std::size_t most,
                                                     bool by_number) {
  std::map<std::string, std::vector<std::string>> groups;
  for (const std::string& name : names) {
    double number = 0;
    // Of numbers, what is no digit matters: -1 is not 1. Long ones may be read as the same.
    if (parse_cell(name, '.', number) != CellKind::text) {
      if (by_number) groups["=" + to_text(number)].push_back(name);
      continue;
    }
    if (std::string key = skeleton(name); !key.empty()) groups[std::move(key)].push_back(name);
  }
  std::vector<std::vector<std::string>> similar;
  for (auto& [key, group] : groups) {
    if (group.size() > 1 && similar.size() < most) similar.push_back(std::move(group));
  }
  return similar;
}

}  // namespace lookahead
