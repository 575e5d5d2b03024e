#pragma once
#include <span>
#include <vector>

#include "base/archive.hpp"
#include "base/parts.hpp"
#include "random/stream.hpp"

namespace lookahead {

// How the rows of the steps follow each other.
enum class Sampling {
  shuffle,      // every epoch goes through all rows once, in a new random order
  replacement,  // every row of every step is drawn independently
  sequential,   // every epoch goes through all rows in the data's order
  // Every epoch goes through all rows once: blocks of consecutive rows in random order, each shuffled within.
  // Memory is read nearly in order, but rows of a block stay together, so that this is a random order only
  // roughly.
  blocks
};

// Chooses the rows (terms) of every step. An epoch's last short batch is kept. A batch as large as the data
// is the whole data, in order. An epoch of independent draws is as many steps as it takes to draw as many
// rows.
class Sampler {
 public:
  static constexpr Index block_rows = 256;  // of Sampling::blocks

  // Epochs over all terms, or where `rows` is not empty over the terms it lists: terms is their number, and
  // the list must outlive the sampler. terms = 0 is a deterministic objective: every step uses it as it is
  // and there are no epochs. 0 < terms < 2^32, batch >= 1.
  Sampler(Index terms, Index batch, std::uint64_t seed, Index agent, Sampling sampling = Sampling::shuffle,
          std::span<const std::uint32_t> rows = {});
  // No epochs: every step draws `size` terms independently, with replacement, a function of (seed, agent,
  // step) alone. 0 < terms < 2^32, size >= 1.
  static Sampler independent(Index terms, Index size, std::uint64_t seed, Index agent);

  // Epochs over one part of the terms, 0 <= part < division.parts <= terms; the agent of that number. A batch
  // as large as the part is the part, in order.
  static Sampler part(Index terms, Index batch, std::uint64_t seed, Index part, const Division& division,
                      Sampling sampling = Sampling::shuffle, std::span<const std::uint32_t> rows = {});

  // Rows [first, last) of the current epoch's order for the next step; advances. rows() gives their numbers.
  struct Draw {
    bool all = true;  // all of them, or a part whose rows stand side by side, from row `first` on
    Index first = 0;
    std::span<const std::uint32_t> rows;  // empty where `all`
    Index size = 1;                       // rows used; 1 for a deterministic objective
    Index upcoming = 0;                   // rows of the same order that stand behind them
  };
  Draw next();

  // The rows of the next steps that the epoch has left, at most `most`, where each of them has one row of a
  // list; `size` is how many. 0: the next step is one for next(). Does not advance; skip() does.
  Draw single_rows(Index most) const;
  void skip(Index steps_of_single_rows) { position_ += steps_of_single_rows; }

  // Steps of one epoch; 0 for a deterministic objective and for draws without epochs.
  Index steps_per_epoch() const { return steps_per_epoch_; }
  // Whether every step uses all terms.
  bool all_terms() const { return whole() && !listed() && !part_; }
  void exchange(Archive& archive);

 private:
  Sampler(Index terms, Index batch, std::uint64_t seed, Index agent, Sampling sampling,
          std::span<const std::uint32_t> rows, Index first, Index stride, bool part);
  bool whole() const { return !independent_ && steps_per_epoch_ <= 1; }
  // Whether the rows do not stand side by side.
  bool listed() const { return stride_ > 1 || !rows_.empty(); }
  void order_rows();
  void shuffle_blocks();
  // The rows at the positions that `order_` holds.
  void find_rows();

  Index terms_, batch_, steps_per_epoch_;
  Stream stream_;
  Sampling sampling_;
  std::span<const std::uint32_t> rows_;  // empty: all terms
  bool independent_;
  Index first_, stride_;  // of the part's rows
  bool part_;             // there are others
  Index epoch_ = 0;       // the epoch `order_` belongs to
  Index position_ = 0;    // rows of it already used; independent: steps drawn
  std::vector<std::uint32_t> order_, blocks_;
};

}  // namespace lookahead
