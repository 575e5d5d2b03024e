#include "base/text.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/letters.hpp"
#include "random/stream.hpp"

using namespace lookahead;

namespace {

// A literal is as near to a std::string as to a view.
std::string quoted(const char* text) { return lookahead::quoted(std::string_view(text)); }

}  // namespace

TEST_CASE("numbers are decimal, with optional sign, fraction and exponent") {
  CHECK(parse_number("0.01") == 0.01);
  CHECK(parse_number("-1.5e-3") == -1.5e-3);
  CHECK(parse_number("+2") == 2.0);
  CHECK(parse_number(".5") == 0.5);
  CHECK(parse_number("5.") == 5.0);
  CHECK(parse_number("1E6") == 1e6);
  CHECK(std::signbit(*parse_number("-0")));
}

TEST_CASE("what is no decimal number is refused whole") {
  for (const char* text : {"",     "+",     "-",     ".",   "e5",  "1e",  "1e+", "1,5", "1 ", " 1",
                           "0x10", "1_000", "1.2.3", "+-1", "-+1", "++1", "one", "1d",  "1f", "--1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text));
  }
}

TEST_CASE("infinities and not-a-number are read in any case, so that a message can name them") {
  for (const char* text : {"inf", "Inf", "+INF", "infinity"})
    CHECK(parse_number(text) == std::numeric_limits<double>::infinity());
  CHECK(parse_number("-inf") == -std::numeric_limits<double>::infinity());
  for (const char* text : {"nan", "NaN", "-nan"}) CHECK(std::isnan(*parse_number(text)));
}

TEST_CASE("numbers beyond the range of doubles become zero or infinity with their sign") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(parse_number("1e999") == infinity);
  CHECK(parse_number("-1e999") == -infinity);
  CHECK(parse_number("1e-999") == 0.0);
  CHECK(std::signbit(*parse_number("-1e-999")));
  CHECK(parse_number("1" + std::string(400, '0')) == infinity);
  CHECK(parse_number("0." + std::string(400, '0') + "1") == 0.0);
  // The digits and the exponent point in opposite directions.
  CHECK(parse_number("1" + std::string(400, '0') + "e-5") == infinity);
  CHECK(parse_number("0." + std::string(400, '0') + "1e+5") == 0.0);
  CHECK(parse_number("1e" + std::string(400, '9')) == infinity);
  CHECK(parse_number("1e-" + std::string(400, '9')) == 0.0);
}

TEST_CASE("the text of a number reads back to the same bits") {
  const Stream stream(1, Purpose::probe);
  for (std::uint32_t lane = 0; lane < 2000; ++lane) {
    const auto drawn = stream.bits(0, lane);
    const auto value = std::bit_cast<double>((std::uint64_t{drawn[0]} << 32) | drawn[1]);
    if (!std::isfinite(value)) continue;
    CHECK(std::bit_cast<std::uint64_t>(*parse_number(to_text(value))) == std::bit_cast<std::uint64_t>(value));
    const auto narrow = std::bit_cast<float>(drawn[2]);
    if (!std::isfinite(narrow)) continue;
    CHECK(static_cast<float>(*parse_number(to_text(narrow))) == narrow);
  }
}

TEST_CASE("the text of a number is the shortest one") {
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(0.1F) == "0.1");
  CHECK(to_text(1e100) == "1e+100");
  CHECK(to_text(-5.0) == "-5");
  CHECK(to_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  std::string line = "x=";
  append_text(line, 2.5);
  append_text(line, std::int64_t{7});
  append_text(line, 0.25F);
  CHECK(line == "x=2.570.25");
}

TEST_CASE("integers may be written with an exponent or a zero fraction") {
  CHECK(parse_integer("10") == 10);
  CHECK(parse_integer("-3") == -3);
  CHECK(parse_integer("+4") == 4);
  CHECK(parse_integer("1e6") == 1000000);
  CHECK(parse_integer("5.0") == 5);
  CHECK(parse_integer("1.5e1") == 15);
  CHECK(parse_integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("what is no whole number, or not exactly one, is no integer") {
  for (const char* text : {"0.5", "1e-1", "", "ten", "inf", "nan", "1e300", "9223372036854775808", "0x10",
                           "1_000", "+-1", "9007199254740993.0"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_integer(text));
  }
}

TEST_CASE("durations carry a unit and are positive and finite") {
  CHECK(parse_duration("500ms") == 0.5);
  CHECK(parse_duration("60s") == 60.0);
  CHECK(parse_duration("5m") == 300.0);
  CHECK(parse_duration("2h") == 7200.0);
  CHECK(parse_duration("1.5h") == 5400.0);
  CHECK(parse_duration("1e3s") == 1000.0);
  for (const char* text :
       {"", "60", "s", "0s", "-1s", "1min", "1 s", "1d", "infs", "nans", "1ss", "1e308h", "1e-323ms"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("the text of a duration reads back to the same bits") {
  CHECK(duration_text(0.5) == "500ms");
  CHECK(duration_text(90) == "90s");
  const Stream stream(2, Purpose::probe);
  std::array<double, 500> draws{};
  stream.uniforms(0, draws);
  for (const double draw : draws) {
    for (const double seconds : {draw + 1e-9, draw * 1e-3 + 1e-9, draw * 1e5 + 1e-9}) {
      CAPTURE(seconds);
      CHECK(parse_duration(duration_text(seconds)) == seconds);
    }
  }
}

TEST_CASE("trimming takes blanks from both ends and none from within") {
  CHECK(trimmed(" \t a b\r\n") == "a b");
  CHECK(trimmed("") == "");
  CHECK(trimmed(" \n ") == "");
}

TEST_CASE("quoting shows what a terminal must not be sent") {
  CHECK(quoted("plain") == "'plain'");
  CHECK(quoted("\x1b[31m") == "'\\x1b[31m'");
  CHECK(quoted(std::string_view("a\0b", 3)) == "'a\\x00b'");
  CHECK(quoted("\x7f") == "'\\x7f'");
  CHECK(quoted("M\xC3\xBCller \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "'M\xC3\xBCller \xE2\x82\xAC \xF0\x9F\x98\x80'");
  CHECK(quoted("\xC2\x9B") == "'\\xc2\\x9b'");  // the control sequence introducer of eight-bit terminals
}

TEST_CASE("quoting shows bytes that are no UTF-8") {
  CHECK(quoted("\xFF") == "'\\xff'");
  CHECK(quoted("a\xC3") == "'a\\xc3'");         // cut short
  CHECK(quoted("\xC0\xAF") == "'\\xc0\\xaf'");  // longer than needed
  CHECK(quoted("\xE0\x80\xAF") == "'\\xe0\\x80\\xaf'");
  CHECK(quoted("\xED\xA0\x80") == "'\\xed\\xa0\\x80'");           // a surrogate
  CHECK(quoted("\xF4\x90\x80\x80") == "'\\xf4\\x90\\x80\\x80'");  // beyond U+10FFFF
}

TEST_CASE("quoting cuts long texts and says so") {
  CHECK(quoted(std::string(100, 'x')) == "'" + std::string(60, 'x') + "...'");
  CHECK(quoted("abcdef", 6) == "'abcdef'");
  CHECK(quoted("abcdefg", 6) == "'abcdef...'");
}

TEST_CASE("what is visible has no character that a terminal obeys, on one line") {
  CHECK(visible("plain, \xc3\xa4 \xe2\x82\xac 'x'") == "plain, \xc3\xa4 \xe2\x82\xac 'x'");
  CHECK(visible("a\nb\tc\x1b[31m\x7f") == "a\\x0ab\\x09c\\x1b[31m\\x7f");
  CHECK(visible("\xc2\x9b"
                "2J") ==
        "\\xc2\\x9b"
        "2J");
  // Line separator, right-to-left override, isolate; and what stands between them.
  CHECK(visible("\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa7") == "\\xe2\\x80\\xa8\\xe2\\x80\\xae\\xe2\\x81\\xa7");
  CHECK(visible("\xe2\x80\x93\xe2\x81\xa0") == "\xe2\x80\x93\xe2\x81\xa0");
  CHECK(visible(std::string_view("\xff\xe2\x80\0", 4)) == "\\xff\\xe2\\x80\\x00");
}

TEST_CASE("in a pattern ? is one character of any number of bytes, and * any number of characters") {
  const std::string accent = "\xC3\xA9", euro = "\xE2\x82\xAC", face = "\xF0\x9F\x98\x80";
  const std::pair<std::string, std::string> fitting[] = {{"a", "?"},
                                                         {accent, "?"},
                                                         {face, "?"},
                                                         {"", "*"},
                                                         {accent + "a", "*?a"},
                                                         {"x" + euro + "x", "x?x"},
                                                         {accent + face, "??"},
                                                         {"abc", "a*c"},
                                                         {euro + accent, "*" + accent}};
  for (const auto& one : fitting) CHECK_MESSAGE(fits_pattern(one.first, one.second), one.second);
  const std::pair<std::string, std::string> others[] = {
      {"", "?"}, {accent, "??"}, {"ab", "?"}, {"x" + euro, "x???"}, {"abc", "a*b"}};
  for (const auto& one : others) CHECK_MESSAGE(!fits_pattern(one.first, one.second), one.second);
}

TEST_CASE("no name is looked for that nobody typed") {
  // 5 * 10^9 steps of the table would be taken by the lengths of these two.
  const std::string word(100000, 'a');
  CHECK(nearest(word, {word + "b"}) == std::nullopt);
  CHECK(nearest("Sin", {"min", "sin"}) == "sin");
  CHECK(lower("A\xC3\x84-Zz09") == "a\xC3\x84-zz09");
  CHECK(nearest("rosenbrock", {word, "rosenbrok"}) == "rosenbrok");
  CHECK(nearest(std::string(100, 'a'), {std::string(99, 'a')}) == std::string(99, 'a'));
  // A bound on the distance changes no answer: the nearest of many is the one of a search through all.
  CHECK(nearest("abdc", {"wxyz", "abcd", "abxx"}) == "abcd");
}

TEST_CASE("the nearest name is found through slips and not through other words") {
  const std::vector<std::string> names{"alpha", "at_sync", "k", "inner", "outer"};
  CHECK(nearest("alhpa", names) == "alpha");
  CHECK(nearest("alph", names) == "alpha");
  CHECK(nearest("at-sync", names) == "at_sync");
  CHECK(nearest("iner", names) == "inner");
  CHECK_FALSE(nearest("momentum", names));
  // A shared beginning says little of what follows it.
  CHECK_FALSE(nearest("val_acc", {"train_rmse", "val_loss", "val_rmse", "val_r2"}));
  CHECK(nearest("val_rmes", {"val_loss", "val_rmse", "val_r2"}) == "val_rmse");
  // The beginning of a name is that name, though others need fewer slips.
  CHECK(nearest("val_acc", {"val_auc", "val_accuracy", "val_r2"}) == "val_accuracy");
  CHECK(nearest("Acc", {"auc", "accuracy"}) == "accuracy");
  CHECK(nearest("rosen", {"rosenbrock_chained", "rosenbrock", "rosenbrock_extended"}) == "rosenbrock");
  CHECK_FALSE(nearest("loss", {"loss_slow", "loss_fast"}));
  CHECK_FALSE(nearest("los", {"loss_slow", "loss_fast", "lr"}));
  CHECK(nearest("ada", {"adagrad", "adam", "adamw"}) == "adam");
  CHECK_FALSE(nearest("z", names));
  CHECK_FALSE(nearest("", names));
  CHECK_FALSE(nearest("alpha", {}));
  CHECK(suggestion("alhpa", names) == "did you mean 'alpha'?");
  CHECK(suggestion("momentum", names).empty());
}

TEST_CASE("parts are joined with separators between them only") {
  CHECK(joined({}, ", ").empty());
  CHECK(joined({"a"}, ", ") == "a");
  CHECK(joined({"a", "", "b"}, ", ") == "a, , b");
}
