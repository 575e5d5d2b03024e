#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "names_over.hpp"
#include "parallel/pool.hpp"

// Gradients where terms have no weight, ranges are empty, or values are large.
namespace lookahead {
namespace {

using expression::Expression;

std::vector<double> gradient(const std::string& text, const std::vector<double>& x, Shards shards = {}) {
  Expression made;
  const auto fault = Expression::compile(text, names_over(static_cast<Index>(x.size()), {}), made);
  REQUIRE_MESSAGE(!fault, text << ": " << (fault ? fault->text : ""));
  std::vector<double> space(made.space() + 8, std::nan("")), result(x.size());
  expression::Inputs inputs;
  inputs.point = x;
  inputs.gradient = result.data();
  inputs.shards = shards;
  static_cast<void>(made.evaluate(inputs, space.data()));
  return result;
}

struct Slope {
  std::string text;
  std::vector<double> point;
  double first;  // the derivative by x[0]
};

void check(const std::vector<Slope>& slopes) {
  for (const Slope& slope : slopes) {
    CAPTURE(slope.text);
    CAPTURE(slope.point.front());
    // Some tens of terms, each within a few units of the last place.
    CHECK(gradient(slope.text, slope.point).front() == doctest::Approx(slope.first).epsilon(1e-13));
  }
}

}  // namespace

TEST_CASE("the body of an empty inner range has no part in the gradient, whatever its derivative") {
  const double e = std::exp(1.0), e2 = e * e;
  check({
      {"logsumexp(i, 0, 2, sum(j, 1, i, (x[0] - 1)^2/i)) + x[1]^2", {2, 1}, 4 * e / (1 + 2 * e)},
      {"logsumexp(i, 0, 2, prod(j, 1, i, x[0]/i))", {2}, (e2 + e) / (2 * e + e2)},
      {"logsumexp(i, 0, 2, max(j, 1, i, x[0]/i))", {2}, (e2 + e / 2) / (e2 + e)},
      {"logsumexp(i, 0, 2, logsumexp(j, 1, i, x[0]/i))", {2}, (e2 + e) / (e2 + 2 * e)},
      // Ranges too long to be written out.
      {"sum(i, 0, 19, sum(j, 1, i, (x[0] - 1)^2/i))", {2}, 38},
      {"prod(i, 0, 19, 1 + sum(j, 1, i, (x[0] - 1)^2/i))", {2}, 19 * 0x1p19},
      // The body is a sum itself, or comes from further out.
      {"sum(i, 0, 19, sum(j, 1, i, sum(k, 0, 19, (x[0] - k)^2/i)))", {10}, 19 * 20},
      {"sum(i, 0, 19, sum(j, i + 40, 38, log(x[0])) + i*x[0])", {0}, 190},
  });
}

TEST_CASE("terms of no weight have no part in the gradient of logsumexp, however they are nested") {
  const std::vector<double> twos(20, 2.0);
  check({
      {"logsumexp(i, 0, 1, log(x[0]*i))", {2}, 0.5},
      {"logsumexp(i, 0, 40, log(x[0]*mod(i, 2)))", {2}, 0.5},
      {"logsumexp(i, 0, 2, logsumexp(j, 0, 2, log(x[0]*i)))", {2}, 0.5},
      {"logsumexp(i, 0, 1, sum(j, 0, 19, log(x[j]*i)))", twos, 0.5},
      {"logsumexp(i, 0, 3, -((1/x[0])^i))", {0}, 0},
      {"logsumexp(i, 0, 2, -x[i]^(-2)) + 3*x[0]", {0, 1, 2}, 3},
      {"sum(k, 0, 19, logsumexp(i, 0, 1, log(x[k]*i)))", twos, 0.5},
  });
}

TEST_CASE("the weights of logsumexp add up to 1 for values of every size") {
  for (const double x : {1e-300, 1.0, -1e9, 1e9, 1e15, 1e16, -1e16, 1e17, 1e300}) {
    check({
        {"logsumexp(i, 0, 9, x[0])", {x}, 1},
        {"logsumexp(i, 0, 999, x[0] + i)", {x}, 1},
        {"logsumexp(i, 0, 9, logsumexp(j, 0, i, x[0]))", {x}, 1},
    });
  }
}

TEST_CASE("the weights of a logsumexp of shared terms have the same bits on any number of threads") {
  std::vector<double> x;
  for (int i = 0; i < 200'000; ++i) x.push_back(1e9 + std::sin(i));
  for (const char* const text :
       {"logsumexp(i, 0, n-1, x[i])", "logsumexp(i, 0, n-1, x[i]/2 + log(x[0]) + exp(x[1]/1e9)) + x[2]/2"}) {
    const std::vector<double> alone = gradient(text, x);
    for (const int threads : {2, 5}) {
      Pool pool(threads);
      CAPTURE(text);
      CAPTURE(threads);
      CHECK(gradient(text, x, Shards(pool)) == alone);
    }
    // Each weight is within some units of its last place; the derivatives of the logarithm and exponential
    // are e and 1 by 1e9.
    const double beside = (1 + std::exp(1.0)) / 1e9;
    const double sum = std::accumulate(alone.begin(), alone.end(), 0.0);
    const bool plain = std::string(text).ends_with("x[i])");
    CHECK(sum == doctest::Approx(plain ? 1 : 1 + beside).epsilon(1e-13));
  }
}

}  // namespace lookahead
