#include "data/read/decimal.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <optional>
#include <string>

#include "data/read/cell.hpp"

using namespace lookahead;

namespace {

std::optional<double> by_from_chars(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ptr != end || result.ec != std::errc{}) return std::nullopt;
  return value;
}

// What read_decimal() makes of a text that stands between other characters.
std::optional<double> by_digits(const std::string& text, char neighbour, char point = '.') {
  const std::string buffer =
      std::string(decimal_margin, neighbour) + text + std::string(decimal_margin, neighbour);
  DecimalText decimal;
  const char* const begin = buffer.data() + decimal_margin;
  if (!read_decimal(begin, begin + text.size(), point, decimal)) return std::nullopt;
  return decimal.value();
}

// -?d{1,8} or -?d{1,8}.d{1,7}
bool is_plain(const std::string& text) {
  const std::string digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.find_first_not_of("0123456789.") != std::string::npos) return false;
  const auto point = digits.find('.');
  if (point == std::string::npos) return digits.size() >= 1 && digits.size() <= 8;
  const std::size_t after = digits.size() - point - 1;
  return point >= 1 && point <= 8 && after >= 1 && after <= 7 &&
         digits.find('.', point + 1) == std::string::npos;
}

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

class Texts {
 public:
  std::string from(const std::string& alphabet, std::size_t most) {
    std::string text;
    for (std::size_t size = below(most + 1); text.size() < size;) text += alphabet[below(alphabet.size())];
    return text;
  }
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_ = 1;
};

}  // namespace

TEST_CASE("plain decimals are read to the last bit like from_chars reads them") {
  Texts texts;
  for (int i = 0; i < 200000; ++i) {
    std::string text = (texts.below(2) == 0 ? "-" : "") + texts.from("0123456789", 9);
    if (texts.below(4) > 0) text += "." + texts.from("0123456789", 8);
    const auto read = by_digits(text, "0.-,"[i % 4]);
    REQUIRE_MESSAGE(read.has_value() == is_plain(text), text);
    if (read) REQUIRE_MESSAGE(same(*read, by_from_chars(text).value_or(1e300)), text);
  }
}

TEST_CASE("what is no plain decimal is left alone") {
  Texts texts;
  for (int i = 0; i < 200000; ++i) {
    const std::string text = texts.from("0123456789.-+e/:, \"\x80\xff", 18);
    const auto read = by_digits(text, "0.-;"[i % 4]);
    REQUIRE_MESSAGE(read.has_value() == is_plain(text), text);
  }
  for (const char* text : {"", "-", ".", "-.", "5.", ".5", "--1", "1-", "1.2.3", "1e5", "+1", "123456789",
                           "1.12345678", "12345678.12345678", "0x1", "1/2", "1./2", "1:2"}) {
    CHECK_FALSE(by_digits(text, '7'));
  }
  CHECK(by_digits("1,5", '.', ',') == 1.5);
  CHECK_FALSE(by_digits("1.5", ',', ','));
}

TEST_CASE("the text of a decimal is superfluous in places or it is not") {
  for (const auto& [text, shortest] : {std::pair{"0", true},
                                       {"-0", false},
                                       {"00", false},
                                       {"10", true},
                                       {"0.5", true},
                                       {"0.50", false},
                                       {"-0.0", false},
                                       {"01", false},
                                       {"-1.25", true},
                                       {"01.5", false},
                                       {"100", true}}) {
    const std::string buffer = std::string(decimal_margin, '0') + text + std::string(decimal_margin, '0');
    const char* const begin = buffer.data() + decimal_margin;
    const char* const end = buffer.data() + buffer.size() - decimal_margin;
    DecimalText decimal;
    REQUIRE(read_decimal(begin, end, '.', decimal));
    CHECK_MESSAGE(decimal.shortest(begin, end) == shortest, buffer);
    double value = 0;
    CHECK((parse_cell(text, '.', value) == CellKind::plain) == shortest);
  }
}

TEST_CASE("cells of any number of digits are read to the last bit like from_chars reads them") {
  Texts texts;
  for (int i = 0; i < 100000; ++i) {
    std::string text = (texts.below(2) == 0 ? "-" : "") + texts.from("0123456789", 20) + "7";
    if (texts.below(4) > 0) text += "." + texts.from("0123456789", 24) + "3";
    double value = 0;
    REQUIRE(parse_cell(text, '.', value) != CellKind::text);
    REQUIRE_MESSAGE(same(value, by_from_chars(text).value_or(1e300)), text);
  }
  // Next to the middle of two doubles, and around 2^53.
  for (const char* text : {"9007199254740991", "9007199254740992", "9007199254740993", "9007199254740993.0",
                           "0.9007199254740993", "1.0000000000000001110", "1.0000000000000001111",
                           "179769313486231580793", "0.000000000000000000001", "8.41", "0.1", "0.3"}) {
    double value = 0;
    REQUIRE(parse_cell(text, '.', value) != CellKind::text);
    CHECK_MESSAGE(same(value, by_from_chars(text).value_or(1e300)), text);
  }
}
