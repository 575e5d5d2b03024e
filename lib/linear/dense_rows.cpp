#include "linear/dense_rows.hpp"

#include <algorithm>

#include "linear/row_fetcher.hpp"

namespace lookahead {
namespace {

template <Scalar T>
void gather(const Dataset<T>& rows, const Batch& block, T* space) {
  const Index columns = rows.columns;
  const T* features = rows.features.data();
  // Copying is quick: even long rows are waited for.
  constexpr Index long_ahead = 2;
  RowFetcher<T> fetcher(features, rows.targets.data(), columns, block, 0, long_ahead);
  for (Index i = 0; i < block.size(); ++i) {
    fetcher.next(1);
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
