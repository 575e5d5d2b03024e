#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "data/dataset.hpp"

namespace lookahead {

// What a row of the training file is for.
enum class RowPart : std::uint8_t { training, validation, test };
inline constexpr std::size_t part_count = 3;

// The part of every row; empty: all are for training.
using RowParts = std::vector<RowPart>;

inline RowPart part_of(const RowParts& parts, Index row) {
  return parts.empty() ? RowPart::training : parts[static_cast<std::size_t>(row)];
}
inline bool has_part(const RowParts& parts, RowPart part) {
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

// The rows of each part.
template <Scalar T>
class PartSets {
 public:
  Dataset<T>& operator[](RowPart part) { return sets_[static_cast<std::size_t>(part)]; }
  auto begin() { return sets_.begin(); }
  auto end() { return sets_.end(); }

 private:
  std::array<Dataset<T>, part_count> sets_;
};

}  // namespace lookahead
