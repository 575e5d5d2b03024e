#pragma once
#include <cmath>

namespace lookahead {

// A sum of weighted squares, and the same of the numbers times 2^600 and 2^-600, which take its place where the
// squares themselves are too small or too large for a double.
class Squares {
 public:
  // `square`: weight times number times number, rounded as the caller would have it.
  void add(double square, double weight, double number) {
    const double raised = number * up, lowered = number * down;
    plain_ += square;
    small_ += weight * (raised * raised);
    large_ += weight * (lowered * lowered);
  }
  void merge(const Squares& later) {
    plain_ += later.plain_;
    small_ += later.small_;
    large_ += later.large_;
  }

  // The root of the mean, of numbers whose weights add up to `weight`.
  double root_of_mean(double weight) const {
    if (!std::isfinite(plain_)) return std::sqrt(large_ / weight) * up;
    if (!std::isnormal(plain_)) return std::sqrt(small_ / weight) * down;
    return std::sqrt(plain_ / weight);
  }
  // This sum over another one; NaN where that is beyond all numbers.
  double over(const Squares& other) const {
    if (!std::isfinite(other.large_)) return std::numeric_limits<double>::quiet_NaN();
    if (!std::isfinite(plain_) || !std::isfinite(other.plain_)) return large_ / other.large_;
    return std::isnormal(other.plain_) ? plain_ / other.plain_ : small_ / other.small_;
  }

 private:
  static constexpr double up = 0x1p600, down = 0x1p-600;

  double plain_ = 0, small_ = 0, large_ = 0;
};

}  // namespace lookahead
