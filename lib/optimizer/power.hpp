#pragma once

#include "base/scalar.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

// base^t for t = 1, 2, 3, ... at the price of a multiplication. The value is a function of (base, t) alone,
// whatever was asked before, so that a restored run continues with the same bits: products run from multiples
// of 64.
class Power {
 public:
  explicit Power(double base) : base_(base) {}

  double at(Index t) {
    if (t == last_ + 1 && t % stride != 0) {
      value_ = next(value_);
    } else if (t != last_) {
      value_ = math::pow(base_, static_cast<double>(t - t % stride));
      for (Index i = 0; i < t % stride; ++i) value_ = next(value_);
    }
    last_ = t;
    return value_;
  }

 private:
  static constexpr Index stride = 64;
  // Too small to change 1 - base^t; kept out of the slow subnormal numbers.
  double next(double value) const { return value < 1e-100 ? 0.0 : value * base_; }

  double base_;
  double value_ = 1;
  Index last_ = 0;
};

}  // namespace lookahead
