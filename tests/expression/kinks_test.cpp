#include <doctest/doctest.h>

#include "expression/expression.hpp"
#include "names_over.hpp"

namespace lookahead {
namespace {

// Where the formula's first kink is; -1: it has none.
int kink_of(const char* text) {
  expression::Expression made;
  const auto fault = expression::Expression::compile(text, names_over(4, {}), made);
  REQUIRE_MESSAGE(!fault, text);
  return made.kink() ? static_cast<int>(made.kink()->begin) : -1;
}

}  // namespace

TEST_CASE("a formula has a kink where its steps have one for numbers that they may meet") {
  for (const char* smooth :
       {"x[0]^2 + exp(x[1])*sin(x[2])", "log(cosh(x[0] - 1))", "sqrt(1 + x[0]^2 + norm2(x))",
        "log(1 + exp(-x[0]))", "1/(1 + x[0]^2)", "x[1]/cosh(x[0])", "log1p(sum(i, 0, n-1, x[i]^4))",
        "abs(2 + tanh(x[0]))", "logsumexp(i, 0, n-1, x[i])", "hypot(x[0], exp(x[1]) + 1)",
        "max(1.5, sin(x[0]))", "(1 + x[0]^2)^-2.5", "norm2(x)^2.5", "abs(-3)*x[0]", "log(2)*x[0]",
        "if(n > 3, x[0], abs(x[0]))", "x[0]/3 + softplus(x[1])"}) {
    CAPTURE(smooth);
    CHECK(kink_of(smooth) == -1);
  }
  for (const char* kinked :
       {"x[0] + abs(x[1])", "log(x[0]^2)", "sqrt(norm2(x))", "1/x[0]", "max(x[0], sin(x[1]))",
        "1 + relu(x[0])", "x[0]^-2", "norm2(x)^1.5", "max(i, 0, n-1, x[i])", "x[0]*tan(x[1])",
        "hypot(x[0], x[1])", "log(cosh(x[0]) - 1)", "abs(sin(x[0]))", "atan2(x[0], x[1])"}) {
    CAPTURE(kinked);
    CHECK(kink_of(kinked) >= 0);
  }
  CHECK(kink_of("x[0] + abs(x[1])") == 7);
  CHECK(kink_of("exp(x[0]) + if(x[0] < 1, 1, 2)") >= 12);
}

TEST_CASE("what the columns of a row decide alone is no kink, nor is what nothing reads") {
  const auto has_kink = [](const std::string& text) {
    expression::Names names = names_over(2, {});
    names.columns = {"u"};
    expression::Expression made;
    REQUIRE(!expression::Expression::compile(text, names, made));
    return made.kink().has_value();
  };
  for (const char* smooth : {"exp(x[0]) - u*x[0] + lgamma(u + 1)", "abs(u)*x[0]^2", "if(u > 0, x[0], x[1]^2)",
                             "x[0]/u + u^1.5*x[1]", "let q = abs(x[0]); u*x[1]^2"}) {
    CAPTURE(smooth);
    CHECK_FALSE(has_kink(smooth));
  }
  for (const char* kinked : {"abs(u - x[0])", "abs(u*x[0])", "max(u, x[0])", "max(0, x[0])", "u/x[0]",
                             "if(floor(x[0]) > u, x[1], 0)", "let q = abs(x[0]); u*q"}) {
    CAPTURE(kinked);
    CHECK(has_kink(kinked));
  }
}

}  // namespace lookahead
