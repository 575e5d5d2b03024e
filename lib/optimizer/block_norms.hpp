#pragma once
#include <cmath>
#include <span>
#include <vector>

#include "base/lanes.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead {

// The parts of x that layer-wise rules scale each by itself.
class Blocks {
 public:
  explicit Blocks(const OptimizerSeat& seat) : ends_(seat.blocks) {
    if (ends_.empty()) ends_.push_back(seat.dimension);
  }

  // Calls visit(from, size) for every part.
  template <class F>
  void each(F&& visit) const {
    Index from = 0;
    for (const Index end : ends_) {
      visit(static_cast<std::size_t>(from), static_cast<std::size_t>(end - from));
      from = end;
    }
  }

 private:
  std::vector<Index> ends_;
};

// trust |x| / |update| of a part, or 1 where one of them vanishes (You et al., 2017 and 2020).
template <Scalar T>
double trust_ratio(std::span<const T> x, std::span<const T> update, double trust = 1) {
  const double size = squared_norm(x), step = squared_norm(update);
  return size > 0 && step > 0 ? trust * std::sqrt(size / step) : 1.0;
}

}  // namespace lookahead
