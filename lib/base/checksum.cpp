#include "base/checksum.hpp"

#include <zlib.h>

namespace lookahead {

void Checksum::add(std::span<const char> bytes) {
  if (bytes.empty()) return;
  value_ = static_cast<std::uint32_t>(
      ::crc32_z(value_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint32_t checksum_of(std::span<const char> bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

}  // namespace lookahead
