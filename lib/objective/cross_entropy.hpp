#pragma once
#include "data/dataset.hpp"
#include "objective/objective.hpp"

namespace lookahead {

// Softmax cross entropy, log sum_k e^{s_k} - s_y, of a block of rows with one score per class.

// The sum over the block of each row's loss times its weight, `weights` having one for every row; empty: all
// are 1. If slopes are wanted, the scores, one row after
// the other, are replaced by `share` times the derivatives of that sum. Where there is a place for them, the
// probabilities are written too, the same as class_probabilities() has.
template <Scalar T>
double cross_entropy(const Dataset<T>& rows, const std::vector<T>& weights, const Batch& block, T* scores,
                     Index classes, double share, bool want_slopes, double* probabilities = nullptr);

// Probabilities of the classes, one row after the other.
template <Scalar T>
void class_probabilities(const T* scores, Index rows, Index classes, double* probabilities);

}  // namespace lookahead
