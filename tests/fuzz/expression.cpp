#include "expression/expression.hpp"

#include <cmath>
#include <cstring>

#include "input.hpp"
#include "seeds.hpp"
#include "target.hpp"

// A formula: text -> tape -> value and gradient; the value is the same with and without the gradient.
namespace lookahead::fuzz {
namespace {

constexpr double most_work = 2e4;

}  // namespace

bool run_expression(std::string_view input) {
  expression::Names names;
  names.dimension = 3;
  names.parts = {{"x", 0, 3}};
  names.constants = {{"a", {2.5}, false}, {"c", {1, -2, 0}, true}};
  expression::Expression made;
  if (const auto fault = expression::Expression::compile(input, names, made)) {
    if (fault->at > input.size()) broken("a fault beyond the text's end");
    if (fault->text.empty()) broken("a fault without a text");
    return false;
  }
  if (made.terms() > most_work) return true;
  std::vector<double> space(made.space() + 8), gradient(3);
  const std::vector<double> x{0.5, -1.25, 3};
  expression::Inputs inputs;
  inputs.point = x;
  const double alone = made.evaluate(inputs, space.data());
  inputs.gradient = gradient.data();
  const double with = made.evaluate(inputs, space.data());
  if (std::memcmp(&alone, &with, sizeof alone) != 0 && !(std::isnan(alone) && std::isnan(with)))
    broken("another value beside the gradient");
  return true;
}

std::vector<std::string> expression_seeds() {
  return {"sum(i, 0, n-2, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)",
          "let q = exp(-x[0]^2)/pi; # a comment\nq*c[1] + prod(i, 0, n-1, cos(x[i]/sqrt(i+1)))",
          "if(x[0] > a, log(x[0]), min(x[1], 2))^-1",
          "logsumexp(i, 0, 2, sum(j, 0, i, x[j]*mod(i, 2))) + max(k, 0, 1, x[2-k])",
          "dot(c, x) + norm2(x) - hypot(x[0], 1) + atan2(x[1], 2)*sigmoid(e)",
          "1e-3*gamma(2 + cos(x[0])) - 2^-x[1] + (x[2] <= 1) + sum(i, 0, 40, x[floor(i/20)])"};
}

std::vector<std::string> expression_tested() { return literals({"expression"}, "x["); }

}  // namespace lookahead::fuzz
