#include "linear/dense_rows.hpp"

#include <algorithm>

namespace lookahead {
namespace {

// Asks the memory for a row that is needed soon.
template <Scalar T>
void fetch(const T* row, Index columns) {
  constexpr Index line = 64 / static_cast<Index>(sizeof(T));
  for (Index j = 0; j < columns; j += line) __builtin_prefetch(row + j);
}

template <Scalar T>
void gather(const Dataset<T>& rows, const Batch& block, T* space) {
  constexpr Index ahead = 2;
  const Index columns = rows.columns;
  const T* features = rows.features.data();
  const Index known = block.size() + block.upcoming();
  for (Index i = 0; i < block.size(); ++i) {
    if (i + ahead < known) fetch(features + block[i + ahead] * columns, columns);
    std::copy_n(features + block[i] * columns, columns, space + i * columns);
  }
}

template <Scalar T>
void spread(const Dataset<T>& rows, const Batch& block, T* space) {
  std::fill_n(space, block.size() * rows.columns, T{0});
  for (Index i = 0; i < block.size(); ++i) {
    T* row = space + i * rows.columns;
    for_each_entry(rows, block[i], [&](Index column, T value) { row[column] = value; });
  }
}

}  // namespace

template <Scalar T>
const T* dense_rows(const Dataset<T>& rows, const Batch& block, T* space) {
  if (rows.sparse()) {
    spread(rows, block, space);
    return space;
  }
  if (block.contiguous()) return rows.features.data() + block[0] * rows.columns;
  gather(rows, block, space);
  return space;
}

template const float* dense_rows(const Dataset<float>&, const Batch&, float*);
template const double* dense_rows(const Dataset<double>&, const Batch&, double*);

}  // namespace lookahead
