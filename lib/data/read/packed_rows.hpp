#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "data/read/decimal.hpp"
#include "data/read/packed_cell.hpp"

namespace lookahead {

// Rows of packed cells with as many decimal places in every column as its numbers need.
class PackedRows {
 public:
  explicit PackedRows(std::size_t width) : places(width), width_(width) {}

  // The cells of row i, which comes after all others.
  PackedCell* row(Index i) {
    const std::size_t needed = (static_cast<std::size_t>(i) + 1) * width_;
    if (needed > cells_.size()) cells_.resize(std::max(2 * cells_.size(), needed));
    return cells_.data() + static_cast<std::size_t>(i) * width_;
  }
  std::span<PackedCell> rows(Index count) {
    return {cells_.data(), static_cast<std::size_t>(count) * width_};
  }

  // Puts a decimal into row i; false where the column would need more than a packed cell holds.
  [[gnu::noinline]] bool put(Index i, std::size_t column, DecimalText decimal) {
    const int more = places[column] - decimal.fraction;
    if (more < 0) return put(i, column, decimal.value());
    if (more > 9) return false;
    const std::int64_t digits = decimal.digits * static_cast<std::int64_t>(powers_of_ten[more]);
    if (std::abs(decimal.digits) >= most_packed || std::abs(digits) >= most_packed) return false;
    row(i)[column] = static_cast<PackedCell>(digits);
    return true;
  }

  // Puts a number, or a boxed text.
  bool put(Index i, std::size_t column, double value) {
    PackedCell cell = 0;
    for (int tried = places[column]; tried <= most_places; ++tried) {
      if (!pack_cell(value, powers_of_ten[tried], cell)) continue;
      if (!raise(i, column, tried)) return false;
      row(i)[column] = cell;
      return true;
    }
    return false;
  }

  std::vector<int> places;  // of every column

 private:
  // Gives the column's cells in the first `count` rows more places.
  bool raise(Index count, std::size_t column, int to) {
    const int more = to - places[column];
    if (more == 0) return true;
    if (more > 9) {
      for (Index i = 0; i < count; ++i) {
        const PackedCell cell = row(i)[column];
        if (cell != 0 && !is_packed_box(cell)) return false;
      }
    } else {
      const auto factor = static_cast<std::int64_t>(powers_of_ten[more]);
      for (Index i = 0; i < count; ++i) {
        PackedCell& cell = row(i)[column];
        if (is_packed_box(cell)) continue;
        if (std::abs(cell * factor) >= most_packed) return false;
        cell = static_cast<PackedCell>(cell * factor);
      }
    }
    places[column] = to;
    return true;
  }

  std::size_t width_;
  std::vector<PackedCell> cells_;
};

}  // namespace lookahead
