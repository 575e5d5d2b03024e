#include "theory/variance.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "objective/model.hpp"
#include "simd/lanes.hpp"
#include "support/problem.hpp"
#include "support/synthetic_rows.hpp"

using namespace lookahead;
using namespace lookahead::theory;

namespace {

template <Scalar T>
struct Logistic {
  explicit Logistic(Dataset<T> rows_of) : rows(std::move(rows_of)) {
    const ModelEntry& entry = *model_catalog().find("logistic");
    model = entry.make<T>(entry.defaults(), ModelSeat<T>{&rows, 2, true});
    for (Index i = 0; i < model->dimension(); ++i)
      x.push_back(static_cast<T>(0.3 * static_cast<double>(i % 3 - 1)));
  }
  // |mean gradient of some rows - gradient of all|^2
  double deviation(const std::vector<std::uint32_t>& some) const {
    Aligned<T> own(x.size()), mean(x.size());
    static_cast<void>(model->value_and_gradient(x, Batch::rows(some), own, {}));
    static_cast<void>(model->value_and_gradient(x, Batch::range(0, rows.rows), mean, {}));
    return squared_distance(std::span<const T>(own), std::span<const T>(mean));
  }
  Dataset<T> rows;
  std::unique_ptr<Model<T>> model;
  Aligned<T> x;
};

template <Scalar T>
Dataset<T> classes_with_weights(Index rows, Index columns) {
  Dataset<T> data = test::synthetic_rows<T>(rows, columns, 2);
  for (Index i = 0; i < rows; ++i)
    data.weights.push_back(static_cast<T>(0.5 + static_cast<double>(i % 3) / 2));
  return data;
}

}  // namespace

TEST_CASE_TEMPLATE("the variance of a batch is that over all batches there are", T, float, double) {
  constexpr std::uint32_t n = 12;
  const Logistic<T> problem(classes_with_weights<T>(n, 3));
  const double one = term_variance<T>(*problem.model, Batch::range(0, n), problem.x, 1).value;
  double single = 0, independent = 0, different = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    single += problem.deviation({i}) / n;
    for (std::uint32_t j = 0; j < n; ++j) {
      independent += problem.deviation({i, j}) / (n * n);
      if (j != i) different += problem.deviation({i, j}) / (n * (n - 1));
    }
  }
  const double tolerance = std::same_as<T, double> ? 1e-12 : 1e-5;  // gradients are rounded to T
  CHECK(one == doctest::Approx(single).epsilon(tolerance));
  CHECK(variance_of_mean(one, n, 2, true) == doctest::Approx(independent).epsilon(tolerance));
  CHECK(variance_of_mean(one, n, 2, false) == doctest::Approx(different).epsilon(tolerance));
  CHECK(variance_of_mean(one, n, n, false) == 0);
  CHECK(variance_of_mean(one, 1, 1, false) == 0);
}

TEST_CASE_TEMPLATE("a model's steepness bounds the variance of its rows' gradients", T, float, double) {
  const Dataset<T> dense = classes_with_weights<T>(60, 5);
  double brute = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    double square = 1;
    for (std::size_t j = 0; j < 5; ++j) square += std::pow(static_cast<double>(dense.features[5 * i + j]), 2);
    brute += std::pow(static_cast<double>(dense.weights[i]), 2) * square / 60;
  }
  const Batch all = Batch::range(0, 60);
  // Sums in another order, of numbers that are exact in double.
  CHECK(mean_square_row(dense, all) == doctest::Approx(brute).epsilon(1e-12));
  CHECK(mean_square_row(test::sparse_of(dense), all) == doctest::Approx(brute).epsilon(1e-12));
  Logistic<T> problem(dense);
  for (const T scale : {T{0}, T{1}, T{10}}) {
    for (T& x : problem.x) x *= scale;
    CHECK(term_variance<T>(*problem.model, all, problem.x, 1).value <= brute);  // |slope| <= 1
  }
}

TEST_CASE("drawn steps vary as much as their batches do") {
  const Logistic<double> problem(classes_with_weights<double>(40, 3));
  const Batch all = Batch::range(0, 40);
  const double one = term_variance<double>(*problem.model, all, problem.x, 1).value;
  // The mean square over 2000 steps of a few coordinates has a relative deviation of some 2 %.
  CHECK(drawn_variance<double>(*problem.model, all, 5, problem.x, 2000, 1).value ==
        doctest::Approx(one / 5).epsilon(0.1));
  // 1e-20: the rounding of a mean of equal vectors, squared.
  CHECK(drawn_variance<double>(*problem.model, all, 40, problem.x, 5, 1).value <= 1e-20);
}

TEST_CASE("dropout makes steps vary that see all rows") {
  const Dataset<double> rows = test::synthetic_rows<double>(30, 4, 0);
  const ModelEntry& entry = *model_catalog().find("mlp");
  const Spec spec = test::spec_of(
      "data: {train: " + test::data_folder() +
      "points.csv, target: y}\nmodel: {type: mlp, hidden: [6], dropout: 0.5}\noptimizer: sgd\n");
  const auto model = entry.make<double>(spec.model->values, ModelSeat<double>{&rows, 0, true});
  Aligned<double> x(static_cast<std::size_t>(model->dimension()));
  model->start(x, 1, Batch::range(0, 30));
  CHECK(drawn_variance<double>(*model, Batch::range(0, 30), 30, x, 10, 1).value > 1e-6);
}

TEST_CASE("the spread of vectors is their mean square distance from their mean") {
  const std::vector<double> vectors = {1, 0, 3, 0, 2, 6};
  // mean (2, 2): 1 + 4, 1 + 4, 0 + 16
  CHECK(spread<double>(vectors, 3) == doctest::Approx(26.0 / 3).epsilon(1e-14));
  CHECK(spread<double>(vectors, 1) == 0);
}

TEST_CASE("rows that stand for all are some of them, different and in order") {
  std::vector<std::uint32_t> listed;
  for (std::uint32_t i = 0; i < 50; ++i) listed.push_back(2 * i);
  const auto chosen = sample_rows(Batch::rows(listed), 20, 7);
  CHECK(chosen.size() == 20);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    CHECK(chosen[i] % 2 == 0);
    CHECK(chosen[i] < 100);
    if (i > 0) CHECK(chosen[i] > chosen[i - 1]);
  }
  CHECK(chosen == sample_rows(Batch::rows(listed), 20, 7));
  CHECK(chosen != sample_rows(Batch::rows(listed), 20, 8));
  CHECK(sample_rows(Batch::rows(listed), 80, 7) == listed);
}

TEST_CASE_TEMPLATE("variances have the same bits for any number of threads", T, float, double) {
  const Logistic<T> problem(classes_with_weights<T>(100, 8));
  const Batch all = Batch::range(0, 100);
  const double alone = term_variance<T>(*problem.model, all, problem.x, 1).value;
  CHECK(term_variance<T>(*problem.model, all, problem.x, 2).value == alone);
  CHECK(term_variance<T>(*problem.model, all, problem.x, 5).value == alone);
}
