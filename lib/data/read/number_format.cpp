#include "data/read/number_format.hpp"

#include <algorithm>

#include "data/read/characters.hpp"

namespace lookahead {
namespace {

constexpr std::string_view wide_blanks[] = {"\u00A0", "\u2009", "\u202F"};

// The bytes of a blank at the front; 0 where there is none.
std::size_t blank_at_front(std::string_view text) {
  if (text.starts_with(' ')) return 1;
  for (const std::string_view blank : wide_blanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

void strip_blanks(std::string_view& text) {
  while (const std::size_t size = blank_at_front(text)) text.remove_prefix(size);
  for (bool more = true; more;) {
    more = text.ends_with(' ');
    if (more) text.remove_suffix(1);
    for (const std::string_view blank : wide_blanks) {
      if (!text.ends_with(blank)) continue;
      text.remove_suffix(blank.size());
      more = true;
    }
  }
}

// A byte of a character beyond ASCII.
bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Without wide blanks around it, and with the minus sign that keyboards have.
std::string as_typed(std::string_view text) {
  constexpr std::string_view minus = "\u2212";
  strip_blanks(text);
  if (!text.starts_with(minus)) return std::string(text);
  return "-" + std::string(text.substr(minus.size()));
}

// Takes a sign off the front.
char take_sign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return 0;
  const char sign = text.front();
  text.remove_prefix(1);
  return sign;
}

bool begins_number(std::string_view text, char point) {
  return !text.empty() && (is_digit(text.front()) || text.front() == point);
}

// Takes the longest of the units off one end.
std::string take_unit(std::string_view& text, const std::vector<std::string>& units) {
  const std::string* longest = nullptr;
  for (const std::string& unit : units) {
    const bool there = !unit.empty() && (text.starts_with(unit) || text.ends_with(unit));
    if (there && (longest == nullptr || unit.size() > longest->size())) longest = &unit;
  }
  if (longest == nullptr) return {};
  if (text.starts_with(*longest))
    text.remove_prefix(longest->size());
  else
    text.remove_suffix(longest->size());
  strip_blanks(text);
  return *longest;
}

// Takes digits off the front and appends them; how many there were.
std::size_t take_digits(std::string_view& text, std::string& out) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  out += text.substr(0, count);
  text.remove_prefix(count);
  return count;
}

std::size_t separator_at_front(std::string_view text, char separator) {
  return separator == ' ' ? blank_at_front(text) : text.starts_with(separator) ? 1 : 0;
}

// Takes groups of three digits behind a first one of one to three, which is no 0.
bool take_groups(std::string_view& text, char separator, std::string& out) {
  constexpr std::size_t group = 3;
  const bool zero = text.starts_with('0');
  const std::size_t first = take_digits(text, out);
  for (std::size_t size = separator_at_front(text, separator); size > 0;
       size = separator_at_front(text, separator)) {
    if (zero || first == 0 || first > group) return false;
    text.remove_prefix(size);
    if (take_digits(text, out) != group) return false;
  }
  return true;
}

}  // namespace

CellKind parse_cell(std::string_view text, const NumberFormat& format, double& value, std::string* unit) {
  const CellKind kind = parse_cell(text, format.decimal, value);
  if (kind != CellKind::text || text.empty()) return kind;
  std::string typed;
  if (is_wide(text.front()) || is_wide(text.back())) {
    typed = as_typed(text);
    text = typed;
    if (parse_cell(text, format.decimal, value) != CellKind::text) return CellKind::number;
  }
  if (format.thousands == 0 && format.units.empty()) return kind;
  char sign = take_sign(text);
  // Blanks may stand between a sign and a unit, but not between a sign and a digit.
  if (sign != 0 && blank_at_front(text) > 0) {
    strip_blanks(text);
    if (begins_number(text, format.decimal)) return CellKind::text;
  }
  std::string found = take_unit(text, format.units);
  if (sign == 0) sign = take_sign(text);
  if (!begins_number(text, format.decimal)) return CellKind::text;
  std::string number(sign == '-' ? "-" : "");
  if (format.thousands != 0 && !take_groups(text, format.thousands, number)) return CellKind::text;
  number += text;
  if (parse_cell(number, format.decimal, value) == CellKind::text) return CellKind::text;
  if (unit != nullptr) *unit = std::move(found);
  return CellKind::number;
}

}  // namespace lookahead
