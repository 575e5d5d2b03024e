#include "data/chunks.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>
#include <utility>

#include "data/cell.hpp"
#include "data/decimal.hpp"

namespace lookahead {
namespace {

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
// Boxed texts take the lowest numbers of 32 bits, decimals those between -2^30 and 2^30.
constexpr std::int32_t first_decimal = lowest + (1 << 24);
constexpr double most_decimal = 1 << 30;
constexpr std::uint8_t most_places = 15;
// Adding and subtracting it rounds to a whole number, which then stands in the low bits.
constexpr double rounder = 0x1.8p52;
constexpr std::uint32_t single_box = 0x7FC0'0000;
// Between these single precision keeps all of its digits.
constexpr double least_single = 1e-30, most_single = 1e30;

// Packs one cell as m / scale; false where that is not what it is.
inline bool pack_decimal(double cell, double scale, std::int32_t& out) {
  const double shifted = cell * scale + rounder;
  const double whole = shifted - rounder;
  const bool fits = (whole / scale == cell) & (std::abs(whole) < most_decimal);
  const auto low = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(shifted));
  const std::uint32_t boxed = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(cell)) | 0x8000'0000;
  const bool is_box = is_boxed(cell);
  out = static_cast<std::int32_t>(is_box ? boxed : low);
  return fits | is_box;
}

inline double unpack_decimal(std::int32_t cell, double scale) {
  const double number = static_cast<double>(cell) / scale;
  const std::uint64_t boxed =
      std::bit_cast<std::uint64_t>(box(0)) | (static_cast<std::uint32_t>(cell) & 0x7FFF'FFFF);
  return cell < first_decimal ? std::bit_cast<double>(boxed) : number;
}

inline double unpack_single(std::int32_t cell, double center) {
  const auto number = std::bit_cast<float>(cell);
  if (std::isnan(number)) return box(static_cast<std::uint32_t>(cell) & ~single_box);
  return static_cast<double>(number) + center;
}

// Packs all rows with the decimal places given; what does not fit is marked in `misfit`.
void pack_rows(const double* cells, Index rows, Index width, const double* scales, std::int32_t* out,
               std::uint8_t* misfit) {
  for (Index row = 0; row < rows; ++row) {
    const double* const from = cells + row * width;
    std::int32_t* const to = out + row * width;
    for (Index j = 0; j < width; ++j) {
      std::int32_t packed = 0;
      misfit[j] |= static_cast<std::uint8_t>(!pack_decimal(from[j], scales[j], packed));
      to[j] = packed;
    }
  }
}

bool pack_column(const double* cells, Index rows, Index width, double scale, std::int32_t* out) {
  for (Index at = 0; at < rows * width; at += width) {
    if (!pack_decimal(cells[at], scale, out[at])) return false;
  }
  return true;
}

bool round_column(const double* cells, Index rows, Index width, double center, std::int32_t* out) {
  for (Index at = 0; at < rows * width; at += width) {
    const double difference = cells[at] - center;
    const double size = std::abs(difference);
    if (is_boxed(cells[at])) {
      out[at] = static_cast<std::int32_t>(single_box | unbox(cells[at]));
    } else if (size == 0 || (size >= least_single && size <= most_single)) {
      out[at] = std::bit_cast<std::int32_t>(static_cast<float>(difference));
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

Chunk::Chunk(std::span<const double> cells, Index width, std::span<const double> centers, Habit& habit)
    : rows_(std::ssize(cells) / width), width_(width) {
  if (cells.empty()) return;
  wide_ = false;
  allocate(sizeof(std::int32_t));
  if (pack(cells, centers, habit)) return;
  *this = Chunk();
  rows_ = std::ssize(cells) / width;
  width_ = width;
  allocate(sizeof(double));
  std::memcpy(memory_, cells.data(), cells.size_bytes());
}

Chunk::Chunk(Chunk&& other) noexcept { *this = std::move(other); }

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  std::swap(rows_, other.rows_);
  std::swap(width_, other.width_);
  std::swap(wide_, other.wide_);
  std::swap(places_, other.places_);
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Chunk::~Chunk() {
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
}

void Chunk::allocate(std::size_t cell_size) {
  // Not from malloc: it keeps what it has grown to, and the point is to give memory back.
  bytes_ = static_cast<std::size_t>(rows_ * width_) * cell_size;
  void* memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  memory_ = memory;
}

bool Chunk::pack(std::span<const double> cells, std::span<const double> centers, Habit& habit) {
  const auto width = static_cast<std::size_t>(width_);
  habit.places.resize(width);
  habit.misfit.assign(width, 0);
  std::vector<double> scales(width);
  for (std::size_t j = 0; j < width; ++j) scales[j] = powers_of_ten[habit.places[j]];
  auto* const out = static_cast<std::int32_t*>(memory_);
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
  if (wide_) {
    std::memcpy(out, static_cast<const double*>(memory_) + first * width_,
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
      const auto* const from = static_cast<const std::int32_t*>(memory_) + (first + row) * width_ + start;
      double* const to = out + row * width_ + start;
      for (Index j = 0; j < columns; ++j) to[j] = unpack_decimal(from[j], scales[j]);
      for (Index j = 0; any_single && j < columns; ++j) {
        if (rounded(start + j)) to[j] = unpack_single(from[j], centers[static_cast<std::size_t>(start + j)]);
      }
    }
  }
}

double Chunk::cell(Index row, Index column, std::span<const double> centers) const {
  const Index at = row * width_ + column;
  if (wide_) return static_cast<const double*>(memory_)[at];
  const std::int32_t packed = static_cast<const std::int32_t*>(memory_)[at];
  const std::uint8_t places = places_[static_cast<std::size_t>(column)];
  if (places == single) return unpack_single(packed, centers[static_cast<std::size_t>(column)]);
  return unpack_decimal(packed, powers_of_ten[places]);
}

void Chunk::set_boxed(Index row, Index column, std::uint32_t id) {
  const Index at = row * width_ + column;
  if (wide_) {
    static_cast<double*>(memory_)[at] = box(id);
  } else {
    const std::uint32_t mark = rounded(column) ? single_box : 0x8000'0000;
    static_cast<std::int32_t*>(memory_)[at] = static_cast<std::int32_t>(mark | id);
  }
}

Index Chunks::reserve(Index rows) {
  chunks_.emplace_back();
  starts_.push_back(rows_);
  rows_ += rows;
  return chunks() - 1;
}

}  // namespace lookahead
