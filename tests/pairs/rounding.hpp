#pragma once
#include <cstdint>
#include <random>

#include "settings.hpp"

namespace lookahead::pairs {

// Errors of the size that a precision makes, at random: the model computed with them and without tells how
// far a right program may be off. Without: epsilon 0.
class Rounding {
 public:
  Rounding() = default;
  Rounding(Real epsilon, std::uint64_t seed) : epsilon_(epsilon), random_(seed) {}
  Real epsilon() const { return epsilon_; }
  // An error of a number that was made of numbers whose absolute values have the sum `size`.
  Real of(Real size) {
    if (epsilon_ == 0) return 0;
    return epsilon_ * size * (static_cast<Real>(random_() >> 11) * 0x1p-52L - 1);
  }
  Real near(Real value) { return value + of(value < 0 ? -value : value); }

 private:
  Real epsilon_ = 0;
  std::mt19937_64 random_;
};

}  // namespace lookahead::pairs
