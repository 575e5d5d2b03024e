#include "engine/average_memories.hpp"

#include <algorithm>

namespace lookahead {

template <Scalar T>
void average_memories(Agent<T>& agent, const Shards& shards) {
  const Index count = agent.memories();
  if (count == 1) return;
  bool equal = true;
  for (Index m = 1; m < count; ++m) equal = equal && agent.share(m) == agent.share(0);
  // Equal shares are multiplied at the end, once.
  const auto share_of = [&](Index m) { return equal ? T{1} : static_cast<T>(agent.share(m)); };
  const T last = equal ? static_cast<T>(1.0 / static_cast<double>(count)) : T{1};
  const Memory<T> first = agent.memory(0);
  for (std::size_t s = 0; s < first.segments.size(); ++s) {
    if (!first.segments[s].linear) continue;
    const std::span<T> whole = first.segments[s].values;
    shards.each(whole.size(), [&](std::size_t from, std::size_t size) {
      const auto part_of = [&](Index m) { return agent.memory(m).segments[s].values.subspan(from, size); };
      const std::span<T> mean = whole.subspan(from, size);
      for (T& value : mean) value *= share_of(0);
      for (Index m = 1; m < count; ++m) {
        const std::span<T> other = part_of(m);
        const T share = share_of(m);
        for (std::size_t i = 0; i < size; ++i) mean[i] += share * other[i];
      }
      for (T& value : mean) value *= last;
      for (Index m = 1; m < count; ++m) std::copy(mean.begin(), mean.end(), part_of(m).begin());
    });
  }
}

template void average_memories(Agent<float>&, const Shards&);
template void average_memories(Agent<double>&, const Shards&);

}  // namespace lookahead
