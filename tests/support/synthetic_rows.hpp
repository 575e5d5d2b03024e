#pragma once
#include "data/dataset.hpp"
#include "random/stream.hpp"

namespace lookahead::test {

// `rows` x `columns` standard normal numbers, a third of them zeros, with targets: classes, or numbers if
// `classes` is 0.
template <Scalar T>
Dataset<T> synthetic_rows(Index rows, Index columns, Index classes, std::uint64_t seed = 1) {
  Dataset<T> data;
  data.rows = rows;
  data.columns = columns;
  std::vector<double> draws(static_cast<std::size_t>(rows * (columns + 1)));
  const Stream stream(seed, Purpose::problem);
  stream.normals(0, draws);
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows * columns); ++i) {
    const bool zero = stream.below(1, static_cast<std::uint32_t>(i), 3) == 0;
    data.features.push_back(zero ? T{0} : static_cast<T>(static_cast<float>(draws[i])));
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
    const double number = draws[static_cast<std::size_t>(rows * columns) + i];
    data.targets.push_back(static_cast<T>(
        classes > 0 ? static_cast<double>(stream.below(2, static_cast<std::uint32_t>(i), classes))
                    : static_cast<double>(static_cast<float>(number))));
  }
  return data;
}

// The same rows in sparse form.
template <Scalar T>
Dataset<T> sparse_of(const Dataset<T>& dense) {
  Dataset<T> sparse = dense;
  sparse.features.clear();
  sparse.starts.push_back(0);
  for (Index i = 0; i < dense.rows; ++i) {
    for (Index j = 0; j < dense.columns; ++j) {
      const T x = dense.features[static_cast<std::size_t>(i * dense.columns + j)];
      if (x == T{0}) continue;
      sparse.indices.push_back(static_cast<std::uint32_t>(j));
      sparse.values.push_back(x);
    }
    sparse.starts.push_back(static_cast<Index>(sparse.indices.size()));
  }
  return sparse;
}

}  // namespace lookahead::test
