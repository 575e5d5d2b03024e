#pragma once
#include <vector>

#include "optimizer/optimizer.hpp"

namespace lookahead {

// The parts of x that weight decay shrinks and those, the intercepts, that it leaves alone.
class Stretches {
 public:
  // decays: whether there is any decay at all; without it x is one part.
  Stretches(const OptimizerSeat& seat, bool decays) {
    Index from = 0;
    const auto add = [&](Index end, bool shrinks) {
      if (end > from) parts_.push_back({from, end, shrinks});
      from = end;
    };
    for (const Range& intercept : seat.intercepts) {
      if (!decays) break;
      add(intercept.first, true);
      add(intercept.last, false);
    }
    add(seat.dimension, decays);
  }

  // Calls visit(from, size, decays) for every part.
  template <class F>
  void each(F&& visit) const {
    for (const Part& part : parts_)
      visit(static_cast<std::size_t>(part.first), static_cast<std::size_t>(part.last - part.first),
            part.decays);
  }

 private:
  struct Part : Range {
    Part(Index from, Index end, bool shrinks) : Range{from, end}, decays(shrinks) {}
    bool decays;
  };
  std::vector<Part> parts_;
};

}  // namespace lookahead
