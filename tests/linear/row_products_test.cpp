#include "linear/row_products.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "random/stream.hpp"

using namespace lookahead;

namespace {

// Some of them zeros of either sign.
template <class T>
std::vector<T> coefficients(std::uint64_t step, Index count) {
  std::vector<double> draws(static_cast<std::size_t>(count));
  Stream(32, Purpose::probe).uniforms(step, draws);
  std::vector<T> values;
  for (const double u : draws) values.push_back(static_cast<T>(u < 0.1 ? 0.0 : u < 0.2 ? -0.0 : 2 * u - 1));
  return values;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

}  // namespace

TEST_CASE_TEMPLATE("a row by itself has the score and the gradient of a block of one row, to the bit", T,
                   float, double) {
  for (Index columns = 0; columns <= 70; ++columns) {
    CAPTURE(columns);
    const auto step = static_cast<std::uint64_t>(columns);
    const auto weights = coefficients<T>(3 * step, columns);
    const auto rows = coefficients<T>(3 * step + 1, 2 * columns);
    const RowBlock<T> block(rows.data(), columns, Batch::range(1, 2));
    const T* const row = rows.data() + columns;
    double score = 0;
    score_rows(weights.data(), block, &score, -0.25);
    CHECK(score_row(weights.data(), row, columns, -0.25) == score);
    for (const double slope : {0.75, -0.3, 0.0, -0.0}) {
      CAPTURE(slope);
      auto of_block = coefficients<T>(3 * step + 2, columns), of_row = of_block;
      add_rows(of_block.data(), block, &slope, 0.7);
      add_row(of_row.data(), row, columns, slope * 0.7);
      CHECK(same_bits(of_row, of_block));
    }
  }
}

TEST_CASE_TEMPLATE("a step along the gradient of a row has the bits of one along a gradient that was written",
                   T, float, double) {
  for (Index columns = 1; columns <= 70; ++columns) {
    CAPTURE(columns);
    const auto step = static_cast<std::uint64_t>(columns);
    const auto weights = coefficients<T>(3 * step, columns), row = coefficients<T>(3 * step + 1, columns);
    for (const double strength : {0.0, 0.3}) {
      for (const double number : {0.75, -0.3, 0.0, -0.0}) {
        const T slope = static_cast<T>(number), l2 = static_cast<T>(strength), rate = static_cast<T>(0.1);
        std::vector<T> gradient(weights.size()), expected = weights, moved = weights;
        if (l2 != 0) {
          for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = l2 * weights[i];
        }
        add_row(gradient.data(), row.data(), columns, static_cast<double>(slope));
        for (std::size_t i = 0; i < gradient.size(); ++i) expected[i] -= rate * gradient[i];
        products::with_pack<T>(columns, [&](auto n) {
          const double score = products::score_by<n()>(weights.data(), row.data(), columns, 0.5);
          CHECK(score == score_row(weights.data(), row.data(), columns, 0.5));
          if (l2 == 0) {
            products::move_by<n(), false>(moved.data(), row.data(), columns, slope, rate, l2);
          } else {
            products::move_by<n(), true>(moved.data(), row.data(), columns, slope, rate, l2);
          }
        });
        CHECK(same_bits(moved, expected));
      }
    }
  }
}

TEST_CASE("a row of another precision than the weights is summed in double precision, alone as in a block") {
  for (const Index columns : {1, 3, 8, 17, 51}) {
    CAPTURE(columns);
    const auto weights = coefficients<double>(1000, columns);
    const auto row = coefficients<float>(1001, columns);
    const RowBlock<float> block(row.data(), columns, Batch::range(0, 1));
    double score = 0;
    score_rows(weights.data(), block, &score, 3);
    CHECK(score_row(weights.data(), row.data(), columns, 3) == score);
    auto of_block = coefficients<double>(1002, columns), of_row = of_block;
    const double slope = 0.1;
    add_rows(of_block.data(), block, &slope, 1);
    add_row(of_row.data(), row.data(), columns, slope);
    CHECK(same_bits(of_row, of_block));
  }
}
