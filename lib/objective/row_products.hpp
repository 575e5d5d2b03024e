#pragma once
#include <algorithm>
#include <array>

#include "base/lanes.hpp"
#include "objective/objective.hpp"

namespace lookahead {

// Products of four rows of numbers at a time; independent sums keep the processor busy. W is the scalar of
// the run, R that of the rows.

// w . row for four rows of `columns` numbers, in double.
template <Scalar W, Scalar R>
void four_scores(const W* w, const std::array<const R*, 4>& row, Index columns, double* scores) {
  Lanes s0{}, s1{}, s2{}, s3{};
  Index j = 0;
  for (; j + lane_count <= columns; j += lane_count) {
    const Lanes weight = widen(w + j);
    s0 += weight * widen(row[0] + j);
    s1 += weight * widen(row[1] + j);
    s2 += weight * widen(row[2] + j);
    s3 += weight * widen(row[3] + j);
  }
  std::array<double, 4> rest{};
  for (; j < columns; ++j) {
    for (std::size_t r = 0; r < 4; ++r) rest[r] += static_cast<double>(w[j]) * static_cast<double>(row[r][j]);
  }
  scores[0] = total(s0) + rest[0];
  scores[1] = total(s1) + rest[1];
  scores[2] = total(s2) + rest[2];
  scores[3] = total(s3) + rest[3];
}

// gradient += sum over four rows of slope * row.
template <Scalar W, Scalar R>
[[gnu::noinline]] void add_four_rows(W* __restrict gradient, const std::array<const R*, 4>& row,
                                     const std::array<R, 4>& slope, Index columns) {
  const R* __restrict r0 = row[0];
  const R* __restrict r1 = row[1];
  const R* __restrict r2 = row[2];
  const R* __restrict r3 = row[3];
  for (Index j = 0; j < columns; ++j) {
    gradient[j] +=
        static_cast<W>((slope[0] * r0[j] + slope[1] * r1[j]) + (slope[2] * r2[j] + slope[3] * r3[j]));
  }
}

// scores[i] = w . (row batch[i] of the matrix `rows`) for the whole batch.
template <Scalar W, Scalar R>
void score_rows(const W* w, const R* rows, Index columns, Batch batch, double* scores) {
  std::array<double, 4> four{};
  for (Index i = 0; i < batch.size(); i += 4) {
    std::array<const R*, 4> row{};
    const Index count = std::min<Index>(4, batch.size() - i);
    for (Index r = 0; r < 4; ++r) {
      row[static_cast<std::size_t>(r)] = rows + batch[i + std::min(r, count - 1)] * columns;
    }
    four_scores(w, row, columns, four.data());
    std::copy_n(four.data(), count, scores + i);
  }
}

// gradient += share * sum over the batch of slopes[i] * row.
template <Scalar W, Scalar R>
void add_rows(W* gradient, const R* rows, Index columns, Batch batch, const double* slopes, double share) {
  for (Index i = 0; i < batch.size(); i += 4) {
    std::array<const R*, 4> row{};
    std::array<R, 4> slope{};
    const Index count = std::min<Index>(4, batch.size() - i);
    for (Index r = 0; r < 4; ++r) {
      row[static_cast<std::size_t>(r)] = rows + batch[i + std::min(r, count - 1)] * columns;
      if (r < count) slope[static_cast<std::size_t>(r)] = static_cast<R>(slopes[i + r] * share);
    }
    add_four_rows(gradient, row, slope, columns);
  }
}

}  // namespace lookahead
