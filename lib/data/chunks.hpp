#pragma once
#include <span>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// Rows of doubles in pieces of about 4 MiB that go back to the system one by one, so that rows can be turned
// into something else without ever having both in memory.
class Chunks {
 public:
  // `width` > 0 numbers in a row.
  explicit Chunks(Index width);
  Chunks(Chunks&& other) noexcept;
  Chunks& operator=(Chunks&&) = delete;
  ~Chunks();

  // Appends a row; false when there is no memory left.
  bool append(std::span<const double> row);
  Index rows() const { return rows_; }
  Index width() const { return width_; }
  // The number of pieces and their rows, one after the other.
  Index pieces() const { return static_cast<Index>(pieces_.size()); }
  std::span<double> piece(Index i) const;
  // Gives the memory of piece i back; its rows are gone.
  void release(Index i);
  // Calls visit(row, cell) for the cells of a column, rows numbered from 0 throughout.
  template <class Visit>
  void for_each(Index column, Visit visit) const {
    std::size_t row = 0;
    for (Index i = 0; i < pieces(); ++i) {
      const auto cells = piece(i);
      for (auto at = static_cast<std::size_t>(column); at < cells.size();
           at += static_cast<std::size_t>(width_))
        visit(row++, cells[at]);
    }
  }

 private:
  Index width_, rows_per_piece_, rows_ = 0;
  std::vector<double*> pieces_;
};

}  // namespace lookahead
