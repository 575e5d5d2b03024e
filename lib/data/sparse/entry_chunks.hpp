#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/own_memory.hpp"
#include "base/scalar.hpp"

namespace lookahead {

// The entries of sparse rows, an index and a value each, in chunks of whole rows. The memory of each chunk can be
// given back by itself while the rows are turned into something else, so that both are never in memory.
class EntryChunks {
 public:
  // on_disk: the memory holds those chunks that are looked at.
  explicit EntryChunks(bool on_disk = false) : memory_(on_disk) {}

  bool on_disk() const { return memory_.on_disk(); }
  Index rows() const { return std::ssize(counts_); }
  // All, and those of a row.
  Index entries() const { return entries_; }
  Index entries_of(Index row) const { return counts_[static_cast<std::size_t>(row)]; }

  // Appends an entry to the row that end_row() ends.
  void add(std::uint32_t index, double value) {
    indices_.push_back(index);
    values_.push_back(value);
  }
  // Throws std::bad_alloc where there is no memory, or the folder has no room; MoreThanMemory where the entries
  // would take more than the usable memory.
  void end_row();

  Index chunks() const { return std::ssize(full_) + 1; }
  // That of chunks(), which is none, is rows().
  Index first_row(Index chunk) const {
    if (chunk > std::ssize(full_)) return rows();
    return chunk == 0 ? 0 : ends_[static_cast<std::size_t>(chunk) - 1];
  }

  // Calls visit(row, indices, values) for the rows of a chunk.
  template <class Visit>
  void for_each_row_of(Index chunk, Visit visit) const {
    const Entries entries = entries_in(chunk);
    std::size_t at = 0;
    for (Index row = first_row(chunk); row < first_row(chunk + 1); ++row) {
      const auto count = static_cast<std::size_t>(entries_of(row));
      visit(row, std::span<const std::uint32_t>(entries.indices + at, count),
            std::span<const double>(entries.values + at, count));
      at += count;
    }
    rest(chunk);
  }
  // For all rows.
  template <class Visit>
  void for_each_row(Visit visit) const {
    for (Index chunk = 0; chunk < chunks(); ++chunk) for_each_row_of(chunk, visit);
  }
  // Replaces every index by change(index).
  template <class Change>
  void change_indices(Change change) {
    for (Index chunk = 0; chunk < chunks(); ++chunk) {
      for (std::uint32_t& index : indices_in(chunk)) index = change(index);
      rest(chunk);
    }
  }
  // Gives the memory of a chunk back; its entries are gone.
  void release(Index chunk);

 private:
  struct Chunk {
    // The values, then the indices.
    OwnMemory memory;
    std::size_t count = 0;
    double* values() const { return reinterpret_cast<double*>(memory.data()); }
    std::uint32_t* indices() const { return reinterpret_cast<std::uint32_t*>(values() + count); }
  };
  struct Entries {
    const std::uint32_t* indices;
    const double* values;
  };

  Entries entries_in(Index chunk) const;
  std::span<std::uint32_t> indices_in(Index chunk);
  void rest(Index chunk) const {
    if (chunk < std::ssize(full_)) full_[static_cast<std::size_t>(chunk)].memory.rest();
  }
  // Makes a chunk of the rows that are in none.
  void fill_chunk();

  MemoryPieces memory_;
  Index entries_ = 0, full_entries_ = 0;  // of rows that have ended, of full chunks
  std::vector<std::uint32_t> counts_;     // of every row's entries
  std::vector<Chunk> full_;
  std::vector<Index> ends_;  // the row after the last one of each full chunk
  // The last chunk, which grows.
  std::vector<std::uint32_t> indices_;
  std::vector<double> values_;
};

}  // namespace lookahead
