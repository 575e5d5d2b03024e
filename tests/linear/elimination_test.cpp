#include "linear/elimination.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "random/stream.hpp"

using namespace lookahead;

TEST_CASE("a linear system is solved to rounding, with rows in any order") {
  for (const Index n : {1, 2, 7, 60}) {
    CAPTURE(n);
    const auto side = static_cast<std::size_t>(n);
    Aligned<double> matrix(side * side);
    std::vector<double> x(side), b(side);
    const Stream stream(4, Purpose::probe);
    stream.normals(0, matrix);
    stream.normals(1, x);
    // Pivots are not where they would be taken without a search.
    for (std::size_t i = 0; i < side; ++i) matrix[i * side + i] = n > 1 ? 0 : 2;
    for (std::size_t i = 0; i < side; ++i) {
      for (std::size_t j = 0; j < side; ++j) b[i] += matrix[i * side + j] * x[j];
    }
    const auto solution = solve_linear(matrix, n, b);
    REQUIRE(solution.has_value());
    // The condition number of a matrix of 60 random rows is some hundreds.
    for (std::size_t i = 0; i < side; ++i) CHECK(std::abs((*solution)[i] - x[i]) <= 1e-12);
  }
}

TEST_CASE("a singular system has no solution") {
  CHECK_FALSE(solve_linear(Aligned<double>{0.0}, 1, std::vector<double>{1}).has_value());
  CHECK_FALSE(solve_linear(Aligned<double>{1, 2, 2, 4}, 2, std::vector<double>{1, 2}).has_value());
  CHECK_FALSE(
      solve_linear(Aligned<double>{1, 2, 3, 4, 5, 6, 7, 8, 9}, 3, std::vector<double>{1, 2, 3}).has_value());
}

TEST_CASE("a system is as regular in any units of its rows and columns") {
  const Aligned<double> graded = {1, 0, 0, 1e-15};
  const auto solution = solve_linear(graded, 2, std::vector<double>{2, 3e-15});
  REQUIRE(solution.has_value());
  CHECK((*solution)[1] == doctest::Approx(3).epsilon(1e-14));
  CHECK(solve_linear(Aligned<double>{1, 1e-20, 1, 2e-20}, 2, std::vector<double>{1, 1}).has_value());
  CHECK_FALSE(solve_linear(Aligned<double>{1, 1e-20, 2, 2e-20}, 2, std::vector<double>{1, 1}).has_value());
  CHECK_FALSE(solve_linear(Aligned<double>{1e-20, 2e-20, 1, 2}, 2, std::vector<double>{1, 1}).has_value());
}
