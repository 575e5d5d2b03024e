#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "base/scalar.hpp"

namespace lookahead {

// What random numbers are for. Every purpose has its own independent numbers; values are part of a run's
// meaning.
enum class Purpose : std::uint32_t {
  start = 1,
  noise = 2,
  shuffle = 3,
  split = 4,
  rotation = 5,
  probe = 6,
  problem = 7,
  dropout = 8,
  sweep = 9,
  resampling = 10
};

// Random numbers as a function of (seed, purpose, agent, step, lane): no state, nothing to save, no order of
// drawing that could matter. Philox-4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, Index agent = 0);

  // 128 random bits.
  std::array<std::uint32_t, 4> bits(std::uint64_t step, std::uint32_t lane) const;
  // The same of many lanes, from `lane` on, word by word: in less time, as processors work at several at once.
  static constexpr std::size_t many = 64;
  using ManyBits = std::array<std::array<std::uint32_t, many>, 4>;
  ManyBits many_bits(std::uint64_t step, std::uint32_t lane) const;
  // Uniform in [0, 1), 53 bits each; lane i of the result is lane first + i of the stream. `first` is even.
  void uniforms(std::uint64_t step, std::span<double> out, std::size_t first = 0) const;
  // Standard normal, by the transform of Box and Muller (1958); lanes 2j and 2j+1 share one draw. `first` as
  // above.
  void normals(std::uint64_t step, std::span<double> out, std::size_t first = 0) const;
  // Uniform in {0, ..., count - 1}; count > 0.
  Index below(std::uint64_t step, std::uint32_t lane, Index count) const;

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint32_t tag_;
};

// The numbers 0 ... n-1 in random order (Fisher and Yates), a function of the stream and `step` alone.
void shuffle(const Stream& stream, std::uint64_t step, std::span<std::uint32_t> out);

}  // namespace lookahead
