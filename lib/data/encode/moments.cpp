#include "data/encode/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/read/cell.hpp"
#include "data/read/resolution.hpp"
#include "parallel/parallel.hpp"

namespace lookahead {
namespace {

// Cells looked at together, so that they stay in the first cache.
constexpr Index most_block_cells = 2048;
constexpr Index most_rows = 256;
// Chunks whose sums are in memory at the same time, for every thread.
constexpr Index chunks_at_once = 4;

// Count, weight, mean and sum of squared deviations of a column's cells in a group of rows, to which others
// are added one after the other (Chan, Golub and LeVeque, 1979). Cells are measured from the column's first
// one that counts, so that nothing is lost far from zero.
struct Sums {
  Index count = 0;
  long double weight = 0, mean = 0, squares = 0;
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();

  void add(const Sums& group) {
    if (group.count == 0) return;
    const long double difference = group.mean - mean;
    const long double share = group.weight / (weight + group.weight);
    squares += group.squares + difference * difference * share * weight;
    mean += difference * share;
    count += group.count;
    weight += group.weight;
    least = std::min(least, group.least);
    greatest = std::max(greatest, group.greatest);
  }
};

// Rows of a chunk as numbers, and their sums.
class Summer {
 public:
  Summer(const Table& table, const RowParts& parts, const std::vector<double>& weights,
         const std::vector<double>& origins)
      : table_(table),
        parts_(parts),
        weights_(weights),
        origins_(origins),
        width_(table.cells.width()),
        rows_(std::clamp<Index>(most_block_cells / width_, 1, most_rows)),
        cells_(static_cast<std::size_t>(rows_ * width_)),
        first_(static_cast<std::size_t>(width_)),
        second_(first_),
        least_(first_),
        greatest_(first_),
        means_(first_) {}

  void add(Index chunk, std::vector<Sums>& totals) {
    totals.assign(static_cast<std::size_t>(width_), Sums{});
    const Index all = table_.cells.rows_of(chunk);
    for (Index row = 0; row < all; row += rows_) {
      Index count = std::min(rows_, all - row);
      table_.cells.read(chunk, row, count, cells_.data());
      if (!weights_.empty()) {
        add_weighted(table_.cells.first_row(chunk) + row, count, totals);
        continue;
      }
      if (!parts_.empty()) count = training_rows(table_.cells.first_row(chunk) + row, count);
      if (count > 0) add_rows(count, totals);
    }
  }

 private:
  // Moves the training rows together; how many there are.
  Index training_rows(Index first, Index count) {
    Index kept = 0;
    for (Index i = 0; i < count; ++i) {
      if (part_of(parts_, first + i) != RowPart::training) continue;
      std::copy_n(cells_.data() + i * width_, width_, cells_.data() + kept++ * width_);
    }
    return kept;
  }

  void add_rows(Index count, std::vector<Sums>& totals) {
    const double n = static_cast<double>(count);
    const double* const origin = origins_.data();
    double* const first = first_.data();
    double* const second = second_.data();
    double* const least = least_.data();
    double* const greatest = greatest_.data();
    const auto reset = [&](std::vector<double>& values, double value) {
      std::fill(values.begin(), values.end(), value);
    };
    reset(first_, 0), reset(second_, 0);
    std::copy_n(cells_.data(), width_, least);
    std::copy_n(cells_.data(), width_, greatest);
    for (Index i = 0; i < count; ++i) {
      const double* const row = cells_.data() + i * width_;
      for (Index j = 0; j < width_; ++j) {
        first[j] += row[j] - origin[j];
        least[j] = row[j] < least[j] ? row[j] : least[j];
        greatest[j] = row[j] > greatest[j] ? row[j] : greatest[j];
      }
    }
    // What the rounding of the mean left over is taken out of it and of the squares.
    double* const mean = means_.data();
    for (Index j = 0; j < width_; ++j) mean[j] = first[j] / n;
    reset(first_, 0);
    for (Index i = 0; i < count; ++i) {
      const double* const row = cells_.data() + i * width_;
      for (Index j = 0; j < width_; ++j) {
        const double deviation = (row[j] - origin[j]) - mean[j];
        first[j] += deviation;
        second[j] += deviation * deviation;
      }
    }
    for (Index j = 0; j < width_; ++j) {
      const auto k = static_cast<std::size_t>(j);
      if (std::isfinite(second[j])) {
        const double rest = first[j] / n;
        totals[k].add({count, n, static_cast<long double>(mean[j]) + static_cast<long double>(rest),
                       static_cast<long double>(std::max(0.0, second[j] - n * rest * rest)), least[j],
                       greatest[j]});
      } else {
        totals[k].add(sums_of(j, count));
      }
    }
  }

  // Of a column with boxed cells or very large numbers, in these rows.
  Sums sums_of(Index j, Index count) const {
    Sums total;
    for (Index i = 0; i < count; ++i) add_cell(i, j, 1, total);
    return total;
  }

  // Row by row, from number `first` of the table on.
  void add_weighted(Index first, Index count, std::vector<Sums>& totals) const {
    for (Index i = 0; i < count; ++i) {
      const double weight = weights_[static_cast<std::size_t>(first + i)];
      if (weight == 0 || part_of(parts_, first + i) != RowPart::training) continue;
      for (Index j = 0; j < width_; ++j) add_cell(i, j, weight, totals[static_cast<std::size_t>(j)]);
    }
  }

  void add_cell(Index i, Index j, double weight, Sums& total) const {
    const auto k = static_cast<std::size_t>(j);
    double x = cells_[static_cast<std::size_t>(i * width_ + j)];
    if (is_boxed(x)) x = table_.columns[k].texts[unbox(x)].value;
    if (!std::isnan(x)) total.add({1, weight, static_cast<long double>(x - origins_[k]), 0, x, x});
  }

  const Table& table_;
  const RowParts& parts_;
  const std::vector<double>& weights_;
  const std::vector<double>& origins_;
  Index width_, rows_;
  std::vector<double> cells_, first_, second_, least_, greatest_, means_;
};

}  // namespace

std::vector<Moments> moments_of(const Table& table, const RowParts& parts, const std::vector<double>& weights,
                                Index threads) {
  const std::size_t width = table.columns.size();
  std::vector<Sums> totals(width);
  std::vector<double> origins(width);
  for (std::size_t j = 0; j < width && table.cells.rows() > 0; ++j) {
    // Of a row that counts: from elsewhere all digits of the others may be lost.
    table.cells.for_each_until(static_cast<Index>(j), [&](Index chunk, Index in_chunk, double cell) {
      const Index row = table.cells.first_row(chunk) + in_chunk;
      const bool counts = part_of(parts, row) == RowPart::training &&
                          (weights.empty() || weights[static_cast<std::size_t>(row)] > 0);
      if (!counts) return true;
      const double number = is_boxed(cell) ? table.columns[j].texts[unbox(cell)].value : cell;
      if (!std::isfinite(number)) return true;
      // The difference of two numbers beyond this may overflow.
      constexpr double far = 0x1p1000;
      origins[j] = is_boxed(cell) && std::abs(number) > far ? 0 : number;
      return false;
    });
  }
  const Index at_once = std::max<Index>(1, threads) * chunks_at_once;
  std::vector<std::vector<Sums>> groups(static_cast<std::size_t>(at_once));
  for (Index start = 0; start < table.cells.chunks(); start += at_once) {
    const Index count = std::min(at_once, table.cells.chunks() - start);
    for_each_on(threads, count, [&](Index i) {
      Summer(table, parts, weights, origins).add(start + i, groups[static_cast<std::size_t>(i)]);
    });
    for (Index i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < width; ++j) totals[j].add(groups[static_cast<std::size_t>(i)][j]);
    }
  }
  long double rows = 0;
  for (Index row = 0; row < table.cells.rows(); ++row) {
    if (part_of(parts, row) != RowPart::training) continue;
    rows += weights.empty() ? 1 : weights[static_cast<std::size_t>(row)];
  }
  std::vector<Moments> moments(width);
  for (std::size_t j = 0; j < width; ++j) {
    const Sums& total = totals[j];
    Moments& m = moments[j];
    m.count = total.count;
    if (m.count == 0) continue;
    m.mean = static_cast<double>(static_cast<long double>(origins[j]) + total.mean);
    m.sd = static_cast<double>(std::sqrt(total.squares / rows));
    if (total.least == total.greatest) m.mean = total.least, m.sd = 0;
    if (is_rounding(m.sd, total.least, total.greatest)) m.sd = 0;
    m.rounded = m.sd == 0 && total.least != total.greatest;
  }
  return moments;
}

}  // namespace lookahead
