#pragma once
#include <optional>
#include <span>
#include <vector>

#include "base/aligned.hpp"

namespace lookahead {

// The x of A x = b for a square matrix of side x side numbers, row by row, by Gaussian elimination with
// partial pivoting and one step of refinement; nothing where a pivot vanishes beside the largest entry. With
// the same bits on every processor.
std::optional<std::vector<double>> solve_linear(const Aligned<double>& matrix, Index side,
                                                std::span<const double> b);

}  // namespace lookahead
