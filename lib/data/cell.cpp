#include "data/cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace lookahead {
namespace {

// Exact as doubles, and so is the quotient of two exact ones after rounding once.
constexpr double powers_of_ten[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr Index most_digits = 15;  // so many decimal digits survive the way through a double and back

bool is_digit(char c) { return c >= '0' && c <= '9'; }

CellKind parse_any(std::string_view text, char decimal, double& value) {
  std::optional<double> number;
  if (decimal == ',') {
    std::string point(text);
    if (point.find('.') != std::string::npos) return CellKind::text;
    std::replace(point.begin(), point.end(), ',', '.');
    number = parse_number(point);
  } else {
    number = parse_number(text);
  }
  if (!number) return CellKind::text;
  value = *number;
  return CellKind::number;
}

}  // namespace

CellKind parse_cell(std::string_view text, char decimal, double& value) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at < end && *at == '-';
  if (negative) ++at;
  const char* const first = at;
  std::uint64_t digits = 0;
  while (at < end && is_digit(*at)) digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
  const Index whole = at - first;
  Index fraction = 0;
  if (at < end && *at == decimal) {
    const char* const after = ++at;
    while (at < end && is_digit(*at)) digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
    fraction = at - after;
    if (fraction == 0) return parse_any(text, decimal, value);
  }
  if (at != end || whole == 0 || whole + fraction > most_digits) return parse_any(text, decimal, value);
  const double magnitude = static_cast<double>(digits) / powers_of_ten[fraction];
  value = negative ? -magnitude : magnitude;
  const bool shortest =
      (whole == 1 || *first != '0') && (fraction == 0 || end[-1] != '0') && !(negative && digits == 0);
  return shortest ? CellKind::plain : CellKind::number;
}

std::string number_text(double value, char decimal) {
  std::array<char, 400> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  std::replace(buffer.data(), end, '.', decimal);
  return {buffer.data(), end};
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xC2 && lead <= 0xDF ? 2
                               : lead >= 0xE0 && lead <= 0xEF ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t j = 1; j < length; ++j) {
      if ((static_cast<unsigned char>(text[i + j]) & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace lookahead
