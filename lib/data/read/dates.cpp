#include "data/read/dates.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "data/read/characters.hpp"

namespace lookahead {
namespace {

bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
struct Digits {
  int count, value;
  bool within(int low, int high) const { return value >= low && value <= high; }
};

// Takes what it has read off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  // As many digits as there are up to `most`, at least `least`; nothing where there are others.
  std::optional<Digits> digits(int least, int most) {
    Digits digits{0, 0};
    for (; digits.count < most && !text_.empty() && is_digit(text_.front()); ++digits.count) {
      digits.value = digits.value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    const bool more = !text_.empty() && is_digit(text_.front());
    if (digits.count < least || more) return std::nullopt;
    return digits;
  }
  // One of the characters, or 0.
  char one_of(std::string_view characters) {
    if (text_.empty() || characters.find(text_.front()) == std::string_view::npos) return 0;
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  bool blanks() {
    bool some = false;
    while (one_of(" ") != 0) some = true;
    return some;
  }
  // Letters, as small ones.
  std::string word() {
    std::string word;
    for (; !text_.empty() && is_letter(text_.front()); text_.remove_prefix(1)) word += lower(text_.front());
    return word;
  }
  bool at_letter() const { return !text_.empty() && is_letter(text_.front()); }
  bool ended() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// Whether a word is one of the names, whole or cut to three letters.
bool is_name(const std::string& word, std::initializer_list<std::string_view> names) {
  constexpr std::size_t cut = 3;
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return word == name || word == name.substr(0, cut); });
}

bool is_month(const std::string& word) {
  return word == "sept" || is_name(word, {"january", "february", "march", "april", "may", "june", "july",
                                          "august", "september", "october", "november", "december"});
}

bool is_weekday(const std::string& word) {
  return is_name(word, {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});
}

bool is_year(const Digits& year) { return year.count == 2 || year.count == 4; }

// +01:00, -0800, +01, Z, UTC, CET, (CET)
bool take_zone(Scanner& scan) {
  if (scan.one_of("+-") != 0) {
    const auto hours = scan.digits(2, 4);
    if (!hours || hours->count == 3) return false;
    if (scan.one_of(":") == 0) return true;
    const auto minutes = scan.digits(2, 2);
    return minutes && minutes->within(0, 59);
  }
  constexpr std::size_t longest = 5;
  const bool bracket = scan.one_of("(") != 0;
  const std::string name = scan.word();
  if (name.empty() || name.size() > longest) return false;
  if (!bracket && scan.one_of("+-") != 0) return scan.digits(1, 4).has_value();
  return !bracket || scan.one_of(")") != 0;
}

// A time, up to the end.
bool is_time(Scanner& scan) {
  const auto hours = scan.digits(1, 2);
  if (!hours || !hours->within(0, 24) || scan.one_of(":") == 0) return false;
  const auto minutes = scan.digits(2, 2);
  if (!minutes || !minutes->within(0, 59)) return false;
  if (scan.one_of(":") != 0) {
    const auto seconds = scan.digits(2, 2);
    if (!seconds || !seconds->within(0, 60)) return false;
    constexpr int most_places = 12;
    if (scan.one_of(".,") != 0 && !scan.digits(1, most_places)) return false;
  }
  scan.blanks();
  Scanner half = scan;
  if (const std::string word = half.word(); word == "am" || word == "pm") {
    scan = half;
    scan.blanks();
  }
  if (!scan.ended() && !take_zone(scan)) return false;
  scan.blanks();
  // A zone may stand twice, as +0100 (CET).
  return scan.ended() || (take_zone(scan) && scan.ended());
}

// Day and month in either order.
bool is_day_and_month(const Digits& a, const Digits& b) {
  return (a.within(1, 31) && b.within(1, 12)) || (a.within(1, 12) && b.within(1, 31));
}

// What follows a first number.
bool take_after_number(Scanner& scan, const Digits& first) {
  const char separator = scan.one_of("-/. ");
  if (separator == 0) return false;
  if (scan.at_letter()) {
    // 29 Feb 2024, 29-Feb-24
    if (!first.within(1, 31) || !is_month(scan.word())) return false;
    if (separator == ' ') scan.one_of(",.");
    if (separator == ' ' ? !scan.blanks() : scan.one_of({&separator, 1}) == 0) return false;
    const auto year = scan.digits(2, 4);
    return year && is_year(*year);
  }
  if (separator == ' ') return false;
  const auto second = scan.digits(1, 2);
  if (!second || scan.one_of({&separator, 1}) == 0) return false;
  const auto third = scan.digits(1, 4);
  if (!third) return false;
  if (first.count == 4) return second->within(1, 12) && third->count <= 2 && third->within(1, 31);
  return first.count <= 2 && is_year(*third) && is_day_and_month(first, *second);
}

// What follows the name of a month: 29, 2024; 2024.
bool take_after_month(Scanner& scan) {
  scan.one_of(".");
  const char separator = scan.one_of("-/");
  if (separator == 0 && !scan.blanks()) return false;
  const auto day = scan.digits(1, 4);
  if (!day) return false;
  if (day->count == 4) return true;
  if (separator != 0) {
    if (day->count == 2 && scan.ended()) return true;
    if (!day->within(1, 31) || scan.one_of({&separator, 1}) == 0) return false;
  } else {
    const bool comma = scan.one_of(",") != 0;
    if (!day->within(1, 31) || (!scan.blanks() && !comma)) return false;
  }
  const auto year = scan.digits(4, 4);
  return year.has_value();
}

}  // namespace

bool is_date(std::string_view text) {
  Scanner scan(text);
  std::string word = scan.word();
  if (is_weekday(word)) {
    scan.one_of(".");
    scan.one_of(",");
    if (!scan.blanks()) return false;
    word = scan.word();
  }
  if (!word.empty()) {
    if (!is_month(word) || !take_after_month(scan)) return false;
  } else {
    const auto first = scan.digits(1, 4);
    if (!first || !take_after_number(scan, *first)) return false;
  }
  if (scan.ended()) return true;
  if (scan.one_of("T") != 0) return is_time(scan);
  scan.one_of(",");
  return scan.blanks() && is_time(scan);
}

}  // namespace lookahead
