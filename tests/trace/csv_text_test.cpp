#include "trace/csv_text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/text.hpp"

using namespace lookahead;

namespace {

template <class T>
std::string real(T value) {
  std::string out = "x";
  append_real(out, value);
  return out.substr(1);
}

}  // namespace

TEST_CASE("a number of a real column has a point or an exponent, and reads back to the same bits") {
  CHECK(real(1.0) == "1.0");
  CHECK(real(-3.0) == "-3.0");
  CHECK(real(0.0) == "0.0");
  CHECK(real(-0.0) == "-0.0");
  CHECK(real(123456.0) == "123456.0");
  CHECK(real(0.5) == "0.5");
  CHECK(real(1e-05) == "1e-05");
  CHECK(real(1e300) == "1e+300");
  CHECK(real(9007199254740993.0) == "9007199254740992.0");
  CHECK(real(2.0F) == "2.0");
  CHECK(real(0.1F) == "0.1");
  for (const double value : {1.0, -7.0, 1e15, 1e22, 0.1, 1e-5, std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::denorm_min()}) {
    CAPTURE(value);
    CHECK(parse_number(real(value)) == value);
    CHECK(real(value).find_first_of(".e") != std::string::npos);
  }
}

TEST_CASE("infinities are no numbers that a point could be added to") {
  CHECK(real(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(real(-std::numeric_limits<float>::infinity()) == "-inf");
}

TEST_CASE("a cell is quoted where it must be") {
  CHECK(csv_cell("plain text; with 'quotes'") == "plain text; with 'quotes'");
  CHECK(csv_cell("") == "");
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("a\"b") == "\"a\"\"b\"");
  CHECK(csv_cell("a\nb") == "\"a\nb\"");
}
