#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "names_over.hpp"

// Sums whose terms are drawn.
namespace lookahead {
namespace {

using expression::Expression;
using expression::Names;

constexpr Index dimension = 40;

Names names_sampled(bool sampled) {
  std::vector<double> list;
  for (Index i = 0; i < 3 * dimension; ++i) list.push_back(std::sin(static_cast<double>(i * i)));
  Names names = names_over(dimension, {{"c", list, true}});
  names.sampled = sampled;
  return names;
}

struct ValueAndGradient {
  double value;
  std::vector<double> gradient;
};

ValueAndGradient evaluated(const std::string& text, bool sampled, const std::vector<double>& x,
                           const Batch& rows) {
  Expression made;
  const auto fault = Expression::compile(text, names_sampled(sampled), made);
  REQUIRE_MESSAGE(!fault, text << ": " << (fault ? fault->text : ""));
  std::vector<double> space(made.space() + 8, std::nan(""));
  ValueAndGradient result{0, std::vector<double>(x.size())};
  expression::Inputs inputs;
  inputs.point = x;
  inputs.rows = &rows;
  const double alone = made.evaluate(inputs, space.data());
  inputs.gradient = result.gradient.data();
  result.value = made.evaluate(inputs, space.data());
  CHECK(alone == result.value);
  return result;
}

// The text with the sampled sum's term of that index in its place.
std::string replaced(std::string text, const std::string& sum, const std::string& by) {
  return text.replace(text.find(sum), sum.size(), by);
}

}  // namespace

TEST_CASE("a sampled sum over some of its terms is as many times their sum as it has more terms") {
  struct Formula {
    std::string around, range, term;
    int from, count;
  };
  const Formula formulas[] = {
      {"S", "sum(i, 0, n-2, ", "100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2", 0, dimension - 1},
      {"S / 7 + 0.1*norm2(x)", "sum(i, 3, 20, ", "log(1 + exp(-c[i]*x[2*i - 6]*0.5))", 3, 18},
      {"-2*S*x[0] - sum(j, 0, 5, x[j]^2)", "sum(i, 1, 60, ", "c[i+1]*x[5] + i*x[3]/50", 1, 60},
      {"S", "sum(i, 0, 11, ", "(sum(j, 0, 2, c[3*i + j]*x[j + i]) - i/4)^2", 0, 12},
      {"0.5*S", "sum(i, 0, n-1, ", "abs(x[mod(7*i, n)] - c[i])", 0, dimension},
      {"S", "sum(i, 0, n-1, ", "x[i]", 0, dimension},
      {"S", "sum(i, 2, 4, ", "sin(x[i])", 2, 3},
  };
  std::vector<double> x;
  for (Index i = 0; i < dimension; ++i) x.push_back(0.3 + std::cos(static_cast<double>(3 * i)));
  for (const Formula& formula : formulas) {
    const std::string sum = formula.range + formula.term + ")";
    const std::string text = replaced(formula.around, "S", sum);
    CAPTURE(text);
    std::vector<std::uint32_t> some;
    for (int i = 0; i < 29; ++i) some.push_back(static_cast<std::uint32_t>((i * i * 5 + 1) % formula.count));
    const Batch batches[] = {Batch::rows(some), Batch::range(0, formula.count),
                             Batch::range(1, formula.count), Batch::rows({some.data(), 1})};
    for (const Batch& batch : batches) {
      std::string plain = "(0";
      for (Index i = 0; i < batch.size(); ++i) {
        const auto at = std::to_string(formula.from + batch[i]);
        plain += " + sum(i, " + at + ", " + at + ", " + formula.term + ")";
      }
      plain += ")*" + std::to_string(formula.count) + "/" + std::to_string(batch.size());
      const ValueAndGradient sampled = evaluated(text, true, x, batch);
      const ValueAndGradient wanted = evaluated(replaced(formula.around, "S", plain), false, x, batch);
      // The caller makes a mean of it.
      const auto mean = [&](double of) { return of / static_cast<double>(batch.size()); };
      // Some hundred additions in another order, of numbers up to thousands.
      const auto close = [](double is, double should) {
        return std::abs(is - should) <= 1e-12 * (1 + std::abs(should)) * 10;
      };
      CHECK(close(mean(sampled.value), wanted.value));
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (!close(mean(sampled.gradient[i]), wanted.gradient[i]))
          FAIL_CHECK("gradient " << i << " over " << batch.size() << " terms: " << mean(sampled.gradient[i])
                                 << ", expected " << wanted.gradient[i]);
      }
    }
  }
}

TEST_CASE("what has no sum of constant bounds at the top can not be sampled") {
  const auto fault_of = [](const std::string& text) {
    Expression made;
    const auto fault = Expression::compile(text, names_sampled(true), made);
    return fault ? std::to_string(fault->at) + ": " + fault->text : "";
  };
  CHECK(fault_of("log(sum(i, 0, n-1, x[i]^2))") ==
        "0: there is no sum(i, a, b, e) whose terms can be sampled");
  CHECK(fault_of("1/sum(i, 0, n-1, x[i]^2)")
            .ends_with("there is no sum(i, a, b, e) whose terms can be sampled"));
  CHECK(fault_of("norm2(x)") == "0: there is no sum(i, a, b, e) whose terms can be sampled");
  CHECK(fault_of("1 + sum(i, 5, 4, x[i]^2)") == "4: a sampled sum has 1 to 1e8 terms, this one 0");
  CHECK(fault_of("1 + sum(i, 0, n, x[i]^2)").find("x[40] is not there") != std::string::npos);
  CHECK(fault_of("max(i, 0, 3, x[i]) - 2*sum(j, 0, 9, x[j])").empty());
}

}  // namespace lookahead
