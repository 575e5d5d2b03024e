#include "theory/smoothness.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "support/synthetic_rows.hpp"

using namespace lookahead;
using namespace lookahead::theory;

namespace {

// The largest eigenvalue of the mean over the rows of weight x x', x with a 1 appended.
template <Scalar T>
double largest_eigenvalue(const Dataset<T>& dense, Batch rows) {
  const Index side = dense.columns + 1;
  Eigen::MatrixXd moments = Eigen::MatrixXd::Zero(side, side);
  for (Index i = 0; i < rows.size(); ++i) {
    Eigen::VectorXd x = Eigen::VectorXd::Ones(side);
    for (Index j = 0; j < dense.columns; ++j)
      x[j] = static_cast<double>(dense.features[static_cast<std::size_t>(rows[i] * dense.columns + j)]);
    const double weight =
        dense.weights.empty() ? 1 : static_cast<double>(dense.weights[static_cast<std::size_t>(rows[i])]);
    moments += weight * x * x.transpose() / static_cast<double>(rows.size());
  }
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(moments, Eigen::EigenvaluesOnly)
      .eigenvalues()[side - 1];
}

template <Scalar T>
Dataset<T> weighted_rows(Index rows, Index columns) {
  Dataset<T> data = test::synthetic_rows<T>(rows, columns, 0);
  for (Index i = 0; i < rows; ++i) data.weights.push_back(static_cast<T>(0.25 * static_cast<double>(i % 9)));
  return data;
}

template <Scalar T>
void check_powers(const Dataset<T>& dense, Batch rows) {
  const double exact = largest_eigenvalue(dense, rows);
  for (const Dataset<T>& data : {dense, test::sparse_of(dense)}) {
    const EigenvalueBound bound = second_moment_bound(data, rows, 1);
    CHECK(bound.method == EigenvalueBound::Method::powers);
    CHECK(bound.value >= exact * (1 - 1e-12));  // rounding of the exact one
    CHECK(bound.value <= exact * 1.01);         // promised
  }
}

constexpr BoundEffort no_products{.products = 0};

}  // namespace

TEST_CASE_TEMPLATE("the bound of the rows' second moments is at most one per cent above their eigenvalue", T,
                   float, double) {
  for (const auto& [rows, columns] :
       {std::pair<Index, Index>{40, 7}, {7, 40}, {1, 3}, {30, 1}, {12, 11}, {900, 5}}) {
    const auto& the_rows = rows;
    CAPTURE(the_rows);
    const auto& the_columns = columns;
    CAPTURE(the_columns);
    check_powers(test::synthetic_rows<T>(rows, columns, 0), Batch::range(0, rows));
    check_powers(weighted_rows<T>(rows, columns), Batch::range(0, rows));
  }
  std::vector<std::uint32_t> listed;
  for (std::uint32_t i = 1; i < 300; i += 3) listed.push_back(i);
  check_powers(weighted_rows<T>(300, 6), Batch::rows(listed));
}

TEST_CASE("columns of zeros leave the intercept's eigenvalue") {
  Dataset<double> data = test::synthetic_rows<double>(50, 4, 0);
  std::ranges::fill(data.features, 0.0);
  // 1e-9: the allowance for rounding.
  CHECK(second_moment_bound(data, Batch::range(0, 50), 1).value == doctest::Approx(1).epsilon(1e-8));
  CHECK(second_moment_bound(data, Batch::range(0, 50), 1, no_products).value >= 1);
}

TEST_CASE_TEMPLATE("the bound by Lanczos' method is at most six per cent above the eigenvalue", T, float,
                   double) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{400, 30}, {30, 150}, {300, 120}}) {
    const auto& the_rows = rows;
    CAPTURE(the_rows);
    const auto& the_columns = columns;
    CAPTURE(the_columns);
    const Dataset<T> dense = weighted_rows<T>(rows, columns);
    const Batch all = Batch::range(0, rows);
    const double exact = largest_eigenvalue(dense, all);
    for (const Dataset<T>& data : {dense, test::sparse_of(dense)}) {
      const EigenvalueBound bound = second_moment_bound(data, all, 1, no_products);
      CHECK(bound.method == EigenvalueBound::Method::lanczos);
      CHECK(bound.slack <= 0.05);
      CHECK(bound.value >= exact);
      CHECK(bound.value <= 1.06 * exact);  // 1 / 0.95 and a little
    }
  }
}

TEST_CASE("with less effort the bound is wider, and norms need one pass") {
  const Dataset<double> data = weighted_rows<double>(500, 40);
  const Batch all = Batch::range(0, 500);
  const double exact = largest_eigenvalue(data, all);
  double last = exact;
  for (const double reads : {1e9, 1e6, 6e5, 0.0}) {
    CAPTURE(reads);
    const EigenvalueBound bound = second_moment_bound(data, all, 1, {.products = 0, .reads = reads});
    CHECK(bound.value >= last);
    CHECK((bound.method == EigenvalueBound::Method::norms) == (reads == 0));
    last = bound.value;
  }
  CHECK(last <= 41 * exact);  // the trace, at most the side times the eigenvalue
}

TEST_CASE_TEMPLATE("the bound has the same bits for any number of threads", T, float, double) {
  const Dataset<T> dense = weighted_rows<T>(2500, 20), wide = weighted_rows<T>(20, 300);
  for (const Dataset<T>& data : {dense, test::sparse_of(dense), wide, test::sparse_of(wide)}) {
    for (const BoundEffort& effort : {BoundEffort{}, no_products}) {
      const Batch all = Batch::range(0, data.rows);
      const double alone = second_moment_bound(data, all, 1, effort).value;
      CHECK(second_moment_bound(data, all, 2, effort).value == alone);
      CHECK(second_moment_bound(data, all, 5, effort).value == alone);
    }
  }
}

TEST_CASE("without intercept the rows have no 1 appended, by every method, dense and sparse") {
  Dataset<double> data;
  data.rows = 4;
  data.columns = 1;
  for (int i = 0; i < 4; ++i) data.features.push_back(2);
  data.targets.assign(4, 0);
  Dataset<double> sparse = data;
  sparse.features = {};
  sparse.starts = {0, 1, 2, 3, 4};
  sparse.indices.assign(4, 0);
  sparse.values.assign(4, 2.0);
  const Batch all = Batch::range(0, 4);
  for (const Dataset<double>* rows : {&data, &sparse}) {
    // 2 x 2, and 2 x 2 + 1 x 1 with an intercept
    CHECK(second_moment_bound(*rows, all, 1, {}, false).value == doctest::Approx(4).epsilon(0.011));
    CHECK(second_moment_bound(*rows, all, 1).value == doctest::Approx(5).epsilon(0.011));
    const double rough = second_moment_bound(*rows, all, 1, {.products = 0, .largest_side = 0}, false).value;
    CHECK(rough >= 4);
    CHECK(rough < 4.7);
  }
}
