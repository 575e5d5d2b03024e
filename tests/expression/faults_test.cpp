#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "expression/free_names.hpp"
#include "names_over.hpp"

namespace lookahead {
namespace {

using expression::Expression;
using expression::Names;

Names small_names(Index n) { return names_over(n, {{"a", {2}, false}, {"c", {1, 2, 3}, true}}); }

// "at 4: text (cure)", or empty.
std::string fault_of(const std::string& text, Index n = 5) {
  Expression made;
  const auto fault = Expression::compile(text, small_names(n), made);
  if (!fault) return {};
  return std::to_string(fault->at) + ": " + fault->text +
         (fault->cure.empty() ? "" : " (" + fault->cure + ")");
}

double value_of(const std::string& text, const std::vector<double>& x) {
  Expression made;
  const auto fault = Expression::compile(text, small_names(std::ssize(x)), made);
  REQUIRE_MESSAGE(!fault, text);
  std::vector<double> space(made.space() + 8);
  expression::Inputs inputs;
  inputs.point = x;
  return made.evaluate(inputs, space.data());
}

}  // namespace

TEST_CASE("a fault of a text says where it is, what was expected, and the nearest name") {
  const std::pair<const char*, const char*> cases[] = {
      {"x[0] +", "6: expected a number, a name or (, found the end"},
      {"x[0]; x[1]",
       "6: expected an operator or the end, found 'x' (the result is one formula; parts of it have names "
       "by let: let a = ...; before it)"},
      {"2 x[0]", "2: expected an operator or the end, found 'x' (a product is written with *)"},
      {"x[0]**2", "4: expected an operator or the end, found '**' (a power is written ^)"},
      {"(x[0]", "5: expected an operator or ), found the end"},
      {"x[0]]", "4: expected an operator or the end, found ']'"},
      {"x[0] = 1", "5: expected an operator or the end, found '=' (a comparison is written ==)"},
      {"x[0] + \xC3\xA4", "7: expected a number, a name or (, found '\xC3\xA4'"},
      {"1e400*x[0]", "0: expected a number, a name or (, found '1e400' (beyond the numbers)"},
      {"x", "0: 'x' is a vector (a coordinate is written x[0]; all of them: sum(i, 0, n-1, x[i]))"},
      {"y[0]", "0: unknown name 'y' (a number of this name belongs in 'constants:')"},
      {"x1 + x2", "0: unknown name 'x1' (a coordinate is written x[0], the first of them)"},
      {"math.exp(x[0])",
       "4: expected an operator or the end, found '.' (functions and constants are written by their names alone: "
       "exp(x[0]), pi)"},
      {"tanhh(x[0])", "0: unknown function 'tanhh' (did you mean 'tanh'?)"},
      {"sin(x[0], 1)", "0: sin does not take 2 arguments (sin(a))"},
      {"x(0)", "0: unknown function 'x' (an element is written with [ ])"},
      {"c + x[0]", "0: 'c' is a list (an element is written c[0])"},
      {"a[0]", "0: 'a' is a number, not a list"},
      {"x[5]", "2: x[5] is not there: there are x[0] to x[4]"},
      {"x[0.5]", "2: x[0.5] is not there: there are x[0] to x[4] (a place is a whole number)"},
      {"sum(i, 0, n-1, x[i+1])", "17: x[5] is not there: there are x[0] to x[4]"},
      {"sum(i, 0, n-1, x[i/2])",
       "17: x[0.5] is not there: there are x[0] to x[4] (a place is a whole number)"},
      {"x[x[0]]", "2: a place may not depend on the point or on a column"},
      {"sum(i, 0, x[0], 1)", "10: the bounds of a range may not depend on the point or on a column"},
      {"sum(i, 0, 2.5, x[0])", "10: the bounds of a range are whole numbers (got 2.5)"},
      {"sum(i, 0, n-1)", "0: sum does not take 3 arguments (sum(i, from, to, e))"},
      {"sum(2, 0, n-1, x[0])", "4: the first argument of sum is the name of its index (sum(i, 0, n-1, ...))"},
      {"sum(n, 0, 3, x[0])", "4: 'n' is reserved for the number of coordinates (choose another name)"},
      {"sum(a, 0, 3, x[0])", "4: 'a' has a meaning already (choose another name)"},
      {"sum(i, 0, 9, sum(i, 0, 9, x[0]))", "17: 'i' has a meaning already (choose another name)"},
      {"let pi = 3; x[0]", "4: 'pi' is reserved for the number 3.14... (choose another name)"},
      {"let sin = 3; x[0]", "4: 'sin' is reserved for the function of that name (choose another name)"},
      {"let b = 3 x[0]", "10: expected ; at the end of the definition, found 'x'"},
      {"dot(c, x)", "0: the arguments of dot have 3 and 5 elements"},
      {"norm2(x[0])", "6: norm2 takes the name of a vector or list"},
      {"sum(i, 0, 1e9, x[0])", "0: sum has more than 1e8 terms"},
      {"if(x[0] > 0, 1)", "0: if does not take 2 arguments (if(c, a, b))"},
  };
  for (const auto& [text, message] : cases) {
    const auto& the_text = text;
    CAPTURE(the_text);
    CHECK(fault_of(text) == message);
  }
}

TEST_CASE("nesting is limited, and so is what a short text unfolds to") {
  CHECK(fault_of(std::string(5000, '(') + "x[0]" + std::string(5000, ')')) ==
        "101: brackets or signs are nested too deeply");
  CHECK(fault_of(std::string(5000, '-') + "x[0]").ends_with("nested too deeply"));
  std::string chain = "x[0]";
  for (int i = 0; i < 30000; ++i) chain += "+x[0]";
  CHECK(fault_of(chain).empty());
  std::string power = "x[0]";
  for (int i = 0; i < 5000; ++i) power += "^x[0]";
  CHECK(fault_of(power).ends_with("nested too deeply"));
  std::string unfolding = "x[0]";
  for (int i = 0; i < 12; ++i) unfolding = "sum(i" + std::to_string(i) + ", 0, 3, " + unfolding + ")";
  CHECK(fault_of(unfolding).ends_with("the expression is too large"));
}

TEST_CASE("signs, powers and comparisons bind as they are documented") {
  const std::vector<double> x{3, 2};
  const std::pair<const char*, double> cases[] = {{"-x[0]^2", -9},
                                                  {"2^-1", 0.5},
                                                  {"2^3^2", 512},
                                                  {"-2^2", -4},
                                                  {"6/2*3", 9},
                                                  {"1 - 2 - 3", -4},
                                                  {"x[0] > x[1]", 1},
                                                  {"1 < 2", 1},
                                                  {"mod(-1, 3)", 2},
                                                  {"2*-x[1]", -4},
                                                  {"sum(i, 2, 1, 5)", 0},
                                                  {"prod(i, 2, 1, 5)", 1},
                                                  {"0^0", 1},
                                                  {"x[1]^0", 1},
                                                  {"(-8)^(1/3) != 0", 1},
                                                  {"sum(i, 0, n-1, i*x[i])", 2},
                                                  {"dot(c, c)", 14},
                                                  {"norm2(x)", 13},
                                                  {"max(i, 0, n-1, -x[i])", -2}};
  for (const auto& [text, value] : cases) {
    const auto& the_text = text;
    CAPTURE(the_text);
    CHECK(value_of(text, x) == value);
  }
}

TEST_CASE("a place that only a branch which is not taken would read is allowed") {
  const std::vector<double> x{1, 2, 3, 4};
  CHECK(value_of("sum(i, 0, n-1, if(i > 0, x[i-1], 0)*x[i])", x) == 2 + 6 + 12);
  CHECK(value_of("sum(i, 0, n-1, if(i < n-1, x[i+1], 10))", x) == 2 + 3 + 4 + 10);
  CHECK(value_of("sum(i, 0, n-1, if(sum(j, 0, i, c[0]) < 3, x[floor(i/2)], 0))", x) == 1 + 1);
  CHECK(fault_of("sum(i, 0, n-1, if(x[0] > 0, x[i-1], 0))") ==
        "30: x[-1] is not there: there are x[0] to x[4]");
}

TEST_CASE("sigmoid and softplus fall to 0 as the exponential does") {
  for (const double z : {-700.0, -720.0, -740.0, -744.0}) {
    CAPTURE(z);
    // Subnormal numbers have few digits: two units of the last.
    const double unit = std::numeric_limits<double>::denorm_min(), expected = std::exp(z);
    CHECK(value_of("sigmoid(x[0])", {z}) == doctest::Approx(expected).epsilon(1e-15 + 2 * unit / expected));
    CHECK(value_of("softplus(x[0])", {z}) == doctest::Approx(expected).epsilon(1e-15 + 2 * unit / expected));
  }
  CHECK(value_of("sigmoid(x[0])", {-800}) == 0);
  CHECK(std::isinf(value_of("log(sigmoid(x[0]))", {-800})));
  CHECK(std::isnan(value_of("sigmoid(x[0])", {std::nan("")})));
}

TEST_CASE("a place by mod is within the vector whatever the size of the numbers") {
  const std::vector<double> x{1, 1, 1};
  CHECK(value_of("sum(i, 0, 100000, x[mod(i*i*i*i, 3)])", x) == 100001);
  CHECK(value_of("sum(i, 0, 20000, x[mod(i^6, 3)])", x) == 20001);
  CHECK(value_of("sum(i, 0, 999, x[floor(mod(0.1*i, 3))])", x) == 1000);
  CHECK(value_of("mod(2^70, 3)", x) == 1);
  CHECK(value_of("mod(-2^70, 3)", x) == 2);
  CHECK(value_of("mod(5, -3)", x) == -1);
  // At i = 1 the exponential is infinite.
  CHECK(fault_of("sum(i, 0, 2, x[mod(exp(1000*i), 3)])") ==
        "15: x[nan] is not there: there are x[0] to x[4] (a place is a whole number)");
}

TEST_CASE("the first step that is no finite number has its place") {
  Expression made;
  REQUIRE(!Expression::compile("x[0]^2 + log(x[1] - 2)*0", small_names(2), made));
  const std::vector<double> x{1, 1};
  expression::Inputs inputs;
  inputs.point = x;
  const auto found = made.first_not_finite(inputs);
  REQUIRE(found);
  CHECK(found->at.begin == 9);
  CHECK(found->at.end == 22);
  CHECK(std::isnan(found->result));
}

TEST_CASE("the place of a step is the part of the text that it is the result of") {
  const std::vector<double> x{0, -1};
  const std::pair<const char*, const char*> cases[] = {
      {"2*x[0] + log(x[1])", "log(x[1])"},
      {"1 - (3 + 1/x[0])*2 + x[1]", "1/x[0]"},
      {"(x[0] + 1)/(x[0]) + 2", "(x[0] + 1)/(x[0])"},
      {"(x[0] + 1)/x[0]*3 - 1", "(x[0] + 1)/x[0]"},
      {"1 + x[1]^0.3", "x[1]^0.3"},
      {"(-x[1]/x[0])^2", "-x[1]/x[0]"},
      {"let q = log( x[1] ); 2*q + 1", "log( x[1] )"},
      {"2 + (log(x[1]))", "(log(x[1]))"},
      {"exp(1e300*(x[1] - 9)*-1e10)", "1e300*(x[1] - 9)*-1e10"},
      {"sum(i, 0, n-1, log(x[i])) + 2", "log(x[i])"}};
  for (const auto& [text, part] : cases) {
    const std::string the_text = text;
    CAPTURE(the_text);
    Expression made;
    REQUIRE(!Expression::compile(the_text, small_names(2), made));
    expression::Inputs inputs;
    inputs.point = x;
    const auto found = made.first_not_finite(inputs);
    REQUIRE(found);
    CHECK(the_text.substr(found->at.begin, found->at.end - found->at.begin) == part);
  }
}

TEST_CASE("names without a meaning are those of columns") {
  Names names = small_names(3);
  names.parts = {{"w", 0, 3}};
  CHECK(expression::free_names("let q = u*2; sum(i, 0, n-1, w[i]*q) + a*v - pi + u", names) ==
        std::vector<std::string>{"u", "v"});
}

}  // namespace lookahead
