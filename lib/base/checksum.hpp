#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace lookahead {

// The CRC-32 of bytes, taken piece by piece (that of gzip and PNG; ISO 3309).
class Checksum {
 public:
  void add(std::span<const char> bytes);
  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 0;
};

std::uint32_t checksum_of(std::span<const char> bytes);

// A number that tells texts apart: FNV-1a of 64 bits (Fowler, Noll, Vo). `seed` continues an earlier one.
constexpr std::uint64_t fnv_offset = 0xCBF29CE484222325U;
constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t seed = fnv_offset) {
  std::uint64_t hash = seed;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  return hash;
}

}  // namespace lookahead
