#include "linear/matrix_product.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "random/stream.hpp"

using namespace lookahead;

namespace {

template <class T>
std::vector<T> numbers(std::uint64_t step, Index count) {
  std::vector<double> draws(static_cast<std::size_t>(count));
  Stream(31, Purpose::probe).uniforms(step, draws);
  std::vector<T> values;
  for (const double x : draws) values.push_back(static_cast<T>(2 * x - 1));
  return values;
}

// A matrix of rows x columns numbers, stored by rows or by columns.
template <class T>
struct Stored {
  std::vector<T> numbers;
  MatrixView<T> view;
};
template <class T>
Stored<T> stored(std::uint64_t step, Index rows, Index columns, bool by_columns) {
  Stored<T> matrix{numbers<T>(step, rows * columns), {}};
  matrix.view = by_columns ? transposed(by_rows<T>(matrix.numbers.data(), rows))
                           : by_rows<T>(matrix.numbers.data(), columns);
  return matrix;
}
template <class T>
T at(MatrixView<T> matrix, Index i, Index j) {
  return matrix.data[i * matrix.row_step + j * matrix.column_step];
}

// a b + c as the processor's level has it.
template <class T>
T multiply_add(T a, T b, T c) {
#if defined(__FMA__) || defined(__aarch64__)
  return std::fma(a, b, c);
#else
  return c + a * b;
#endif
}

struct Shape {
  Index rows, depth, columns;
};
const std::vector<Shape> shapes = {{128, 784, 70}, {5, 7, 3},   {4, 1, 33},  {9, 200, 16}, {6, 193, 17},
                                   {13, 400, 32},  {64, 5, 31}, {7, 385, 1}, {4, 2, 64},   {31, 63, 48}};

}  // namespace

TEST_CASE_TEMPLATE("a number of a product is the sum of its products in their order, bit for bit", T, float,
                   double) {
  for (const Shape& shape : shapes) {
    const Index rows = shape.rows, depth = shape.depth, columns = shape.columns;
    for (const bool a_by_columns : {false, true}) {
      for (const bool b_by_columns : {false, true}) {
        CAPTURE(rows);
        CAPTURE(depth);
        CAPTURE(columns);
        const Stored<T> a = stored<T>(1, rows, depth, a_by_columns);
        const Stored<T> b = stored<T>(2, depth, columns, b_by_columns);
        const Index step = columns + 3;
        const std::vector<T> before = numbers<T>(3, rows * step);
        std::vector<T> added = before, set = before;
        add_product(added.data(), step, a.view, b.view, rows, depth, columns);
        set_product(set.data(), step, a.view, b.view, rows, depth, columns);
        bool right = true;
        for (Index i = 0; i < rows; ++i) {
          for (Index j = 0; j < step; ++j) {
            const auto n = static_cast<std::size_t>(i * step + j);
            T sum = before[n], fresh = j < columns ? T{0} : before[n];
            for (Index k = 0; j < columns && k < depth; ++k) {
              sum = multiply_add(at(a.view, i, k), at(b.view, k, j), sum);
              fresh = multiply_add(at(a.view, i, k), at(b.view, k, j), fresh);
            }
            right = right && added[n] == sum && set[n] == fresh;
          }
        }
        CHECK(right);
      }
    }
  }
}

TEST_CASE_TEMPLATE("products of few rows are right to rounding", T, float, double) {
  for (const Index rows : {Index{1}, Index{2}, Index{3}}) {
    for (const Shape& shape : shapes) {
      const Index depth = shape.depth, columns = shape.columns;
      for (const bool b_by_columns : {false, true}) {
        const Stored<T> a = stored<T>(4, rows, depth, false);
        const Stored<T> b = stored<T>(5, depth, columns, b_by_columns);
        std::vector<T> c = numbers<T>(6, rows * columns);
        const std::vector<T> before = c;
        add_product(c.data(), columns, a.view, b.view, rows, depth, columns);
        for (Index i = 0; i < rows; ++i) {
          for (Index j = 0; j < columns; ++j) {
            const auto n = static_cast<std::size_t>(i * columns + j);
            double sum = static_cast<double>(before[n]);
            for (Index k = 0; k < depth; ++k)
              sum += static_cast<double>(at(a.view, i, k)) * static_cast<double>(at(b.view, k, j));
            // Products are at most 1: every addition rounds by half a unit of a sum of at most depth + 1.
            const double rounding = static_cast<double>(std::numeric_limits<T>::epsilon());
            CHECK(std::abs(static_cast<double>(c[n]) - sum) <= rounding * static_cast<double>(depth + 1));
          }
        }
      }
    }
  }
}

TEST_CASE("products rounded before they are added have the same bits on every processor") {
  const Stored<double> a = stored<double>(1, 9, 200, true), b = stored<double>(2, 200, 35, false);
  std::vector<double> c = numbers<double>(3, 9 * 35);
  const std::vector<double> before = c;
  add_rounded_product(c.data(), 35, a.view, b.view, 9, 200, 35);
  for (Index i = 0; i < 9; ++i) {
    for (Index j = 0; j < 35; ++j) {
      double sum = before[static_cast<std::size_t>(i * 35 + j)];
      for (Index k = 0; k < 200; ++k) {
        const double product = at(a.view, i, k) * at(b.view, k, j);
        sum += product;
      }
      CHECK(c[static_cast<std::size_t>(i * 35 + j)] == sum);
    }
  }
}

TEST_CASE("an empty sum adds nothing and sets zeros") {
  std::vector<double> c = {1, 2, 3, 4};
  const std::vector<double> none(1);
  add_product(c.data(), 2, by_rows(none.data(), 0), by_rows(none.data(), 2), 2, 0, 2);
  CHECK(c == std::vector<double>{1, 2, 3, 4});
  set_product(c.data(), 2, by_rows(none.data(), 0), by_rows(none.data(), 2), 2, 0, 2);
  CHECK(c == std::vector<double>{0, 0, 0, 0});
}

#if defined(__FMA__) || defined(__aarch64__)
TEST_CASE_TEMPLATE("products have these bits on every machine with fused multiply-adds", T, float, double) {
  // From builds for x86-64-v3 and x86-64-v4.
  std::uint64_t all = 0;
  for (const Index rows : {Index{1}, Index{3}, Index{40}}) {
    const Stored<T> a = stored<T>(7, rows, 300, false);
    for (const bool b_by_columns : {false, true}) {
      const Stored<T> b = stored<T>(8, 300, 50, b_by_columns);
      std::vector<T> c(static_cast<std::size_t>(rows * 50));
      set_product(c.data(), 50, a.view, b.view, rows, 300, 50);
      for (const T x : c) all = all * 1000003 + std::bit_cast<std::uint64_t>(static_cast<double>(x));
    }
  }
  CHECK(all == (sizeof(T) == 4 ? 4481847063809622016U : 15199861510758359828U));
}
#endif
