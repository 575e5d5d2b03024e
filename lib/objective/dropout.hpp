#pragma once
#include <cmath>

#include "objective/objective.hpp"
#include "random/stream.hpp"

namespace lookahead {

// Inverted dropout (Srivastava et al., JMLR 2014): a unit is 0 with the probability `rate`, otherwise divided
// by 1 - rate. Which units are dropped is a function of the draw, the row's number, the layer and the unit
// alone, whatever batch, shard or thread the row is part of.
class Dropout {
 public:
  explicit Dropout(double rate)
      : kept_(static_cast<std::uint32_t>(std::lround((1 - rate) * 0x1.0p31))), scale_(0x1.0p31 / kept_) {}

  // Multiplies the units of a layer in the row number `row` by their factors, and `slopes` unless it is null.
  template <Scalar T>
  void apply(const Batch::Draw& draw, Index row, Index layer, std::span<T> units, T* slopes) const {
    // A row's numbers in a step seed the stream of its units.
    const auto own = Stream(draw.seed, Purpose::dropout, draw.agent)
                         .bits(static_cast<std::uint64_t>(draw.step), static_cast<std::uint32_t>(row));
    const Stream stream((static_cast<std::uint64_t>(own[0]) << 32) | own[1], Purpose::dropout, layer);
    const std::uint64_t key = (static_cast<std::uint64_t>(own[2]) << 32) | own[3];
    const T scale = static_cast<T>(scale_);
    for (std::size_t i = 0; i < units.size(); i += 4) {
      const auto drawn = stream.bits(key, static_cast<std::uint32_t>(i / 4));
      const std::size_t last = std::min(units.size(), i + 4);
      for (std::size_t j = i; j < last; ++j) {
        const T factor = (drawn[j - i] >> 1) < kept_ ? scale : T{0};
        units[j] *= factor;
        if (slopes != nullptr) slopes[j] *= factor;
      }
    }
  }

 private:
  std::uint32_t kept_;  // of 2^31
  double scale_;
};

}  // namespace lookahead
