#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <type_traits>

#include "base/letters.hpp"

namespace lookahead {
namespace {

template <class T>
void append_any(std::string& out, T value) {
  // The sign of what is no number says nothing, and differs between processors.
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) {
      out += "nan";
      return;
    }
  }
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

// Length of the valid UTF-8 sequence at the front of `text`, 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Longer than needed, a surrogate, or beyond U+10FFFF: the second byte tells.
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

// Whether a number that no double can hold is too small for one, not too large: the power of ten of its first
// digit that is not zero decides.
bool underflows(std::string_view text) {
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, mark);
  const auto first = static_cast<double>(digits.find_first_of("123456789"));
  const auto point = static_cast<double>(std::min(digits.find('.'), digits.size()));
  const double exponent = mark < text.size() ? parse_number(text.substr(mark + 1)).value_or(0) : 0;
  return exponent + point - first < 0;
}

// Whether a terminal may obey the character: control characters, also U+0080 to U+009F, line and paragraph
// separators, and what turns the direction of writing (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (character.size() != 3 || byte(0) != 0xE2) return false;
  return (byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE))) ||
         (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

void append_bytes(std::string& out, std::string_view bytes) {
  for (const char c : bytes) append_hex(out += "\\x", static_cast<unsigned char>(c), 2);
}

// Appends what may be shown of the text's first characters, at most `most` bytes; how many were looked at.
std::size_t append_visible(std::string& out, std::string_view text, std::size_t most) {
  std::size_t i = 0;
  while (i < text.size() && i < most) {
    const std::size_t length = sequence_length(text.substr(i));
    const std::string_view character = text.substr(i, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(character)) {
      append_bytes(out, character);
    } else {
      out += character;
    }
    i += character.size();
  }
  return i;
}

// The edit distance, or any number >= limit where it is not below it.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= limit) return limit;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  std::size_t least_before = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    // A transposition reaches back over one row, so that two rows decide that it does not become less.
    const std::size_t least = *std::min_element(now.begin(), now.end());
    if (least >= limit && least_before >= limit) return limit;
    least_before = least;
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

}  // namespace

void append_hex(std::string& out, std::uint64_t number, int digits) {
  constexpr std::string_view all = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += all[(number >> shift) & 15];
}

void append_text(std::string& out, double value) { append_any(out, value); }
void append_text(std::string& out, float value) { append_any(out, value); }
void append_text(std::string& out, std::int64_t value) { append_any(out, value); }

std::string to_text(double value) {
  std::string out;
  append_any(out, value);
  return out;
}

std::string short_text(double value, int digits) {
  if (std::isnan(value)) return "nan";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  return std::string(buffer, end.ptr);
}

std::string short_text_below(double value, int digits) {
  std::string text = short_text(value, digits);
  double part = 1;
  for (int digit = 0; digit < digits; ++digit) part /= 10;
  for (double less = value; parse_number(text).value_or(0) > value;) {
    less *= 1 - part;
    text = short_text(less, digits);
  }
  return text;
}

std::string to_text(float value) {
  std::string out;
  append_any(out, value);
  return out;
}

std::string to_text(std::int64_t value) {
  std::string out;
  append_any(out, value);
  return out;
}

std::string to_text(std::uint64_t value) {
  std::string out;
  append_any(out, value);
  return out;
}

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // from_chars leaves the value alone here and does not say which end was passed.
    const double magnitude = underflows(text) ? 0.0 : std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -magnitude : magnitude;
  }
  if (error != std::errc{}) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (error == std::errc{} && end == digits.data() + digits.size() && !text.starts_with("+-")) return whole;
  const auto value = parse_number(text);
  constexpr double limit = 9007199254740992.0;  // from 2^53 on a double no longer names one integer
  if (!value || std::floor(*value) != *value || std::abs(*value) >= limit) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<double> parse_duration(std::string_view text) {
  const auto unit =
      std::find_if(text.begin(), text.end(), [](char c) { return c == 'm' || c == 's' || c == 'h'; });
  const std::string_view number(text.data(), static_cast<std::size_t>(unit - text.begin()));
  const std::string_view name = text.substr(number.size());
  const double scale = name == "ms"  ? 1e-3
                       : name == "s" ? 1.0
                       : name == "m" ? 60.0
                       : name == "h" ? 3600.0
                                     : 0.0;
  const auto value = parse_number(number);
  if (!value || scale == 0.0) return std::nullopt;
  const double seconds = *value * scale;
  if (!std::isfinite(seconds) || seconds <= 0) return std::nullopt;
  return seconds;
}

std::string with_article(const std::string& noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + noun;
}

std::string duration_text(double seconds) {
  if (seconds < 1) {
    // Milliseconds only where they read back to the same bits.
    std::string text = to_text(seconds * 1e3) + "ms";
    if (parse_duration(text) == seconds) return text;
  }
  return to_text(seconds) + "s";
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string quoted(std::string_view text, std::size_t most) {
  std::string out = "'";
  const std::size_t shown = append_visible(out, text, most);
  if (shown < text.size()) out += "...";
  return out + "'";
}

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text, text.size());
  return out;
}

bool fits_pattern(std::string_view text, std::string_view pattern) {
  // A character of several bytes is one.
  const auto behind = [&](std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    return at;
  };
  std::size_t at = 0, in = 0, star = std::string_view::npos, resume = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      resume = at;
    } else if (in < pattern.size() && pattern[in] == '?') {
      ++in;
      at = behind(at);
    } else if (in < pattern.size() && pattern[in] == text[at]) {
      ++in, ++at;
    } else if (star != std::string_view::npos) {
      // The last * takes one more character; earlier ones need not be tried again.
      in = star + 1;
      at = resume = behind(resume);
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

namespace {

// The candidates that the word is the beginning of.
std::vector<std::string> begun_by(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t least_typed = 3;
  std::vector<std::string> begun;
  if (word.size() < least_typed) return begun;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(begun),
               [&](const std::string& candidate) { return lower(candidate).starts_with(word); });
  return begun;
}

// How many characters of both, up to a '_', are the same: val_ of val_acc and val_r2.
std::size_t shared_beginning(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i)
    if (a[i] == '_') shared = i + 1;
  return shared;
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t most_typed = 100;
  std::optional<std::string> best;
  if (word.size() > most_typed) return best;
  const std::string low = lower(word);
  const std::vector<std::string> begun = begun_by(low, candidates);
  const auto shortest = std::min_element(begun.begin(), begun.end(),
                                         [](const auto& a, const auto& b) { return a.size() < b.size(); });
  const auto is_of_all = [&](const std::string& name) { return name.starts_with(*shortest); };
  if (!begun.empty() && std::all_of(begun.begin(), begun.end(), is_of_all)) return *shortest;
  std::size_t smallest = word.size() / 3 + 2;  // a longer word may hold more slips and still be recognized
  for (const auto& candidate : begun.empty() ? candidates : begun) {
    if (candidate.size() >= word.size() + smallest) continue;
    const std::string name = lower(candidate);
    const std::size_t shared = shared_beginning(low, name);
    const std::size_t distance = edit_distance(low, name, smallest);
    if (distance < std::min(smallest, (word.size() - shared) / 3 + 2) &&
        // Half of the letters or more: another word.
        (distance == 1 ? std::max(word.size(), candidate.size()) > 1
                       : 2 * distance < std::max(word.size(), candidate.size()))) {
      smallest = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const auto best = nearest(word, candidates);
  return best ? "did you mean '" + *best + "'?" : "";
}

}  // namespace lookahead
