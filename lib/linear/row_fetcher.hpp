#pragma once
#include <algorithm>

#include "data/batch.hpp"

namespace lookahead {

// Brings rows to the cache that will be needed soon: while some are used, those that stand `distance` further on.
// That helps rows in order too: the processor's own fetching stops where the scores of a block are done, and comes
// late to the next one. Of rows in any other order several are asked for at once, counted from the end of the list,
// however it is cut into batches and blocks: the processor then looks up their addresses side by side.
template <Scalar R>
class RowFetcher {
 public:
  // For the use of `batch` from row `from` on, of the matrix `rows` with one target each. Long rows are fetched one by
  // one, as many rows ahead as `long_ahead` says; 0: not at all, as where each is used for long.
  RowFetcher(const R* rows, const R* targets, Index columns, const Batch& batch, Index from,
             Index long_ahead = 0)
      : rows_(rows),
        targets_(targets),
        bytes_(columns * static_cast<Index>(sizeof(R))),
        together_(bytes_ > longest    ? 1
                  : bytes_ > long_row ? few
                                      : many) {
    const Index further = bytes_ > longest ? long_ahead : distance;
    const Index left = further == 0 ? 0 : std::max<Index>(0, batch.size() + batch.upcoming() - from);
    ahead_ = batch.ahead(from + further, left);
    at_ = batch.contiguous() ? 0 : left & (together_ - 1);
  }
  // The `count` next ones are used, at most 4. Inline, as GCC takes a function that does nothing but fetch for
  // one without effects.
  [[gnu::always_inline]] void next(Index count) {
    if (ahead_.contiguous()) {
      const Index end = std::min(at_ + count, ahead_.size());
      // Their targets are few lines, in order too.
      if (at_ < end) fetch_lines(row(ahead_[at_]), (end - at_) * bytes_);
      at_ = end;
      return;
    }
    used_ += count;
    if (at_ >= used_) return;
    const Index end = std::min(at_ + together_, ahead_.size());
    for (Index at = at_; at < end; ++at) {
      const Index i = ahead_[at];
      fetch_lines(row(i), bytes_);
      fetch(row(i) + bytes_ - 1);
      fetch(targets_ + i);
    }
    at_ += together_;
  }

 private:
  // Far enough for the memory to answer, near enough for the cache to hold what is between.
  static constexpr Index distance = 32;
  // Bytes of a row. Within a longer one the processor fetches by itself, and many of them fill the cache.
  static constexpr Index longest = 2048;
  // Rows that are asked for at once, powers of 2: fewer of those beyond some bytes, as there is room for so many
  // requests.
  static constexpr Index many = 16, few = 4, long_row = 512;

  // To the second cache: the first one has room for few requests, and who asks for more waits as if for the memory.
  template <class Number>
  [[gnu::always_inline]] static void fetch(const Number* from) {
    constexpr int reads = 0, second_cache = 2;
    __builtin_prefetch(from, reads, second_cache);
  }

  [[gnu::always_inline]] static void fetch_lines(const char* from, Index bytes) {
    constexpr Index line = 64;
    for (Index byte = 0; byte < bytes; byte += line) fetch(from + byte);
  }
  const char* row(Index i) const { return reinterpret_cast<const char*>(rows_) + i * bytes_; }

  const R* rows_;
  const R* targets_;
  Index bytes_, together_;
  Batch ahead_;
  Index at_ = 0;    // from which of them on the next ones are to be asked for
  Index used_ = 0;  // rows
};

}  // namespace lookahead
