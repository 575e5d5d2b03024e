#include "data/read/chunks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "data/read/cell.hpp"
#include "data/read/decimal.hpp"
#include "data/read/packed_cell.hpp"

namespace lookahead {
namespace {

constexpr std::uint32_t single_box = 0x7FC0'0000;
// Between these single precision keeps all of its digits.
constexpr double least_single = 1e-30, most_single = 1e30;

inline double unpack_single(PackedCell cell, double center) {
  const auto number = std::bit_cast<float>(cell);
  if (std::isnan(number)) return box(static_cast<std::uint32_t>(cell) & ~single_box);
  return static_cast<double>(number) + center;
}

// Packs all rows with the decimal places given; what does not fit is marked in `misfit`.
void pack_rows(const double* cells, Index rows, Index width, const double* scales, PackedCell* out,
               std::uint8_t* misfit) {
  for (Index row = 0; row < rows; ++row) {
    const double* const from = cells + row * width;
    PackedCell* const to = out + row * width;
    for (Index j = 0; j < width; ++j) {
      PackedCell packed = 0;
      misfit[j] |= static_cast<std::uint8_t>(!pack_cell(from[j], scales[j], packed));
      to[j] = packed;
    }
  }
}

bool pack_column(const double* cells, Index rows, Index width, double scale, PackedCell* out) {
  for (Index at = 0; at < rows * width; at += width) {
    if (!pack_cell(cells[at], scale, out[at])) return false;
  }
  return true;
}

bool round_column(const double* cells, Index rows, Index width, double center, PackedCell* out) {
  for (Index at = 0; at < rows * width; at += width) {
    const double difference = cells[at] - center;
    const double size = std::abs(difference);
    if (is_boxed(cells[at])) {
      out[at] = static_cast<PackedCell>(single_box | unbox(cells[at]));
    } else if (size == 0 || (size >= least_single && size <= most_single)) {
      out[at] = std::bit_cast<PackedCell>(static_cast<float>(difference));
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

Chunk::Chunk(std::span<const double> cells, Index width, std::span<const double> centers, Habit& habit,
             MemoryPieces& memory)
    : rows_(std::ssize(cells) / width), width_(width) {
  if (cells.empty()) return;
  habit.packed.resize(cells.size());
  wide_ = !pack(cells, centers, habit);
  if (wide_) {
    keep(cells, memory);
  } else {
    keep(std::span<const PackedCell>(habit.packed), memory);
  }
}

Chunk::Chunk(std::span<const PackedCell> cells, std::span<const int> places, MemoryPieces& memory)
    : rows_(std::ssize(cells) / std::ssize(places)), width_(std::ssize(places)), wide_(false) {
  if (cells.empty()) return;
  keep(cells, memory);
  for (const int place : places) places_.push_back(static_cast<std::uint8_t>(place));
}

template <class Cell>
void Chunk::keep(std::span<const Cell> cells, MemoryPieces& memory) {
  memory_ = memory.take(cells.size_bytes());
  std::memcpy(memory_.data(), cells.data(), cells.size_bytes());
  rest();
}

bool Chunk::pack(std::span<const double> cells, std::span<const double> centers, Habit& habit) {
  const auto width = static_cast<std::size_t>(width_);
  habit.places.resize(width);
  habit.misfit.assign(width, 0);
  std::vector<double> scales(width);
  for (std::size_t j = 0; j < width; ++j) scales[j] = powers_of_ten[habit.places[j]];
  PackedCell* const out = habit.packed.data();
  pack_rows(cells.data(), rows_, width_, scales.data(), out, habit.misfit.data());
  std::vector<std::uint8_t> rounded(width, 0);
  for (std::size_t j = 0; j < width; ++j) {
    if (habit.misfit[j] == 0) continue;
    std::uint8_t places = 0;
    while (places <= most_places &&
           !pack_column(cells.data() + j, rows_, width_, powers_of_ten[places], out + j))
      ++places;
    if (places <= most_places) {
      habit.places[j] = places;
      continue;
    }
    if (centers.empty() || !round_column(cells.data() + j, rows_, width_, centers[j], out + j)) return false;
    rounded[j] = 1;
  }
  places_ = habit.places;
  for (std::size_t j = 0; j < width; ++j) {
    if (rounded[j] != 0) places_[j] = single;
  }
  return true;
}

void Chunk::read(Index first, Index count, std::span<const double> centers, double* out) const {
  // Without rows nothing shows how cells are packed.
  if (count == 0) return;
  if (wide_) {
    std::memcpy(out, reinterpret_cast<const double*>(memory_.data()) + first * width_,
                static_cast<std::size_t>(count * width_) * sizeof(double));
    return;
  }
  // In pieces that fit here, so that no memory need be asked for.
  constexpr Index most = 512;
  double scales[most];
  for (Index start = 0; start < width_; start += most) {
    const Index columns = std::min(most, width_ - start);
    bool any_single = false;
    for (Index j = 0; j < columns; ++j) {
      const std::uint8_t places = places_[static_cast<std::size_t>(start + j)];
      any_single = any_single || places == single;
      scales[j] = places == single ? 1.0 : powers_of_ten[places];
    }
    for (Index row = 0; row < count; ++row) {
      const auto* const from =
          reinterpret_cast<const PackedCell*>(memory_.data()) + (first + row) * width_ + start;
      double* const to = out + row * width_ + start;
      for (Index j = 0; j < columns; ++j) to[j] = unpack_cell(from[j], scales[j]);
      for (Index j = 0; any_single && j < columns; ++j) {
        if (rounded(start + j)) to[j] = unpack_single(from[j], centers[static_cast<std::size_t>(start + j)]);
      }
    }
  }
}

void Chunk::read_column(Index column, Index first, Index count, std::span<const double> centers,
                        double* out) const {
  // The cells are far apart.
  constexpr Index ahead = 24;
  const auto visit = [&](const auto* cells, auto unpack) {
    cells += first * width_ + column;
    const Index last = (rows_ - first - 1) * width_;
    for (Index i = 0; i < count; ++i) {
      __builtin_prefetch(cells + std::min((i + ahead) * width_, last));
      out[i] = unpack(cells[i * width_]);
    }
  };
  if (wide_) return visit(reinterpret_cast<const double*>(memory_.data()), [](double cell) { return cell; });
  const auto* const cells = reinterpret_cast<const PackedCell*>(memory_.data());
  const auto j = static_cast<std::size_t>(column);
  if (places_[j] == single) {
    visit(cells, [center = centers[j]](PackedCell cell) { return unpack_single(cell, center); });
  } else {
    visit(cells, [scale = powers_of_ten[places_[j]]](PackedCell cell) { return unpack_cell(cell, scale); });
  }
}

void Chunk::set_boxed(Index row, Index column, std::uint32_t id) {
  const Index at = row * width_ + column;
  if (wide_) {
    reinterpret_cast<double*>(memory_.data())[at] = box(id);
  } else {
    reinterpret_cast<PackedCell*>(memory_.data())[at] =
        rounded(column) ? static_cast<PackedCell>(single_box | id) : pack_boxed(id);
  }
}

Index Chunks::reserve(Index rows) {
  chunks_.emplace_back();
  starts_.push_back(rows_);
  rows_ += rows;
  return chunks() - 1;
}

}  // namespace lookahead
