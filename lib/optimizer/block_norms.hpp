#pragma once
#include <cmath>
#include <span>
#include <vector>

#include "optimizer/optimizer.hpp"
#include "parallel/sums.hpp"

namespace lookahead {

// The parts of x that layer-wise rules scale each by itself. Intercepts are parts of their own, which have
// neither decay nor a ratio other than 1.
class Blocks {
 public:
  explicit Blocks(const OptimizerSeat& seat) : shards_(seat.shards) {
    std::vector<Index> ends = seat.blocks;
    if (ends.empty()) ends.push_back(seat.dimension);
    auto intercept = seat.intercepts.begin();
    Index from = 0;
    for (const Index end : ends) {
      for (; intercept != seat.intercepts.end() && intercept->first < end; ++intercept) {
        add(from, intercept->first, false);
        add(intercept->first, intercept->last, true);
        from = intercept->last;
      }
      add(from, end, false);
      from = std::max(from, end);
    }
  }

  // For what is done with the coordinates of a part.
  const Shards& shards() const { return shards_; }
  // Calls visit(from, size, free) for every part, `free` for intercepts.
  template <class F>
  void each(F&& visit) const {
    for (const Part& part : parts_) visit(part.from, part.size, part.free);
  }

 private:
  struct Part {
    std::size_t from, size;
    bool free;
  };
  void add(Index from, Index end, bool free) {
    if (end > from)
      parts_.push_back({static_cast<std::size_t>(from), static_cast<std::size_t>(end - from), free});
  }

  Shards shards_;
  std::vector<Part> parts_;
};

// trust |x| / |update| of a part, or 1 where one of them vanishes (You et al., 2017 and 2020).
template <Scalar T>
double trust_ratio(const Shards& shards, std::span<const T> x, std::span<const T> update, double trust = 1) {
  const double size = squared_norm(shards, x), step = squared_norm(shards, update);
  return size > 0 && step > 0 ? trust * std::sqrt(size / step) : 1.0;
}

}  // namespace lookahead
