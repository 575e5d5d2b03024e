#include "data/sparse/entry_chunks.hpp"

#include <doctest/doctest.h>

// Entries of sparse rows in chunks are those that were added.
using namespace lookahead;

namespace {

// Row i has i % 5 entries.
std::uint32_t index_in(Index row, Index k) { return static_cast<std::uint32_t>(row + k); }
double value_in(Index row, Index k) { return static_cast<double>(row) + static_cast<double>(k) / 8; }

EntryChunks chunks_of(Index rows, bool on_disk) {
  EntryChunks chunks(on_disk);
  for (Index row = 0; row < rows; ++row) {
    for (Index k = 0; k < row % 5; ++k) chunks.add(index_in(row, k), value_in(row, k));
    chunks.end_row();
  }
  return chunks;
}

// How many entries of a chunk are those that were added, their indices `shift` larger.
Index as_added(const EntryChunks& chunks, Index chunk, Index shift) {
  Index same = 0, next = chunks.first_row(chunk);
  bool in_order = true;
  chunks.for_each_row_of(chunk, [&](Index row, std::span<const std::uint32_t> indices,
                                    std::span<const double> values) {
    in_order = in_order && row == next++ && std::ssize(indices) == row % 5 && indices.size() == values.size();
    if (!in_order) return;
    for (Index k = 0; k < row % 5; ++k) {
      const auto p = static_cast<std::size_t>(k);
      same += indices[p] == index_in(row + shift, k) && values[p] == value_in(row, k) ? 1 : 0;
    }
  });
  CHECK(in_order);
  CHECK(next == chunks.first_row(chunk + 1));
  return same;
}

}  // namespace

TEST_CASE("entries in chunks are those that were added, until a chunk is given back") {
  for (const bool on_disk : {false, true}) {
    for (const Index rows : {0, 1, 7, 400'000}) {
      CAPTURE(on_disk);
      CAPTURE(rows);
      EntryChunks chunks = chunks_of(rows, on_disk);
      CHECK(chunks.on_disk() == on_disk);
      CHECK(chunks.rows() == rows);
      CHECK(chunks.chunks() == (rows > 7 ? 4 : 1));
      CHECK(chunks.first_row(0) == 0);
      CHECK(chunks.first_row(chunks.chunks()) == rows);
      Index entries = 0, same = 0;
      for (Index row = 0; row < rows; ++row) entries += chunks.entries_of(row);
      CHECK(chunks.entries() == entries);
      for (Index chunk = 0; chunk < chunks.chunks(); ++chunk) same += as_added(chunks, chunk, 0);
      CHECK(same == entries);
      chunks.change_indices([](std::uint32_t index) { return index + 3; });
      same = 0;
      for (Index chunk = 0; chunk < chunks.chunks(); ++chunk) {
        same += as_added(chunks, chunk, 3);
        chunks.release(chunk);
      }
      CHECK(same == entries);
    }
  }
}
