#include "data/encode/weights.hpp"

#include <algorithm>
#include <cmath>

#include "data/read/cell.hpp"

namespace lookahead {
namespace {

// Whether the weights have a mean to be divided by.
template <Scalar T>
bool normalize(std::vector<double>& weights, std::vector<T>& out) {
  if (weights.empty()) return true;
  double greatest = 0;
  for (const double weight : weights) greatest = std::max(greatest, weight);
  if (greatest == 0) return false;
  // Of numbers up to 1, so that the sum of the largest ones there are is finite.
  double sum = 0, count = 0;
  for (double& weight : weights) {
    weight /= greatest;
    if (!std::isnan(weight)) sum += weight, ++count;
  }
  const double mean = sum / count;
  for (const double weight : weights) out.push_back(static_cast<T>(weight / mean));
  return true;
}

// Calls visit(row, weight) for every row.
template <class Visit>
void for_each_weight(const Table& table, Index column, Visit visit) {
  const TableColumn& source = table.columns[static_cast<std::size_t>(column)];
  table.cells.for_each(column, [&](std::size_t row, double cell) {
    visit(row, is_boxed(cell) ? source.texts[unbox(cell)].value : cell);
  });
}

}  // namespace

std::vector<double> row_weights(const Table& table, const RowParts& parts) {
  std::vector<double> weights;
  bool some = false;
  double sum = 0, greatest = 0;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (!table.columns[j].reading.weights) continue;
    for_each_weight(table, static_cast<Index>(j), [&](std::size_t row, double weight) {
      weights.push_back(weight);
      some = some || (weight > 0 && part_of(parts, static_cast<Index>(row)) == RowPart::training);
      sum += weight;
      greatest = std::max(greatest, weight);
    });
  }
  if (!some) return {};
  if (!std::isfinite(sum)) {
    for (double& weight : weights) weight /= greatest;
  }
  return weights;
}

template <Scalar T>
void copy_weights(const Table& table, Index column, Dataset<T>& rows) {
  if (column < 0) return;
  for_each_weight(table, column,
                  [&](std::size_t, double weight) { rows.weights.push_back(static_cast<T>(weight)); });
}

template <Scalar T>
Checked<Done> encode_weights(const Table& table, Index column, const RowParts& parts, PartSets<T>& sets) {
  if (column < 0) return Done{};
  const TableColumn& source = table.columns[static_cast<std::size_t>(column)];
  std::array<std::vector<double>, part_count> weights;
  for_each_weight(table, column, [&](std::size_t row, double weight) {
    weights[static_cast<std::size_t>(part_of(parts, static_cast<Index>(row)))].push_back(weight);
  });
  for (std::size_t part = 0; part < part_count; ++part) {
    if (normalize(weights[part], sets[static_cast<RowPart>(part)].weights)) continue;
    const bool whole = std::ranges::count_if(weights, [](const auto& own) { return !own.empty(); }) == 1;
    if (whole) {
      return Fault{FaultKind::data,
                   {table.file, 0, source.field},
                   source.title() + ": all weights are 0",
                   "a weight says how much a row counts; leave data.weights out"};
    }
    return Fault{FaultKind::data,
                 {table.file, 0, source.field},
                 source.title() + ": all rows of a part, training, validation or test, have weight 0",
                 "set another data.split_seed, or other shares in data.validation and data.test"};
  }
  return Done{};
}

template void copy_weights(const Table&, Index, Dataset<float>&);
template void copy_weights(const Table&, Index, Dataset<double>&);
template Checked<Done> encode_weights(const Table&, Index, const RowParts&, PartSets<float>&);
template Checked<Done> encode_weights(const Table&, Index, const RowParts&, PartSets<double>&);

}  // namespace lookahead
