#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/own_memory.hpp"
#include "base/scalar.hpp"
#include "data/read/packed_cell.hpp"

namespace lookahead {

// Cells of rows in memory of their own that goes back to the system at once. Where all columns are short
// decimals a cell takes four bytes and comes back with the same bits: m / 10^p with a 30 bit m, and p of the
// column. Rows of other numbers take eight bytes a cell; or four where single precision is allowed: such a
// column then holds differences to its center, rounded.
class Chunk {
 public:
  // How a worker's last chunk was packed; the next one is tried in the same way first.
  struct Habit {
    std::vector<std::uint8_t> places;
    std::vector<std::uint8_t> misfit;
    std::vector<PackedCell> packed;
  };
  Chunk() = default;
  // Packs rows of `width` cells, which may be boxed (cell.hpp). `centers`, one per column, allow single
  // precision; empty forbids it. Throws bad_alloc where there is no memory.
  Chunk(std::span<const double> cells, Index width, std::span<const double> centers, Habit& habit,
        MemoryPieces& memory);
  // Takes over packed rows with so many decimal places in each column. Throws as above.
  Chunk(std::span<const PackedCell> cells, std::span<const int> places, MemoryPieces& memory);

  Index rows() const { return rows_; }
  // It will not be looked at for a while: on disk it leaves the memory.
  void rest() const { memory_.rest(); }
  // Rows [first, first + count) as they were, one after the other.
  void read(Index first, Index count, std::span<const double> centers, double* out) const;
  // The column's cells in rows [first, first + count).
  void read_column(Index column, Index first, Index count, std::span<const double> centers,
                   double* out) const;
  void set_boxed(Index row, Index column, std::uint32_t id);
  // Whether numbers of the column were rounded.
  bool rounded(Index column) const {
    return rows_ > 0 && !wide_ && places_[static_cast<std::size_t>(column)] == single;
  }

 private:
  static constexpr std::uint8_t single = 255;
  bool pack(std::span<const double> cells, std::span<const double> centers, Habit& habit);
  template <class Cell>
  void keep(std::span<const Cell> cells, MemoryPieces& memory);

  Index rows_ = 0, width_ = 0;
  bool wide_ = true;
  std::vector<std::uint8_t> places_;  // decimal places of every column, or `single`
  OwnMemory memory_;
};

// The rows of a table in chunks, which are given back one by one while the rows are turned into something
// else, so that both are never in memory.
class Chunks {
 public:
  // `width` > 0 cells in a row. on_disk: the memory holds those that are looked at.
  explicit Chunks(Index width, bool on_disk = false) : width_(width), memory_(on_disk) {}

  bool on_disk() const { return memory_.on_disk(); }
  // What the chunks are packed into.
  MemoryPieces& memory() { return memory_; }
  Index rows() const { return rows_; }
  Index width() const { return width_; }
  Index chunks() const { return static_cast<Index>(chunks_.size()); }
  // Appends room for a chunk of `rows` rows; its number. put() fills it.
  Index reserve(Index rows);
  void put(Index i, Chunk chunk) { chunks_[static_cast<std::size_t>(i)] = std::move(chunk); }
  // What columns may be measured from if single precision is enough; to be set before the first chunk is
  // packed.
  void set_centers(std::vector<double> centers) { centers_ = std::move(centers); }
  std::span<const double> centers() const { return centers_; }

  Index first_row(Index i) const { return starts_[static_cast<std::size_t>(i)]; }
  Index rows_of(Index i) const { return (i + 1 < chunks() ? first_row(i + 1) : rows_) - first_row(i); }
  // Rows [first, first + count) of chunk i, one after the other.
  void read(Index i, Index first, Index count, double* out) const {
    const Chunk& chunk = chunks_[static_cast<std::size_t>(i)];
    chunk.read(first, count, centers_, out);
    if (first + count == chunk.rows()) chunk.rest();
  }
  void set_boxed(Index i, Index row, Index column, std::uint32_t id) {
    chunks_[static_cast<std::size_t>(i)].set_boxed(row, column, id);
  }
  bool rounded(Index i, Index column) const { return chunks_[static_cast<std::size_t>(i)].rounded(column); }
  // Gives the memory of chunk i back; its rows are gone.
  void release(Index i) { chunks_[static_cast<std::size_t>(i)] = Chunk(); }

  // Calls visit(chunk, row in it, cell) for the cells of a column, until it returns false.
  template <class Visit>
  void for_each_until(Index column, Visit visit) const {
    double cells[256];
    constexpr Index most = std::ssize(cells);
    for (Index i = 0; i < chunks(); ++i) {
      for (Index row = 0; row < rows_of(i); row += most) {
        const Index count = std::min(most, rows_of(i) - row);
        chunks_[static_cast<std::size_t>(i)].read_column(column, row, count, centers_, cells);
        for (Index k = 0; k < count; ++k) {
          if (!visit(i, row + k, cells[k])) return;
        }
      }
      chunks_[static_cast<std::size_t>(i)].rest();
    }
  }

  // Calls visit(row, cell) for the cells of a column, rows numbered from 0 throughout.
  template <class Visit>
  void for_each(Index column, Visit visit) const {
    std::size_t number = 0;
    for_each_until(column, [&](Index, Index, double cell) {
      visit(number++, cell);
      return true;
    });
  }

 private:
  Index width_, rows_ = 0;
  MemoryPieces memory_;
  std::vector<Chunk> chunks_;
  std::vector<Index> starts_;
  std::vector<double> centers_;
};

}  // namespace lookahead
