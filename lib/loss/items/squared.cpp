#include <limits>

#include "loss/pointwise.hpp"

namespace lookahead::losses {
namespace {

struct Squared {
  template <class V>
  LossValues<V> at(V score, V target) const {
    const V residual = score - target;
    return {residual * residual * 0.5, residual};
  }
  static double curvature() { return 1; }
  static double steepness() { return std::numeric_limits<double>::infinity(); }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry squared() {
  return pointwise_loss<Squared>(
      {"squared", "half the squared residual", "r^2/2, r = score - target", "Legendre, 1805"},
      LossUse::numbers);
}

}  // namespace lookahead::losses
