#pragma once
#include <vector>

#include "base/archive.hpp"
#include "random/stream.hpp"

namespace lookahead {

// Chooses the rows (terms) of every step, in one of two ways: each epoch goes through all rows once, in a new
// random order, in batches; a last short batch is kept. A batch as large as the data is the whole data, in
// order. Or every step draws on its own.
class Sampler {
 public:
  // Epochs. terms = 0 is a deterministic objective: every step uses it as it is and there are no epochs.
  // 0 < terms < 2^32, batch >= 1.
  Sampler(Index terms, Index batch, std::uint64_t seed, Index agent);
  // No epochs: every step draws `size` terms independently, with replacement, a function of (seed, agent,
  // step) alone. 0 < terms < 2^32, size >= 1.
  static Sampler independent(Index terms, Index size, std::uint64_t seed, Index agent);

  // Epochs over the rows of one part: those whose number leaves `part` when divided by `parts`, 0 <= part <
  // parts <= terms; the agent of that number. A batch as large as the part is the part, in order.
  static Sampler part(Index terms, Index batch, std::uint64_t seed, Index part, Index parts);

  // Rows [first, last) of the current epoch's order for the next step; advances. rows() gives their numbers.
  struct Draw {
    bool all = true;
    std::span<const std::uint32_t> rows;  // empty where all rows are meant
    Index size = 1;                       // rows used; 1 for a deterministic objective
    Index upcoming = 0;                   // rows of the same order that stand behind them
  };
  Draw next();

  // Steps of one epoch; 0 for a deterministic objective and for independent draws.
  Index steps_per_epoch() const { return steps_per_epoch_; }
  // Whether every step uses all terms.
  bool all_terms() const { return !independent_ && stride_ == 1 && steps_per_epoch_ <= 1; }
  void exchange(Archive& archive);

 private:
  void order_rows();

  Index terms_, batch_, steps_per_epoch_;
  Stream stream_;
  bool independent_ = false;
  Index first_ = 0, stride_ = 1;  // of the part's rows
  Index epoch_ = 0;               // the epoch `order_` belongs to
  Index position_ = 0;            // rows of it already used; independent: steps drawn
  std::vector<std::uint32_t> order_;
};

}  // namespace lookahead
