#pragma once
#include "base/scalar.hpp"

namespace lookahead {

// A matrix that is read: its number (i, j) is data[i * row_step + j * column_step], where one of the steps is
// 1.
template <Scalar T>
struct MatrixView {
  const T* data;
  Index row_step, column_step;
};

// Numbers row after row, `columns` in each.
template <Scalar T>
MatrixView<T> by_rows(const T* data, Index columns) {
  return {data, columns, 1};
}
template <Scalar T>
MatrixView<T> transposed(MatrixView<T> matrix) {
  return {matrix.data, matrix.column_step, matrix.row_step};
}

// c += a b, or c = a b, where a is rows x depth, b depth x columns, and row i of c begins at c + i * c_step.
// The order in which the products of a number of c are added depends on the sizes alone: that of `depth`, or of lanes
// and then pairs of them where a has few rows. They are added by fused multiply-adds where the processor has them,
// whatever its registers and caches; only without them, on x86-64 before v3, are products rounded. No allocation.
template <Scalar T>
void add_product(T* c, Index c_step, MatrixView<T> a, MatrixView<T> b, Index rows, Index depth,
                 Index columns);
template <Scalar T>
void set_product(T* c, Index c_step, MatrixView<T> a, MatrixView<T> b, Index rows, Index depth,
                 Index columns);

// The same with every product rounded before it is added, as every processor can, at half the speed.
void add_rounded_product(double* c, Index c_step, MatrixView<double> a, MatrixView<double> b, Index rows,
                         Index depth, Index columns);

}  // namespace lookahead
