#include "data/read/cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "data/read/characters.hpp"
#include "data/read/decimal.hpp"

namespace lookahead {
namespace {

constexpr Index most_digits = 15;  // so many decimal digits survive the way through a double and back
constexpr Index most_read = 19;    // so many fit into 64 bits
constexpr std::uint64_t most_exact = std::uint64_t{1} << 53;

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
  // Nineteen digits are fewer than the powers of ten that are exact.
  const Index count = whole + fraction;
  if (at != end || whole == 0 || count > most_read || digits > most_exact)
    return parse_any(text, decimal, value);
  const double magnitude = static_cast<double>(digits) / powers_of_ten[fraction];
  value = negative ? -magnitude : magnitude;
  const bool shortest = count <= most_digits && (whole == 1 || *first != '0') &&
                        (fraction == 0 || end[-1] != '0') && !(negative && digits == 0);
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
