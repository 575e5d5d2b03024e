#pragma once
#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

namespace lookahead::pairs {

// Random choices, the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  // From 0 to below n.
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  int from(int low, int high) { return low + below(high - low + 1); }
  bool once_in(int n) { return below(n) == 0; }
  // From -1 to 1.
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-52 - 1; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(static_cast<int>(values.size())));
  }
  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace lookahead::pairs
