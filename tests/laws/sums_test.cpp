// The laws of finite sums among the built-in functions.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "objective/function.hpp"
#include "objective/synthetic.hpp"

using namespace lookahead;

namespace {

struct Sum {
  const FunctionEntry* entry;
  std::unique_ptr<Objective<double>> objective;
  std::vector<double> x;  // a point of the domain
};

std::vector<Sum> all_sums() {
  std::vector<Sum> sums;
  for (const FunctionEntry& entry : function_catalog()) {
    const auto parameters = entry.defaults();
    const Index d = entry.usual_dimension(parameters);
    Sum sum{&entry, entry.make<double>(parameters, d), {}};
    if (sum.objective->terms() == 0) continue;
    const Facts facts = entry.facts(parameters, d);
    sum.x.resize(static_cast<std::size_t>(d));
    Stream(8, Purpose::probe).uniforms(0, sum.x);
    for (std::size_t i = 0; i < sum.x.size(); ++i) {
      sum.x[i] = facts.lower[i] + (facts.upper[i] - facts.lower[i]) * sum.x[i];
    }
    sums.push_back(std::move(sum));
  }
  return sums;
}

}  // namespace

TEST_CASE("law: the terms of a sum average to the whole, one by one, in parts, and as lists of rows") {
  const auto sums = all_sums();
  CHECK(sums.size() >= 11);
  for (const Sum& sum : sums) {
    CAPTURE(sum.entry->card.name);
    const Index n = sum.objective->terms();
    std::vector<double> full(sum.x.size()), part(sum.x.size());
    const double value = sum.objective->value_and_gradient(sum.x, Batch::range(0, n), full, {}).value;
    std::vector<std::uint32_t> order(static_cast<std::size_t>(n));
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    double largest = 1;
    for (const double g : full) largest = std::max(largest, std::abs(g));
    for (const Index size : {Index{1}, Index{7}, n}) {
      double mean_value = 0;
      std::vector<double> mean(sum.x.size());
      for (Index from = 0; from < n; from += size) {
        const Batch rows = Batch::rows(order).part(from, std::min(size, n - from));
        const double share = static_cast<double>(rows.size()) / static_cast<double>(n);
        const double loss = sum.objective->value_and_gradient(sum.x, rows, part, {}).value;
        CHECK(loss == sum.objective->value(sum.x, rows, {}).value);
        mean_value += share * loss;
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += share * part[i];
      }
      // The rounding of at most 100 terms in another order, which may be larger than what is left of them.
      CHECK(std::abs(mean_value - value) <= 1e-13 * std::max(1.0, std::abs(value)));
      for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::abs(mean[i] - full[i]) <= 1e-12 * largest);
    }
  }
}

TEST_CASE("the centres of noisy_quadratic have exactly the stated mean and variances") {
  // One term's gradient at 0 is -A c, and its mean square over the terms a^2 Sigma = a.
  const FunctionEntry& entry = *function_catalog().find("noisy_quadratic");
  const auto parameters = entry.defaults();
  const auto f = entry.make<double>(parameters, 10);
  const std::vector<double> origin(10, 0.0);
  const std::vector<double> eigenvalues = log_spaced(10, 10);
  std::vector<double> gradient(10), mean(10), square(10);
  const double share = 1 / static_cast<double>(f->terms());
  for (Index i = 0; i < f->terms(); ++i) {
    static_cast<void>(f->value_and_gradient(origin, Batch::range(i, i + 1), gradient, {}));
    for (std::size_t j = 0; j < 10; ++j) {
      mean[j] += gradient[j] * share;
      square[j] += gradient[j] * gradient[j] * share;
    }
  }
  for (std::size_t j = 0; j < 10; ++j) {
    CHECK(std::abs(mean[j]) < 1e-14);  // rounding of 100 terms, here and below
    CHECK(square[j] == doctest::Approx(eigenvalues[j]).epsilon(1e-13));
  }
}

TEST_CASE("the bound of the largest eigenvalue is above it by at most 1 %, for wide and for tall matrices") {
  for (const Index rows : {5, 40, 100}) {
    for (const Index columns : {1, 7, 40, 90}) {
      CAPTURE(rows);
      CAPTURE(columns);
      const auto matrix = normal_rows(3, rows, columns);
      const double largest = leading_eigenpair(matrix, rows, columns)->first;
      const double bound = largest_eigenvalue_bound(matrix, rows, columns);
      CHECK(bound >= largest);
      CHECK(bound <= 1.01 * largest);
    }
  }
}
