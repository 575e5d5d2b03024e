

#include <cmath>

#include "parallel/sums.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

// lbfgs where the objective or its argument is very large or very small.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string search = "optimizer: lbfgs\nlookahead: false\nstop: {steps: 300}\ntrace: {every: 1}\n";

std::string power(int exponent) { return "1e" + std::to_string(exponent); }

// The distance of lbfgs's result from (3 unit, -unit), in units; f = scale ((x/unit - 3)^2 + 10 (x/unit + 1)^2).
template <Scalar T>
double miss(int scale, int unit, const std::string& start, const std::string& offset = "") {
  const std::string inverse = power(-unit);
  Trial<T> trial("objective: {expression: \"" + power(scale) + "*((" + inverse + "*x[0]-3)^2+10*(" + inverse +
                 "*x[1]+1)^2)" + offset + "\", dim: 2}\nstart: " + start + "\n" + search +
                 (std::same_as<T, float> ? "precision: single\n" : ""));
  const Outcome outcome = trial.run();
  CHECK(outcome.status == Status::finished);
  // A search, another for the power of ten, and the gradient where it began.
  Index before = 0;
  for (const Record& record : trial.sink.records) {
    CHECK(record.grad_evals - before <= 25 + 40 + 1);
    before = record.grad_evals;
  }
  const std::vector<T> x = trial.slow();
  const double length = std::pow(10.0, unit);
  return std::hypot(static_cast<double>(x[0]) / length - 3, static_cast<double>(x[1]) / length + 1);
}

// The weight and the intercept of a line fitted to (1, 1), (2, 3), (3, 2), (4, 5), in units of 10^scale, the y's:
// 1.1 times the features' deviation and 2.75, since features are standardized.
template <Scalar T>
std::vector<double> fitted(int scale) {
  std::string rows = "x,y\n";
  const char* targets[] = {"1", "3", "2", "5"};
  for (int i = 0; i < 4; ++i) rows += to_text(i + 1) + "," + targets[i] + "e" + to_text(scale) + "\n";
  const TemporaryFolder folder;
  Trial<T> trial("data: {train: " + folder.write("rows.csv", rows) +
                 ", target: y}\nmodel: linear\nbatch: full\n" + search +
                 (std::same_as<T, float> ? "precision: single\n" : ""));
  trial.run();
  std::vector<double> weights;
  for (const T w : trial.slow()) weights.push_back(static_cast<double>(w) / std::pow(10.0, scale));
  return weights;
}

}  // namespace

TEST_CASE("lbfgs finds the minimum whatever the scale of the objective") {
  for (const int scale :
       {-300, -200, -160, -150, -100, -40, -20, -16, -12, -6, 0, 6, 15, 17, 40, 100, 150, 200, 300}) {
    for (const std::string start : {"[0, 0]", "[1, 1]", "[-1000, 20]"}) {
      CAPTURE(scale);
      CAPTURE(start);
      CHECK(miss<double>(scale, 0, start) < 1e-7);
    }
  }
  for (const int scale : {-36, -30, -20, -15, -12, -9, -7, 0, 7, 12, 16, 20, 30}) {
    for (const std::string start : {"[0, 0]", "[1, 1]", "[-1000, 20]"}) {
      CAPTURE(scale);
      CAPTURE(start);
      CHECK(miss<float>(scale, 0, start) < 1e-3);
    }
  }
}

TEST_CASE("lbfgs finds the minimum whatever the scale of the point") {
  for (const int unit :
       {-140, -100, -50, -40, -35, -30, -28, -27, -26, -25, -24, -20, -10, 10, 16, 18, 30, 60, 100, 140}) {
    CAPTURE(unit);
    CHECK(miss<double>(0, unit, "[0, 0]") < 1e-7);
    CHECK(miss<double>(unit, unit, "[0, 0]") < 1e-7);
  }
  for (const int unit : {-18, -12, -6, 6, 9, 12, 18}) {
    CAPTURE(unit);
    CHECK(miss<float>(0, unit, "[0, 0]") < 1e-3);
  }
}

TEST_CASE("lbfgs sees a small valley on a high plain as far as the loss can tell") {
  for (const int scale : {-6, -8, -9, -10}) {
    CAPTURE(scale);
    // What is left is a change of the loss by its rounding: its root, over that of the scale.
    CHECK(miss<double>(scale, 0, "[0, 0]", "+1") < 10 * std::sqrt(2.3e-16 / std::pow(10.0, scale)));
  }
}

TEST_CASE("lbfgs fits a line to columns of any scale") {
  const double slope = 1.1 * std::sqrt(1.25), intercept = 2.75;
  const auto check = [&](const std::vector<double>& weights, double within) {
    REQUIRE(weights.size() == 2);
    CHECK(std::abs(weights[0] - slope) < within);
    CHECK(std::abs(weights[1] - intercept) < within);
  };
  for (const int scale : {-150, -100, -20, -8, 0, 8, 15, 16, 17, 18, 20, 50, 100, 150}) {
    CAPTURE(scale);
    check(fitted<double>(scale), 1e-6);
  }
  for (const int scale : {-30, -20, -8, 0, 8, 12, 15, 16, 17, 18, 20, 30, 36}) {
    CAPTURE(scale);
    check(fitted<float>(scale), 1e-3);
  }
}

TEST_CASE("a norm is right where its squares are not numbers any more") {
  const Shards shards;
  for (const double scale : {1e-320, 1e-310, 1e-300, 1e-200, 1e-155, 1.0, 1e155, 1e200, 3e307 / 3}) {
    CAPTURE(scale);
    const std::vector<double> x = {3 * scale, 0, -4 * scale};
    CHECK(norm(shards, std::span<const double>(x)) / scale ==
          doctest::Approx(5).epsilon(scale < 1e-307 ? 1e-2 : 1e-14));
  }
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> none = {0, 0}, endless = {1, -infinity}, lost = {1, std::nan(""), 2};
  CHECK(norm(shards, std::span<const double>(none)) == 0);
  CHECK(norm(shards, std::span<const double>(endless)) == infinity);
  CHECK(std::isnan(norm(shards, std::span<const double>(lost))));
}
