#include "data/sparse/column_moments.hpp"

#include <algorithm>
#include <cmath>

#include "data/read/resolution.hpp"

namespace lookahead {

void ColumnSums::add(double x) {
  sum += x, ++count;
  least = std::min(least, x), greatest = std::max(greatest, x);
}

void ColumnSums::add_deviation(double x, double n) {
  const long double deviation = x - sum / n;
  squares += deviation * deviation;
}

std::pair<double, double> ColumnSums::mean_and_deviation(double n) {
  if (count < n) least = std::min(least, 0.0), greatest = std::max(greatest, 0.0);
  if (least == greatest) return {least, 0};
  const long double mean = sum / n;
  const auto deviation = static_cast<double>(std::sqrt((squares + (n - count) * mean * mean) / n));
  return {static_cast<double>(mean), is_rounding(deviation, least, greatest) ? 0 : deviation};
}

ColumnMoments column_moments(const EntryChunks& rows, const RowParts& parts, Index columns) {
  std::vector<ColumnSums> sums(static_cast<std::size_t>(columns));
  const auto for_each_value = [&](auto visit) {
    rows.for_each_row([&](Index row, std::span<const std::uint32_t> indices, std::span<const double> values) {
      if (part_of(parts, row) != RowPart::training) return;
      for (std::size_t p = 0; p < indices.size(); ++p) visit(sums[indices[p]], values[p]);
    });
  };
  const auto n = static_cast<double>(
      parts.empty() ? rows.rows() : std::count(parts.begin(), parts.end(), RowPart::training));
  for_each_value([](ColumnSums& column, double x) { column.add(x); });
  for_each_value([&](ColumnSums& column, double x) { column.add_deviation(x, n); });
  ColumnMoments moments{std::vector<double>(sums.size()), std::vector<double>(sums.size())};
  for (std::size_t j = 0; j < sums.size(); ++j) {
    const auto [mean, deviation] = sums[j].mean_and_deviation(n);
    moments.means[j] = mean, moments.deviations[j] = deviation;
  }
  return moments;
}

}  // namespace lookahead
