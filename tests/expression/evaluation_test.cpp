#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "names_over.hpp"
#include "plain.hpp"
#include "random_expression.hpp"

namespace lookahead {
namespace {

using expression::Expression;
using expression::Names;

Names names_of(Index n) {
  std::vector<double> list;
  for (Index i = 0; i < n; ++i) list.push_back(0.25 * static_cast<double>(i) - 0.8);
  return names_over(n, {{"a", {1.75}, false}, {"c", list, true}});
}

struct Evaluated {
  double value = 0;
  std::vector<double> gradient;
};
Evaluated evaluate(const Expression& expression, const std::vector<double>& x) {
  std::vector<double> space(expression.space() + 8, std::nan(""));
  Evaluated done;
  done.gradient.assign(x.size(), 0.0);
  expression::Inputs inputs;
  inputs.point = x;
  const double alone = expression.evaluate(inputs, space.data());
  inputs.gradient = done.gradient.data();
  done.value = expression.evaluate(inputs, space.data());
  CHECK((alone == done.value || (std::isnan(alone) && std::isnan(done.value))));
  return done;
}

// Evaluations by the plain reading, each of the value and one derivative.
struct Compared {
  int all = 0;
  int undecided = 0;  // of them, those that rounding may turn into another branch: they are not compared
  int texts = 0;      // with any of the latter
};

// Faults of the text as a message; empty: there are none.
std::string difference(const std::string& text, const Names& names, const std::vector<double>& x,
                       Compared& compared) {
  Expression compiled;
  if (const auto fault = Expression::compile(text, names, compiled))
    return "at " + std::to_string(fault->at) + ": " + fault->text + " (" + fault->cure + ")";
  const Evaluated done = evaluate(compiled, x);
  const expression::Parsed parsed = expression::parse(text);
  PlainExpression plain(parsed.syntax, names);
  std::vector<double> near = x;
  for (std::size_t i = 0; i < near.size(); ++i) near[i] *= i % 2 == 0 ? 1 + 1e-13 : 1 - 1e-13;
  for (std::size_t by = 0; by < x.size(); ++by) {
    const Dual beside = plain.at(near, by), wanted = plain.at(x, by);
    ++compared.all;
    if (plain.undecided()) {
      ++compared.undecided;
      continue;
    }
    if (!std::isfinite(wanted.size) || wanted.size > 1e30L) return {};
    // Some units of the last place of everything that is added up, and what some in the point do.
    const auto far = [](double is, long double should, long double other, long double size) {
      return !(std::abs(is - should) <= 1e-12L * (size + 1) + 2 * std::abs(should - other));
    };
    if (far(done.value, wanted.value, beside.value, wanted.size))
      return "value " + std::to_string(done.value) + ", not " + std::to_string(wanted.value);
    if (!std::isfinite(wanted.slope_size) || wanted.slope_size > 1e30L) continue;
    if (far(done.gradient[by], wanted.slope, beside.slope, wanted.slope_size + wanted.size))
      return "derivative " + std::to_string(by) + " " + std::to_string(done.gradient[by]) + ", not " +
             std::to_string(wanted.slope);
  }
  return {};
}

std::string difference(const std::string& text, const Names& names, const std::vector<double>& x) {
  Compared compared;
  const std::string fault = difference(text, names, x, compared);
  return compared.undecided > 0 ? "a decision within rounding" : fault;
}

}  // namespace

TEST_CASE("random expressions have the value and the gradient of their plain reading") {
  const char* wanted = std::getenv("LOOKAHEAD_EXPRESSIONS");
  const int count = wanted != nullptr ? std::atoi(wanted) : 3000;
  const Names names = names_of(7);
  Compared compared;
  for (int seed = 1; seed <= count; ++seed) {
    RandomExpression random(static_cast<std::uint64_t>(seed));
    const std::string text = random.text();
    std::vector<double> x;
    for (int i = 0; i < 7; ++i) x.push_back(0.01 * random.below(400) - 2.003);
    const int before = compared.undecided;
    const std::string fault = difference(text, names, x, compared);
    compared.texts += compared.undecided > before ? 1 : 0;
    CAPTURE(seed);
    CAPTURE(text);
    CHECK(fault == "");
    if (!fault.empty()) return;
  }
  MESSAGE(count << " expressions, " << compared.undecided << " of " << compared.all << " evaluations of "
                << compared.texts << " expressions undecided");
  // Most of what is drawn is compared.
  CHECK(compared.undecided * 50 < compared.all);
}

TEST_CASE(
    "the plain reading tells decisions that rounding may turn from those between numbers as they are read") {
  const Names names = names_of(7);
  const std::vector<double> x{0.1, 0.1, -2, 0, 3, 1, 0.7};
  const auto undecided = [&](const std::string& text, std::size_t by = 0) {
    const expression::Parsed parsed = expression::parse(text);
    PlainExpression plain(parsed.syntax, names);
    static_cast<void>(plain.at(x, by));
    return plain.undecided();
  };
  for (const char* const text :
       {"if(3*x[0] < 0.3, 1, 2)", "if(x[0]/3*3 == x[1], 1, 2)", "if(sin(x[0]) - sin(x[1]), 1, 2)",
        "floor(10*x[0])", "ceil(x[4]/3)", "mod(x[4], 3)", "sign(x[0]*x[5] - x[1])", "abs(3*x[0] - 0.3)",
        "relu(exp(x[0]) - exp(x[1]))", "min(3*x[0], 0.3)", "max(0.3, x[0] + x[1] + 0.1)",
        "max(i, 0, 1, 3^i*x[i] - 0.2*i)"}) {
    CAPTURE(text);
    CHECK(undecided(text));
  }
  for (const char* const text :
       {"if(x[0] < x[1], 1, 2)", "if(x[3], 1, 2)", "floor(x[4])", "sign(-x[3])", "abs(x[3])",
        "max(x[0], x[1])", "if(3*x[0] < 0.31, 1, 2)", "sum(i, 0, n-1, x[floor(i/2)] + if(i + 1 < 4, 1, 2))",
        "min(i, 0, n-1, x[i])", "if(1 < 2, x[0], if(3*x[0] < 0.3, 1, 2))", "abs(3*x[0] - 0.2)"}) {
    CAPTURE(text);
    CHECK_FALSE(undecided(text));
  }
  // At a kink the value is sure, and so is a derivative that both sides have.
  CHECK_FALSE(undecided("max(3*x[0], 0.3)", 5));
  CHECK_FALSE(undecided("abs(3*x[0] - 0.3)", 5));
  CHECK(undecided("sign(3*x[0] - 0.3)", 5));
}

TEST_CASE("a chained Rosenbrock has the gradient of its formula for every length around blocks") {
  for (const Index n : {2, 3, 4, 5, 6, 8, 9, 10, 63, 64, 65, 66, 129, 130, 1000}) {
    std::vector<double> x;
    for (Index i = 0; i < n; ++i) x.push_back(std::sin(static_cast<double>(i)));
    CAPTURE(n);
    CHECK(difference("sum(i, 0, n-2, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)", names_of(n), x) == "");
  }
}

TEST_CASE("a reduction that cancels out has no part in the gradient") {
  const std::vector<double> x{0.5, -1, 2, 0.25, 3, 1, -2};
  for (const char* const kind : {"prod", "max", "logsumexp"}) {
    const std::string once = std::string(kind) + "(i, 0, n-1, x[i])";
    CAPTURE(kind);
    CHECK(difference("x[0]^2 + " + once + " - " + once, names_of(7), x) == "");
  }
}

TEST_CASE("slopes are those of the value, where a quotient or a square rounds to another number") {
  const auto slopes = [](const char* text, double a, double b) {
    Expression compiled;
    REQUIRE_FALSE(Expression::compile(text, names_of(2), compiled));
    return evaluate(compiled, {a, b}).gradient;
  };
  // 1 / 0.1 rounds to 10, and the double 0.1 goes 9 times into 1.
  CHECK(slopes("mod(x[0], x[1])", 1, 0.1) == std::vector<double>{1, -9});
  CHECK(slopes("mod(x[0], x[1])", -0.5, -0.05) == std::vector<double>{1, -9});
  CHECK(slopes("mod(x[0], x[1])", -0.5, 0.2) == std::vector<double>{1, 3});
  for (const double size : {1e-170, 1e160}) {
    const std::vector<double> got = slopes("atan2(x[0], x[1])", size, size);
    // Of a few roundings each.
    CHECK(got[0] == doctest::Approx(0.5 / size).epsilon(1e-14));
    CHECK(got[1] == doctest::Approx(-0.5 / size).epsilon(1e-14));
  }
}

TEST_CASE("a range that is empty whatever the index around it has no terms, nor have those within") {
  // So many that the outer ranges stay loops.
  const Names names = names_of(300);
  std::vector<double> x(300);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.01 * static_cast<double>(i) - 1;
  for (const std::string inner :
       {"sum(k, j, j+1, x[0]*j)", "sum(k, 0, j, x[0])", "prod(k, j, 2*j, x[1])", "x[0]*j"}) {
    for (const auto& [range, value] : {std::pair("sum(j, i+1000, i-1000, ", 0),
                                       std::pair("prod(j, i+1, i-n, ", 1), std::pair("sum(j, n, i-1, ", 0)}) {
      const std::string text = "x[2] + sum(i, 0, n-1, " + (range + inner) + "))";
      CAPTURE(text);
      Expression compiled;
      REQUIRE_FALSE(Expression::compile(text, names, compiled));
      const Evaluated done = evaluate(compiled, x);
      CHECK(done.value == x[2] + 300 * value);
      for (std::size_t i = 0; i < x.size(); ++i) CHECK(done.gradient[i] == (i == 2 ? 1 : 0));
    }
  }
}

}  // namespace lookahead
