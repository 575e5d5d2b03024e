#pragma once
#include <cstddef>
#include <limits>
#include <vector>

#include "base/aligned.hpp"
#include "engine/agent.hpp"
#include "parallel/shards.hpp"

namespace lookahead {

// What a pullback goes back to: copies of the linear memories of an agent's optimizers as the last sync left
// them.
template <Scalar T>
class Pullback {
 public:
  // Copies the memories as they are now. Allocates the first time only.
  void remember(Agent<T>& agent) {
    std::size_t next = 0;
    for (Index i = 0; i < agent.memories(); ++i) {
      for (const Segment<T>& segment : agent.memory(i).segments) {
        if (next == copies_.size()) copies_.emplace_back();
        Aligned<T>& copy = copies_[next++];
        if (segment.linear) copy.assign(segment.values.begin(), segment.values.end());
      }
    }
  }

  // Every linear vector s becomes alpha s + (1 - alpha) copy, and the copy the same; squares not below 0.
  void pull_back(Agent<T>& agent, double alpha, const Shards& shards) {
    const T kept = static_cast<T>(alpha), rest = static_cast<T>(1 - alpha);
    std::size_t next = 0;
    for (Index i = 0; i < agent.memories(); ++i) {
      const Memory<T> memory = agent.memory(i);
      for (const Segment<T>& segment : memory.segments) {
        Aligned<T>& copy = copies_[next++];
        if (!segment.linear) continue;
        const T least = segment.squares ? T{0} : -std::numeric_limits<T>::infinity();
        shards.each(segment.values.size(), [&](std::size_t from, std::size_t size) {
          for (std::size_t j = from; j < from + size; ++j) {
            const T moved = kept * segment.values[j] + rest * copy[j];
            segment.values[j] = moved < least ? least : moved;
            copy[j] = segment.values[j];  // an alias would turn the rule into another one
          }
        });
      }
    }
  }

  // Of every memory all segments, those that are not linear empty.
  std::vector<Aligned<T>>& copies() { return copies_; }

 private:
  std::vector<Aligned<T>> copies_;
};

}  // namespace lookahead
