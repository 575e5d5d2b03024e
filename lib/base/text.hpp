#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lookahead {

// Numbers to text and back. Shortest text that reads back to the same bits; never depends on a locale.
std::string to_text(double value);
std::string to_text(float value);
std::string to_text(std::int64_t value);
std::string to_text(std::uint64_t value);
template <std::integral Integer>
std::string to_text(Integer value) {
  using Widest = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
  return to_text(static_cast<Widest>(value));
}

// With so many significant digits, 1 to 17, for people: "0.0123", "1.5e-07".
std::string short_text(double value, int digits);
// The largest such number that is not above the value, > 0: typed in again, a limit must not be beyond itself.
std::string short_text_below(double value, int digits);

// Appends the same text to `out` without a temporary.
void append_text(std::string& out, double value);
void append_text(std::string& out, float value);
void append_text(std::string& out, std::int64_t value);

// The whole of `text` as a decimal number with optional sign, fraction and exponent ("-1.5e-3", "+2", ".5").
// Also "inf" and "nan" in any case, so that callers can name them in their message. No hexadecimal, no
// blanks.
std::optional<double> parse_number(std::string_view text);

// A number as above that is a whole number within 64 bits: "10", "1e6", "5.0"; not "0.5".
std::optional<std::int64_t> parse_integer(std::string_view text);

// Seconds of "500ms", "60s", "5m" or "2h"; nothing without a unit or if not positive and finite.
std::optional<double> parse_duration(std::string_view text);
// The same notation back: 0.5 -> "500ms", 90 -> "90s".
std::string duration_text(double seconds);

// "an optimizer", "a rule".
std::string with_article(const std::string& noun);

// Without blanks (space, tab, carriage return, newline) at both ends.
std::string_view trimmed(std::string_view text);

// Appends the last `digits` hexadecimal digits of a number, 1 to 16 of them, leading zeros among them.
void append_hex(std::string& out, std::uint64_t number, int digits);

// In single quotes, control bytes and bytes that are no UTF-8 shown as \xNN, cut after `most` bytes with
// "...".
std::string quoted(std::string_view text, std::size_t most = 60);
// The same; a std::string would otherwise find std::quoted.
inline std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }

// The text on one line of a terminal: control characters (also U+0080 to U+009F, and those that turn the
// direction of writing) and bytes that are no UTF-8 shown as \xNN.
std::string visible(std::string_view text);

// Whether all of `text` fits `pattern`: * stands for any characters, ? for one character of UTF-8.
bool fits_pattern(std::string_view text, std::string_view pattern);

// The parts joined by `separator`.
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

// The candidate that `word` is the beginning of, else the closest one by edit distance (transpositions count
// one) behind what both begin with up to a '_'. Nothing where none is near, and for words of more than 100
// bytes, which nobody types.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

// "did you mean 'x'?" for the nearest candidate, otherwise empty.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace lookahead
