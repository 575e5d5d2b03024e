#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "data/read/cell.hpp"

namespace lookahead {

// A cell in four bytes: a whole number below 2^30, which stands for it divided by a power of ten, or the
// number of a boxed text in the lowest range.
using PackedCell = std::int32_t;
inline constexpr std::int64_t most_packed = std::int64_t{1} << 30;
inline constexpr int most_places = 15;

inline PackedCell pack_boxed(std::uint32_t id) { return static_cast<PackedCell>(0x8000'0000U | id); }
inline bool is_packed_box(PackedCell cell) {
  return cell < std::numeric_limits<PackedCell>::min() + (1 << 25);
}
inline std::uint32_t unpack_boxed(PackedCell cell) { return static_cast<std::uint32_t>(cell) & 0x7FFF'FFFF; }

// Packs a cell as a whole number of 1 / scale; false where that is not exactly what it is.
inline bool pack_cell(double cell, double scale, PackedCell& out) {
  // Adding and subtracting it rounds to a whole number, which then stands in the low bits.
  constexpr double rounder = 0x1.8p52;
  const double shifted = cell * scale + rounder;
  const double whole = shifted - rounder;
  const bool fits = (whole / scale == cell) & (std::abs(whole) < static_cast<double>(most_packed));
  const auto low = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(shifted));
  const std::uint32_t boxed = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(cell)) | 0x8000'0000U;
  const bool is_box = is_boxed(cell);
  out = static_cast<PackedCell>(is_box ? boxed : low);
  return fits | is_box;
}

inline double unpack_cell(PackedCell cell, double scale) {
  const double number = static_cast<double>(cell) / scale;
  const std::uint64_t boxed = std::bit_cast<std::uint64_t>(box(0)) | unpack_boxed(cell);
  return is_packed_box(cell) ? std::bit_cast<double>(boxed) : number;
}

}  // namespace lookahead
