#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/scalar.hpp"

namespace lookahead {

// Powers of ten that are exact as doubles: a whole number up to 2^53 divided by one of them is rounded once,
// and so is what the correctly rounded reading of its decimal notation gives (Clinger, 1990).
inline constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Bytes that must be readable before and after a text given to read_decimal().
inline constexpr std::size_t decimal_margin = 32;

namespace decimal_digits {

static_assert(std::endian::native == std::endian::little, "the first character is the lowest byte");

constexpr std::uint64_t each(std::uint64_t byte) { return byte * 0x0101010101010101ULL; }

inline std::uint64_t load(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

// The highest bit of each byte that is no digit value 0..9; above the first such byte it means nothing.
inline std::uint64_t not_digits(std::uint64_t values) {
  return ((values + each(0x76)) | values) & each(0x80);
}

// Eight digit values, the first in the lowest byte, as a number: pairs, fours, all eight at once.
inline std::uint64_t number(std::uint64_t values) {
  values = values * 10 + (values >> 8);
  constexpr std::uint64_t pairs = 0x000000FF000000FFULL;
  return ((values & pairs) * 0x000F424000000064ULL + ((values >> 16) & pairs) * 0x0000271000000001ULL) >> 32;
}

// The last `count` characters before `end`, 1..8, as digit values that end in the highest byte, zeros before
// them.
inline std::uint64_t values(const char* end, Index count) {
  const auto shift = static_cast<unsigned>(64 - 8 * count);
  return ((load(end - 8) ^ each('0')) >> shift) << shift;
}

}  // namespace decimal_digits

// A decimal number as it is written: digits / 10^fraction.
struct DecimalText {
  std::int64_t digits;  // with the sign
  int whole, fraction;  // digits before and after the point
  bool negative;

  // Correctly rounded.
  double value() const {
    const double number = static_cast<double>(digits) / powers_of_ten[fraction];
    return digits == 0 && negative ? -0.0 : number;
  }
  // Whether nothing in the text [begin, end) is superfluous, so that number_text() writes it again.
  bool shortest(const char* begin, const char* end) const {
    const char first = begin[negative ? 1 : 0];
    return !((whole > 1 && first == '0') || (fraction > 0 && end[-1] == '0') || (negative && digits == 0));
  }
};

// Reads [begin, end) where it is -?d{1,8} or -?d{1,8}.d{1,7}; false where it is anything else.
inline bool read_decimal(const char* begin, const char* end, char point, DecimalText& decimal) {
  using namespace decimal_digits;
  const bool negative = *begin == '-';
  const Index length = end - begin - negative;
  // The last point among the last eight characters. What follows a point may be taken for one too where it
  // is the next character of the alphabet; that is no digit.
  const std::uint64_t differing = load(end - 8) ^ each(static_cast<unsigned char>(point));
  const std::uint64_t points = (differing - each(1)) & ~differing & each(0x80);
  const Index fraction = std::countl_zero(points) >> 3;
  Index whole = length;
  std::uint64_t digits = 0;
  if (fraction < length) {
    whole = length - 1 - fraction;
    if ((static_cast<std::uint64_t>(whole - 1) >= 8) | (static_cast<std::uint64_t>(fraction - 1) >= 7))
      return false;
    const std::uint64_t after = values(end, fraction);
    const std::uint64_t before = values(end - fraction - 1, whole);
    if (whole + fraction <= 8) {
      const std::uint64_t all = (before >> (8 * fraction)) | after;
      if (not_digits(all) != 0) return false;
      digits = number(all);
    } else {
      if ((not_digits(before) | not_digits(after)) != 0) return false;
      constexpr std::uint64_t scale[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
      digits = number(before) * scale[fraction] + number(after);
    }
    decimal.fraction = static_cast<int>(fraction);
  } else {
    if (static_cast<std::uint64_t>(length - 1) >= 8) return false;
    const std::uint64_t all = values(end, length);
    if (not_digits(all) != 0) return false;
    digits = number(all);
    decimal.fraction = 0;
  }
  const std::int64_t sign = -static_cast<std::int64_t>(negative);
  decimal.digits = (static_cast<std::int64_t>(digits) ^ sign) - sign;
  decimal.whole = static_cast<int>(whole);
  decimal.negative = negative;
  return true;
}

}  // namespace lookahead
