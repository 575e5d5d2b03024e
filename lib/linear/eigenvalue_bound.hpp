#pragma once
#include "base/aligned.hpp"

namespace lookahead {

// An upper bound of the largest eigenvalue of a symmetric, positive semidefinite matrix of side x side
// numbers, from the traces of its powers: at most 1 % above it for a side of up to 1024. Where one eigenvalue
// stands out, few powers are formed.
double largest_eigenvalue_bound(Aligned<double> matrix, Index side);

// The products of all pairs of rows of a matrix of rows x columns numbers, row after row: rows x rows.
Aligned<double> pair_products(const Aligned<double>& matrix, Index rows, Index columns);

}  // namespace lookahead
