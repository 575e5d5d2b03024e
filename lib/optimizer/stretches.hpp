#pragma once
#include <type_traits>
#include <vector>

#include "optimizer/optimizer.hpp"

namespace lookahead {

// The parts of x that weight decay shrinks and those, the intercepts, that it leaves alone; each in shards.
class Stretches {
 public:
  // decays: whether there is any decay at all; without it x is one part.
  Stretches(const OptimizerSeat& seat, bool decays) : shards_(seat.shards) {
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

  // Calls visit(from, size, decays) for every part or shard of one, of a large part on several threads.
  // A visitor that holds its numbers by value costs a small x the least.
  template <class F>
  void each(const F& visit) const {
    for (const Part& part : parts_) {
      if (Shards::count(part.size()) == 1) {
        visit(part.begin(), part.size(), part.decays);
      } else {
        shards_.each(part.size(), [visit, part](std::size_t from, std::size_t size) {
          visit(part.begin() + from, size, part.decays);
        });
      }
    }
  }
  // The sum of what visit returns, begun with 0 and made in order.
  template <class F>
  auto sum(const F& visit) const {
    std::invoke_result_t<F, std::size_t, std::size_t, bool> sum{};
    for (const Part& part : parts_) {
      sum = sum + shards_.sum(part.size(), [&](std::size_t from, std::size_t size) {
        return visit(part.begin() + from, size, part.decays);
      });
    }
    return sum;
  }

 private:
  struct Part : Range {
    Part(Index from, Index end, bool shrinks) : Range{from, end}, decays(shrinks) {}
    std::size_t begin() const { return static_cast<std::size_t>(first); }
    std::size_t size() const { return static_cast<std::size_t>(last - first); }
    bool decays;
  };
  Shards shards_;
  std::vector<Part> parts_;
};

}  // namespace lookahead
