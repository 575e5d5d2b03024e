#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "expression/expression.hpp"
#include "names_over.hpp"

// What is advised where a formula is written as in other languages.
namespace lookahead {
namespace {

std::string cure_of(const std::string& text) {
  expression::Expression made;
  const auto fault = expression::Expression::compile(text, names_over(3, {{"a", {2}, false}}), made);
  REQUIRE_MESSAGE(fault, text);
  return fault->cure;
}

}  // namespace

TEST_CASE("functions and names of other languages lead to those of formulas") {
  const std::string choice = "a choice is written if(condition, a, b)";
  const std::string mean = "write the sum divided by its number of terms: sum(i, 0, n-1, x[i])/n";
  const std::pair<const char*, std::string> cases[] = {
      {"square(x[0])", "a square is written a^2"},
      {"Sin(x[0])", "did you mean 'sin'?"},
      {"mean(x)", mean},
      {"ln(x[0])", "the natural logarithm is log(a)"},
      {"where(x[0] > 0, 1, 2)", choice},
      {"zzzzzz(x[0])", "lookahead describe expression lists them"},
      {"PI*x[0]", "did you mean 'pi'?"},
      {"X[0]", "the point is x here: x[0]"},
      {"x_1^2", "a coordinate is written x[0], the first of them"},
      {"i*x[0]", "an index is that of a sum: sum(i, 0, n-1, ...); a number belongs in 'constants:'"},
      {"bb*x[0]", "a number of this name belongs in 'constants:'"},
  };
  for (const auto& [text, cure] : cases) {
    const auto& the_text = text;
    CAPTURE(the_text);
    CHECK(cure_of(text) == cure);
  }
}

TEST_CASE("signs of other languages lead to those of formulas") {
  const std::string choice = "a choice is written if(condition, a, b)";
  const std::string product = "a product is written with *";
  const std::string right = "write what stands to the right of = alone; a name for later use: let a = ...;";
  const std::pair<const char*, std::string> cases[] = {
      {"|x[0]|", "an absolute value is written abs(a)"},
      {"x[0] > 0 ? 1 : 2", choice},
      {"x[0]^2 if x[0] > 0", choice},
      {"x[0]\xC2\xB2", "a power is written ^: x[0]^2"},
      {"0,5*x[0]", "decimals stand behind a point: 0.5"},
      {"sum(i=0, n-1, x[i])", "an index and its range are written sum(i, from, to, e)"},
      {"f(x) = x[0]^2", right},
      {"y = x[0]^2", right},
      {"x[0] = 1", "a comparison is written =="},
      {"min x[0]^2", "the arguments of min stand in ( ) behind its name: min(...)"},
      {"sin^2(x[0])", "the arguments of sin stand in ( ) behind its name: sin(...)"},
      {"2x[0]", product},
      {"x[0]\xC2\xB7x[1]", product},
  };
  for (const auto& [text, cure] : cases) {
    const auto& the_text = text;
    CAPTURE(the_text);
    CHECK(cure_of(text) == cure);
  }
}

}  // namespace lookahead
