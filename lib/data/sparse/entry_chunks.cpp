#include "data/sparse/entry_chunks.hpp"

#include <algorithm>

#include "base/memory.hpp"

namespace lookahead {
namespace {

constexpr std::size_t entry_bytes = sizeof(double) + sizeof(std::uint32_t);
constexpr std::size_t full_count = std::size_t{1} << 18;

}  // namespace

void EntryChunks::end_row() {
  const Index all = full_entries_ + std::ssize(indices_);
  counts_.push_back(static_cast<std::uint32_t>(all - entries_));
  entries_ = all;
  if (indices_.size() >= full_count) fill_chunk();
}

void EntryChunks::fill_chunk() {
  const double bytes = static_cast<double>(entries_) * entry_bytes;
  // A system that promises more than it has would end the program.
  if (!on_disk() && bytes > usable_memory()) throw MoreThanMemory(bytes);
  const std::size_t count = indices_.size();
  full_.push_back({memory_.take(count * entry_bytes), count});
  ends_.push_back(rows());
  std::copy(values_.begin(), values_.end(), full_.back().values());
  std::copy(indices_.begin(), indices_.end(), full_.back().indices());
  rest(std::ssize(full_) - 1);
  values_.clear();
  indices_.clear();
  full_entries_ = entries_;
}

EntryChunks::Entries EntryChunks::entries_in(Index chunk) const {
  if (chunk == std::ssize(full_)) return {indices_.data(), values_.data()};
  const Chunk& full = full_[static_cast<std::size_t>(chunk)];
  return {full.indices(), full.values()};
}

std::span<std::uint32_t> EntryChunks::indices_in(Index chunk) {
  if (chunk == std::ssize(full_)) return indices_;
  const Chunk& full = full_[static_cast<std::size_t>(chunk)];
  return {full.indices(), full.count};
}

void EntryChunks::release(Index chunk) {
  if (chunk < std::ssize(full_)) {
    full_[static_cast<std::size_t>(chunk)].memory = {};
    return;
  }
  indices_ = {};
  values_ = {};
}

}  // namespace lookahead
