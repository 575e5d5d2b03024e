#include "data/chunks.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace lookahead {
namespace {

constexpr Index piece_bytes = Index{1} << 22;

}  // namespace

Chunks::Chunks(Index width)
    : width_(width),
      rows_per_piece_(std::max<Index>(1, piece_bytes / (width * static_cast<Index>(sizeof(double))))) {}

Chunks::Chunks(Chunks&& other) noexcept
    : width_(other.width_),
      rows_per_piece_(other.rows_per_piece_),
      rows_(std::exchange(other.rows_, 0)),
      pieces_(std::exchange(other.pieces_, {})) {}

Chunks::~Chunks() {
  for (Index i = 0; i < pieces(); ++i) release(i);
}

bool Chunks::append(std::span<const double> row) {
  const Index within = rows_ % rows_per_piece_;
  if (within == 0) {
    // Not from malloc: it keeps what it has grown to, and the point is to give memory back.
    const auto bytes = static_cast<std::size_t>(rows_per_piece_ * width_) * sizeof(double);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    pieces_.push_back(static_cast<double*>(memory));
  }
  std::memcpy(pieces_.back() + within * width_, row.data(), row.size_bytes());
  ++rows_;
  return true;
}

std::span<double> Chunks::piece(Index i) const {
  const Index rows = std::min(rows_per_piece_, rows_ - i * rows_per_piece_);
  return {pieces_[static_cast<std::size_t>(i)], static_cast<std::size_t>(rows * width_)};
}

void Chunks::release(Index i) {
  double*& memory = pieces_[static_cast<std::size_t>(i)];
  if (memory == nullptr) return;
  ::munmap(memory, static_cast<std::size_t>(rows_per_piece_ * width_) * sizeof(double));
  memory = nullptr;
}

}  // namespace lookahead
