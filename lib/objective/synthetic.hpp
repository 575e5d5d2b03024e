#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "base/aligned.hpp"
#include "options/parameter.hpp"
#include "random/stream.hpp"

namespace lookahead {

// Data made from a seed, for finite sums.
struct SampleParameters {
  Index samples = 100;
  Index seed = 1;
};

// "samples" and "seed", of any struct P that inherits SampleParameters.
template <class P>
Parameters sample_parameters() {
  return {
      param("samples", static_cast<Index P::*>(&P::samples), "number of terms", at_least(2), at_most(1e6)),
      param("seed", static_cast<Index P::*>(&P::seed), "of the data", at_least(0))};
}

// What the streams of one problem's data are for.
enum class DataPart : Index { rows = 0, planted = 1, noise = 2, start = 3, offsets = 4 };
inline Stream data_stream(Index seed, DataPart part) {
  return Stream(static_cast<std::uint64_t>(seed), Purpose::problem, static_cast<Index>(part));
}

// rows x columns independent standard normal numbers, row after row. Fewer rows are the first of more.
Aligned<double> normal_rows(Index seed, Index rows, Index columns, DataPart part = DataPart::rows);

// The point data are planted at: uniform in [-1, 1] in every coordinate.
std::vector<double> planted_point(Index seed, Index dimension);

// `count` numbers log-spaced from 1/condition to 1, as the eigenvalues of a test problem; a single one is 1.
std::vector<double> log_spaced(double condition, Index count);

// A'A / rows, columns x columns, for A of rows x columns numbers, row after row.
Aligned<double> second_moments(const Aligned<double>& rows_of, Index rows, Index columns);

// A certified upper bound of the largest eigenvalue of A'A / rows. From the trace of a high power of the
// smaller of A'A and AA', at most 1 % above it, where the smaller side of A is at most 512 (and not much time
// is needed); otherwise the trace itself.
double largest_eigenvalue_bound(const Aligned<double>& rows_of, Index rows, Index columns);

// The largest eigenvalue of A'A / rows and its unit eigenvector; none for more than 512 columns,
// or very many rows.
std::optional<std::pair<double, std::vector<double>>> leading_eigenpair(const Aligned<double>& rows_of,
                                                                        Index rows, Index columns);

// The minimizer of |Ax - b|^2 / (2 rows) + ridge/2 |x|^2; none for more than 512 columns, very many
// rows, or where A'A is singular to rounding and there is no ridge.
std::optional<std::vector<double>> least_squares_solution(const Aligned<double>& rows_of, Index rows,
                                                          Index columns, const std::vector<double>& b,
                                                          double ridge);

}  // namespace lookahead
