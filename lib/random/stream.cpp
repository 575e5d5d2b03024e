#include "random/stream.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "simd/scalar_math.hpp"

namespace lookahead {
namespace {

// 53 random bits as a double in [0, 1).
double unit(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t word = (static_cast<std::uint64_t>(high) << 32) | low;
  return static_cast<double>(word >> 11) * 0x1.0p-53;
}

// A number of {0, ..., count - 1} from 64 random bits.
Index scaled(std::uint32_t high, std::uint32_t low, Index count) {
  const std::uint64_t word = (static_cast<std::uint64_t>(high) << 32) | low;
  __extension__ using Wide = unsigned __int128;
  return static_cast<Index>((static_cast<Wide>(word) * static_cast<Wide>(count)) >> 64);
}

// The same for a count of up to 2^32, by products of 64 bits, which vectors have.
std::uint32_t scaled_by_words(std::uint32_t high, std::uint32_t low, std::uint64_t count) {
  return static_cast<std::uint32_t>((count * high + (count * low >> 32)) >> 32);
}

}  // namespace

Stream::Stream(std::uint64_t seed, Purpose purpose, Index agent)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      tag_((static_cast<std::uint32_t>(purpose) << 24) | (static_cast<std::uint32_t>(agent) & 0xFFFFFFU)) {}

std::array<std::uint32_t, 4> Stream::bits(std::uint64_t step, std::uint32_t lane) const {
  using Philox = r123::Philox4x32;
  const Philox::ctr_type counter = {
      {lane, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32), tag_}};
  const Philox::key_type key = {{key_[0], key_[1]}};
  const auto drawn = Philox()(counter, key);
  return {drawn[0], drawn[1], drawn[2], drawn[3]};
}

Stream::ManyBits Stream::many_bits(std::uint64_t step, std::uint32_t lane) const {
  ManyBits words;
  auto &a = words[0], &b = words[1], &c = words[2], &d = words[3];
  for (std::size_t i = 0; i < many; ++i) a[i] = lane + static_cast<std::uint32_t>(i);
  b.fill(static_cast<std::uint32_t>(step));
  c.fill(static_cast<std::uint32_t>(step >> 32));
  d.fill(tag_);
  std::uint32_t even_key = key_[0], odd_key = key_[1];
  for (int round = 0; round < 10; ++round) {
    // Told to be vectorized, as GCC otherwise unrolls it first.
#pragma omp simd
    for (std::size_t i = 0; i < many; ++i) {
      const std::uint64_t p = std::uint64_t{PHILOX_M4x32_0} * a[i];
      const std::uint64_t q = std::uint64_t{PHILOX_M4x32_1} * c[i];
      a[i] = static_cast<std::uint32_t>(q >> 32) ^ b[i] ^ even_key;
      b[i] = static_cast<std::uint32_t>(q);
      c[i] = static_cast<std::uint32_t>(p >> 32) ^ d[i] ^ odd_key;
      d[i] = static_cast<std::uint32_t>(p);
    }
    even_key += PHILOX_W32_0;
    odd_key += PHILOX_W32_1;
  }
  return words;
}

void Stream::uniforms(std::uint64_t step, std::span<double> out, std::size_t first) const {
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const auto drawn = bits(step, static_cast<std::uint32_t>((first + i) / 2));
    out[i] = unit(drawn[0], drawn[1]);
    if (i + 1 < out.size()) out[i + 1] = unit(drawn[2], drawn[3]);
  }
}

void Stream::normals(std::uint64_t step, std::span<double> out, std::size_t first) const {
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const auto drawn = bits(step, static_cast<std::uint32_t>((first + i) / 2));
    const double radius = std::sqrt(-2 * math::log1p(-unit(drawn[0], drawn[1])));
    const double angle = 2 * std::numbers::pi * unit(drawn[2], drawn[3]);
    const auto [sine, cosine] = math::sine_and_cosine(angle);
    out[i] = radius * cosine;
    if (i + 1 < out.size()) out[i + 1] = radius * sine;
  }
}

Index Stream::below(std::uint64_t step, std::uint32_t lane, Index count) const {
  const auto drawn = bits(step, lane);
  return scaled(drawn[0], drawn[1], count);
}

void shuffle(const Stream& stream, std::uint64_t step, std::span<std::uint32_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint32_t>(i);
  // Partners are drawn ahead, two from one draw, and fetched before they are swapped.
  constexpr std::size_t ahead = 2 * Stream::many;
  std::array<std::uint32_t, ahead> partners;
  for (std::size_t end = out.size() + 1; end > 2;) {
    // Element i - 1 is swapped with one of the first i, for i from end - 1 down to first.
    const std::size_t first = end > ahead ? (end - ahead + 1) / 2 * 2 : 2;
    const Stream::ManyBits drawn = stream.many_bits(step, static_cast<std::uint32_t>(first / 2));
#pragma omp simd
    for (std::size_t draw = 0; draw < Stream::many; ++draw) {
      const std::size_t even = first + 2 * draw, odd = even + 1;
      partners[2 * draw] = scaled_by_words(drawn[0][draw], drawn[1][draw], even);
      partners[2 * draw + 1] = scaled_by_words(drawn[2][draw], drawn[3][draw], odd);
    }
    for (std::size_t i = first; i < end; ++i) __builtin_prefetch(&out[partners[i - first]], 1);
    for (; end > first; --end) std::swap(out[end - 2], out[partners[end - 1 - first]]);
  }
}

}  // namespace lookahead
