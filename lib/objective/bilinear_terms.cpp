#include "objective/bilinear_terms.hpp"

#include <cmath>

#include "objective/synthetic.hpp"

namespace lookahead {

Aligned<double> mean_of_rows(const Aligned<double>& rows_of, Index rows, Index columns) {
  const auto width = static_cast<std::size_t>(columns);
  Aligned<double> mean(width, 0.0);
  for (std::size_t first = 0; first < rows_of.size(); first += width) {
    for (std::size_t j = 0; j < width; ++j) mean[j] += rows_of[first + j];
  }
  for (double& number : mean) number /= static_cast<double>(rows);
  return mean;
}

LinearParts::LinearParts(Index seed, Index terms, Index n, double deviation)
    : terms_(terms), width_(2 * n), rows_(normal_rows(seed, terms, width_, DataPart::offsets)) {
  const double scale = deviation / std::sqrt(static_cast<double>(n));
  for (double& number : rows_) number *= scale;
  mean_ = mean_of_rows(rows_, terms, width_);
}

}  // namespace lookahead
