#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <type_traits>

#include "parallel/pool.hpp"

namespace lookahead {

// The coordinates of a point, in ranges that the threads of a pool share out. Few coordinates are one range,
// which stays on the caller's thread. How many there are and where they end depends on the number of
// coordinates alone, so that a sum over ranges has the same bits with any number of threads.
class Shards {
 public:
  // All ranges on the caller's thread.
  Shards() = default;
  // On the threads of `pool`, which must outlive the shards. Like its tasks, what is done with a range may
  // not use the pool.
  explicit Shards(Pool& pool) : pool_(&pool) {}

  // From so many coordinates on there are several ranges: so many are worth the start of other threads.
  static constexpr std::size_t least = std::size_t{1} << 16;

  // The ranges of n coordinates, 1 to 256. All but the last are equally long, a multiple of 64 coordinates,
  // which keeps groups of functions and cache lines whole.
  static std::size_t count(std::size_t n) { return n < least ? 1 : (n + width(n) - 1) / width(n); }

  // Calls visit(from, size) once for every range of n coordinates. No allocation. Threads call a copy of
  // visit, so that what it holds by value can stay in registers where there is one range.
  template <class F>
  void each(std::size_t n, const F& visit) const {
    if (n < least) {
      visit(std::size_t{0}, n);
    } else {
      each_of(n, [visit](std::size_t, std::size_t from, std::size_t size) { visit(from, size); });
    }
  }

  // Calls visit(range, from, size) for every `step`th range of n coordinates, from number `first` on. No
  // allocation.
  template <class F>
  void each_range(std::size_t n, std::size_t first, std::size_t step, const F& visit) const {
    const std::size_t size = n < least ? n : width(n), all = count(n);
    if (first >= all) return;
    const auto call = [&](Index number) {
      const std::size_t range = first + static_cast<std::size_t>(number) * step;
      visit(range, range * size, std::min(size, n - range * size));
    };
    const auto calls = static_cast<Index>((all - first + step - 1) / step);
    if (pool_ != nullptr) {
      pool_->run(calls, [&](Index number, Index) { call(number); });
    } else {
      for (Index number = 0; number < calls; ++number) call(number);
    }
  }

  // part(from, size) of all ranges of n coordinates, put together by merge(a, b) in their order. No
  // allocation.
  template <class F, class Merge>
  auto merged(std::size_t n, const F& part, const Merge& merge) const {
    if (n < least) return part(std::size_t{0}, n);
    std::array<std::invoke_result_t<F, std::size_t, std::size_t>, most> parts;
    each_of(n, [&parts, part](std::size_t shard, std::size_t from, std::size_t size) {
      parts[shard] = part(from, size);
    });
    auto all = parts[0];
    for (std::size_t shard = 1; shard < count(n); ++shard) all = merge(all, parts[shard]);
    return all;
  }

  template <class F>
  auto sum(std::size_t n, const F& part) const {
    return merged(n, part, [](const auto& a, const auto& b) { return a + b; });
  }

  // The spans are equally long and do not overlap.
  template <class T>
  void copy(std::span<const std::type_identity_t<T>> from, std::span<T> to) const {
    each(to.size(),
         [&](std::size_t at, std::size_t size) { std::copy_n(from.data() + at, size, to.data() + at); });
  }

 private:
  static constexpr std::size_t most = 256;
  static constexpr std::size_t shortest = std::size_t{1} << 14;  // coordinates of a range, but for the last
  static constexpr std::size_t grain = 64;

  static std::size_t width(std::size_t n) {
    return std::max(shortest, ((n + most - 1) / most + grain - 1) / grain * grain);
  }

  // Out of line: what is done with few coordinates is compiled as if there were no shards.
  template <class F>
  [[gnu::noinline]] void each_of(std::size_t n, const F& visit) const {
    const std::size_t size = width(n);
    const auto ranges = static_cast<Index>(count(n));
    const auto call = [&](Index shard) {
      const auto s = static_cast<std::size_t>(shard);
      visit(s, s * size, std::min(size, n - s * size));
    };
    if (pool_ != nullptr) {
      pool_->run(ranges, [&](Index shard, Index) { call(shard); });
    } else {
      for (Index shard = 0; shard < ranges; ++shard) call(shard);
    }
  }

  Pool* pool_ = nullptr;
};

}  // namespace lookahead
