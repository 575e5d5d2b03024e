#include "random/stream.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace lookahead {
namespace {

// 53 random bits as a double in [0, 1).
double unit(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t word = (static_cast<std::uint64_t>(high) << 32) | low;
  return static_cast<double>(word >> 11) * 0x1.0p-53;
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

void Stream::uniforms(std::uint64_t step, std::span<double> out) const {
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const auto drawn = bits(step, static_cast<std::uint32_t>(i / 2));
    out[i] = unit(drawn[0], drawn[1]);
    if (i + 1 < out.size()) out[i + 1] = unit(drawn[2], drawn[3]);
  }
}

void Stream::normals(std::uint64_t step, std::span<double> out) const {
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const auto drawn = bits(step, static_cast<std::uint32_t>(i / 2));
    const double radius = std::sqrt(-2 * std::log1p(-unit(drawn[0], drawn[1])));
    const double angle = 2 * std::numbers::pi * unit(drawn[2], drawn[3]);
    out[i] = radius * std::cos(angle);
    if (i + 1 < out.size()) out[i + 1] = radius * std::sin(angle);
  }
}

Index Stream::below(std::uint64_t step, std::uint32_t lane, Index count) const {
  const auto drawn = bits(step, lane);
  const std::uint64_t word = (static_cast<std::uint64_t>(drawn[0]) << 32) | drawn[1];
  __extension__ using Wide = unsigned __int128;
  return static_cast<Index>((static_cast<Wide>(word) * static_cast<Wide>(count)) >> 64);
}

void shuffle(const Stream& stream, std::uint64_t step, std::span<std::uint32_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = out.size(); i > 1; --i) {
    const auto lane = static_cast<std::uint32_t>(i);
    std::swap(out[i - 1], out[static_cast<std::size_t>(stream.below(step, lane, static_cast<Index>(i)))]);
  }
}

}  // namespace lookahead
